"""What an import overwrites, fills and leaves alone (S1-29, F-02, docs/decisions/0005)."""

from __future__ import annotations

from typing import Any

from nimbus.imports.find import rows
from tests.conftest import World
from tests.imports.test_run import bring


def person(world: World) -> dict[str, Any]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.row(
            "select c.*, k.domain, k.name as company from contact c "
            "left join company k on k.workspace_id = c.workspace_id and k.id = c.company_id"
        )
    assert found
    return found


FULL = (
    "Email,First name,Last name,Title,Phone,Country,City,Company,Domain,Tags\n"
    "zoe@acme.com,Zoe,Hall,VP Sales,+1 415 555 2671,US,Boston,Acme,acme.com,vip;smb\n"
)


def test_a_blank_never_overwrites(world: World) -> None:
    bring(world, FULL)
    before = person(world)
    done = bring(world, FULL.split("\n")[0] + "\nzoe@acme.com,,,,,,,,,\n")
    after = person(world)
    assert (done.updated, done.unchanged) == (1, 1)
    assert before == after


def test_new_values_overwrite_and_tags_add_up(world: World) -> None:
    bring(world, FULL)
    bring(world, "Email,Title,Phone,Tags\nzoe@acme.com,CEO,030 123456,smb;new\n")
    after = person(world)
    assert (after["title"], after["seniority"], after["department"]) == (
        "CEO", "c_level", "executive",
    )  # fmt: skip
    # A phone goes with its own normal form: the old one does not stay behind.
    assert (after["phone"], after["phone_e164"]) == ("030 123456", None)
    assert after["tags"] == ["vip", "smb", "new"]
    assert after["full_name"] == "Zoe Hall"


def test_only_if_blank_fills_and_never_overwrites(world: World) -> None:
    bring(world, "Email,Title\nzoe@acme.com,VP Sales\n")
    mapping = {
        "Email": "email",
        "Title": {"field": "title", "only_if_blank": True},
        "City": {"field": "city", "only_if_blank": True},
    }
    bring(world, "Email,Title,City\nzoe@acme.com,Intern,Boston\n", mapping=mapping)
    after = person(world)
    assert (after["title"], after["city"]) == ("VP Sales", "Boston")


def test_a_default_goes_to_new_contacts_and_blanks_only(world: World) -> None:
    bring(world, FULL)
    bring(world, "Email\nzoe@acme.com\n", defaults={"country": "Germany", "role": "champion"})
    after = person(world)
    assert (after["country"], after["role"]) == ("US", "champion")


def test_what_somebody_wrote_is_not_derived_over(world: World) -> None:
    bring(world, "Email,Title\nzoe@acme.com,VP Sales\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update contact set seniority = 'director' where workspace_id = %s",
               [tx.workspace_id])  # fmt: skip
    bring(world, "Email,Title,City\nzoe@acme.com,VP Sales,Boston\n")
    assert person(world)["seniority"] == "director"
    bring(world, "Email,Title\nzoe@acme.com,CEO\n")
    assert person(world)["seniority"] == "c_level"


def test_another_company_domain_moves_the_contact_and_is_noted(world: World) -> None:
    bring(world, FULL)
    done = bring(world, "Email,Domain\nzoe@acme.com,globex.com\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (row,) = rows(tx, done.id)
    assert person(world)["domain"] == "globex.com"
    assert row.detail == {
        "conflicts": [{"field": "company.domain", "was": "acme.com", "now": "globex.com"}]
    }


def test_a_name_alone_or_an_email_moves_nobody(world: World) -> None:
    bring(world, FULL)
    bring(world, "Email,Company\nzoe@acme.com,Globex\n")
    after = person(world)
    assert (after["domain"], after["company"]) == ("acme.com", "Acme")


def test_free_mail_makes_no_company_and_a_name_finds_one(world: World) -> None:
    bring(world, "Email,Company,Domain\na@acme.com,Acme Inc.,acme.com\n")
    bring(world, "Email,Company\nb@gmail.com,ACME\nc@gmail.com,Nobody Knows Ltd\nd@gmail.com,\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.rows(
            "select c.email, k.name, k.domain from contact c left join company k "
            "on k.workspace_id = c.workspace_id and k.id = c.company_id order by c.email"
        )
    assert [(one["email"], one["name"], one["domain"]) for one in found] == [
        ("a@acme.com", "Acme Inc.", "acme.com"),
        ("b@gmail.com", "Acme Inc.", "acme.com"),
        ("c@gmail.com", "Nobody Knows Ltd", None),
        ("d@gmail.com", None, None),
    ]


def test_a_changed_company_scores_its_other_people_again(world: World) -> None:
    bring(world, "Email,Title,Domain\na@acme.com,VP Sales,acme.com\n")
    assert person(world)["icp_tier"] == "B"
    bring(world, "Email,Domain,Employees\nb@acme.com,acme.com,500\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tier = tx.value("select icp_tier from contact where email = 'a@acme.com'")
        kinds = tx.column(
            "select kind from change where thing_id = (select id from contact "
            "where email = 'a@acme.com') order by id"
        )
    assert tier == "A"
    assert kinds == ["created", "scored"]


def test_every_change_leaves_its_before_and_after(world: World) -> None:
    bring(world, FULL)
    bring(world, "Email,Title\nzoe@acme.com,CEO\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        created, updated = tx.rows(
            "select c.kind, c.before, c.after, o.kind as operation, o.actor_name, o.why "
            "from change c join operation o on o.id = c.operation_id "
            "where c.thing = 'contact' order by c.id"
        )
    assert (created["kind"], created["before"]) == ("created", None)
    assert created["after"]["title"] == "VP Sales"
    assert (updated["kind"], updated["operation"]) == ("updated", "import")
    assert (updated["before"]["title"], updated["after"]["title"]) == ("VP Sales", "CEO")
    assert "email" not in updated["after"]
