"""What follows from other columns, row by row, and what a default brings along (S3-06, S2-18)."""

from __future__ import annotations

from tests.conftest import World
from tests.imports.test_merge import company, person
from tests.imports.test_run import bring


def test_a_blank_cell_of_an_own_column_is_worked_out(world: World) -> None:
    bring(world, "Email,Title,Seniority\nzoe@acme.com,CEO,\n")
    assert person(world)["seniority"] == "c_level"
    bring(world, "Email,Title,Seniority\nzoe@acme.com,Intern,\n")
    assert person(world)["seniority"] == "intern"
    bring(world, "Email,Title,Seniority\nzoe@acme.com,Intern,Director\n")
    bring(world, "Email,Title,Seniority\nzoe@acme.com,Assistant,\n")
    assert person(world)["seniority"] == "director"


def test_the_zone_goes_along_with_the_place(world: World) -> None:
    header = "Email,City,Country,Time zone\n"
    bring(world, header + "zoe@acme.com,Berlin,Germany,\n")
    assert person(world)["time_zone"] == "Europe/Berlin"
    bring(world, header + "zoe@acme.com,Tokyo,Japan,\n")
    assert person(world)["time_zone"] == "Asia/Tokyo"


def test_repeats_never_pair_one_rows_country_with_anothers_zone(world: World) -> None:
    bring(world, "Email,Country\nzoe@acme.com,Germany\nzoe@acme.com,USA\n")
    after = person(world)
    assert (after["country"], after["time_zone"]) == ("US", None)


def test_defaults_of_mapped_columns_bring_their_normal_forms(world: World) -> None:
    bring(
        world, "Email,Phone,Country,Domain,Company\nzoe@acme.com,,,acme.com,\n",
        defaults={"phone": "030 2345678", "country": "Germany", "company.name": "Acme GmbH"},
    )  # fmt: skip
    after = person(world)
    assert (after["phone_e164"], after["time_zone"]) == ("+49302345678", "Europe/Berlin")
    assert company(world)["name_key"] == "acme"
    bring(world, "Email,Phone,Country\namy@x.com,030 2345678,\n", defaults={"country": "Germany"})
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        amy = tx.row("select phone_e164, time_zone from contact where email = 'amy@x.com'")
    assert amy == {"phone_e164": "+49302345678", "time_zone": "Europe/Berlin"}
