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


def test_a_default_for_a_mapped_column_comes_after_row_and_contact(world: World) -> None:
    header = "Email,Role,Location,Tags,Domain,Industry\n"
    defaults = {"role": "champion", "country": "Germany", "tags": "fair",
                "company.industry": "Software"}  # fmt: skip
    bring(world, header + 'zoe@acme.com,decision maker,"Paris, France",vip,acme.com,Toys\n')
    bring(world, header + "zoe@acme.com,,,,acme.com,\n", defaults=defaults)
    after = person(world)
    assert (after["role"], after["country"]) == ("decision_maker", "FR")
    assert after["tags"] == ["vip", "fair"]
    assert company(world)["industry"] == "Toys"
    bring(world, header + "amy@globex.com,,,,globex.com,\n", defaults=defaults)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        amy = tx.row("select role, country, tags from contact where email = 'amy@globex.com'")
    assert amy == {"role": "champion", "country": "DE", "tags": ["fair"]}
    assert company(world, "globex.com")["industry"] == "Software"


def test_what_somebody_wrote_is_not_derived_over(world: World) -> None:
    bring(world, "Email,Title\nzoe@acme.com,VP Sales\n")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update contact set seniority = 'director' where workspace_id = %s",
               [tx.workspace_id])  # fmt: skip
    bring(world, "Email,Title,City\nzoe@acme.com,VP Sales,Boston\n")
    assert person(world)["seniority"] == "director"
    bring(world, "Email,Title\nzoe@acme.com,CEO\n")
    after = person(world)
    assert (after["seniority"], after["department"]) == ("director", "executive")


def test_a_worked_out_value_follows_its_source_even_to_nothing(world: World) -> None:
    bring(world, "Email,Title,City,Country\nzoe@acme.com,VP Sales,Boston,USA\n")
    before = person(world)
    assert (before["seniority"], before["time_zone"]) == ("vp", "America/New_York")
    bring(world, "Email,Title,City\nzoe@acme.com,Beekeeper,Los Angeles\n")
    after = person(world)
    assert (after["seniority"], after["department"]) == (None, None)
    # The file has no country: the zone is that of the place as it is now.
    assert (after["city"], after["time_zone"]) == ("Los Angeles", "America/Los_Angeles")


def test_a_title_left_alone_gives_nothing(world: World) -> None:
    bring(world, "Email,Title\nzoe@acme.com,Beekeeper\n")
    bring(
        world, "Email,Title\nzoe@acme.com,CEO\n",
        mapping={"Email": "email", "Title": {"field": "title", "only_if_blank": True}},
    )  # fmt: skip
    after = person(world)
    assert (after["title"], after["seniority"]) == ("Beekeeper", None)


def test_parts_of_one_cell_move_together(world: World) -> None:
    bring(world, 'Email,Name,Location\nzoe@acme.com,Dr. Zoe Hall,"Austin, TX, USA"\n')
    bring(world, 'Email,Name,Location\nzoe@acme.com,Ann Smith,"Paris, France"\n')
    after = person(world)
    assert (after["city"], after["state"], after["country"]) == ("Paris", None, "FR")
    assert after["time_zone"] == "Europe/Paris"
    assert (after["name_prefix"], after["full_name"]) == (None, "Ann Smith")
    # What only says less contradicts nothing.
    bring(world, "Email,Name,Location\nzoe@acme.com,Ann,France\n")
    after = person(world)
    assert (after["city"], after["country"]) == ("Paris", "FR")
    assert (after["last_name"], after["full_name"]) == ("Smith", "Ann Smith")


def test_repeats_keep_together_what_one_cell_gave(world: World) -> None:
    bring(
        world,
        "Email,Name,Location,Title\n"
        'zoe@acme.com,Dr. Zoe Hall,"Austin, TX, USA",VP Sales\n'
        'zoe@acme.com,Ann Smith,"Paris, France",Beekeeper\n'
        "zoe@acme.com,,,\n",
    )
    after = person(world)
    assert (after["city"], after["state"], after["country"]) == ("Paris", None, "FR")
    assert (after["name_prefix"], after["first_name"]) == (None, "Ann")
    assert (after["title"], after["seniority"]) == ("Beekeeper", None)


def company(world: World, domain: str = "acme.com") -> dict[str, Any]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.row("select * from company where domain = %s", [domain])
    assert found
    return found


ABOUT_ACME = "Email,Company,Domain,Industry,Employees\n"


def test_company_fields_fill_blanks_only_when_told_to(world: World) -> None:
    bring(world, ABOUT_ACME + "zoe@acme.com,Acme,acme.com,Software,\n")
    told = {
        "Email": "email",
        "Company": {"field": "company.name", "only_if_blank": True},
        "Domain": "company.domain",
        "Industry": {"field": "company.industry", "only_if_blank": True},
        "Employees": {"field": "company.employee_count", "only_if_blank": True},
    }
    bring(world, ABOUT_ACME + "zoe@acme.com,Apex,acme.com,Retail,500\n", mapping=told)
    now = company(world)
    assert (now["name"], now["industry"], now["employee_count"]) == ("Acme", "Software", 500)
    bring(
        world, "Email,Domain\nzoe@acme.com,acme.com\n",
        defaults={"company.industry": "Banking", "company.country": "Germany"},
    )  # fmt: skip
    now = company(world)
    assert (now["industry"], now["country"]) == ("Software", "DE")


def test_news_about_the_company_alone_is_an_update(world: World) -> None:
    bring(world, ABOUT_ACME + "zoe@acme.com,Acme,acme.com,Software,10\n")
    again = bring(world, ABOUT_ACME + "zoe@acme.com,Acme,acme.com,Software,10\n")
    assert (again.updated, again.unchanged) == (1, 1)
    news = bring(world, ABOUT_ACME + "zoe@acme.com,Acme,acme.com,Software,11\n")
    assert (news.updated, news.unchanged) == (1, 0)


def test_of_several_rows_about_a_company_the_last_of_the_file_wins(
    world: World, monkeypatch: Any
) -> None:
    """Whatever order their emails are written in, and in however many parts."""
    monkeypatch.setattr("nimbus.imports.stages.chunks.START", 7)
    monkeypatch.setattr("nimbus.imports.stages.chunks.LEAST", 7)
    monkeypatch.setattr("nimbus.imports.stages.chunks.MOST", 7)
    rows = "".join(f"p{n}@acme.com,Acme,acme.com,Line {n},{n}\n" for n in range(1, 30))
    done = bring(world, ABOUT_ACME + rows + "x@globex.com,Globex,globex.com,Toys,3\n")
    assert done.imported == 30
    now = company(world)
    assert (now["industry"], now["employee_count"]) == ("Line 29", 29)
    assert company(world, "globex.com")["industry"] == "Toys"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tx.value("select count(*) from import_company") == 0
        assert tx.value("select count(*) from contact where company_id is null") == 0


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
    assert created["after"] is None, "what it was made with follows from the row and its changes"
    assert (updated["kind"], updated["operation"]) == ("updated", "import")
    assert (updated["before"]["title"], updated["after"]["title"]) == ("VP Sales", "CEO")
    assert "email" not in updated["after"]
