"""Which company a row is about, and that no other one is made or touched (S1-19, S1-20, S1-30)."""

from __future__ import annotations

from typing import Any

import pytest

from nimbus.imports.find import rows
from nimbus.imports.resume import resume
from nimbus.imports.stages import chunks
from tests.conftest import World
from tests.imports.test_merge import person
from tests.imports.test_run import bring


def companies(world: World) -> dict[str, Any]:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.rows("select domain, name, industry from company order by id")
    return {row["domain"] or row["name"]: row["industry"] for row in found}


@pytest.mark.parametrize(
    ("header", "field", "value"),
    [("Domain", "company.domain", "zz.com"), ("Website", "company.website", "https://zz.com")],
)
def test_a_company_that_fills_blanks_only_moves_nobody(
    world: World, header: str, field: str, value: str
) -> None:
    bring(world, "Email,Domain\nzoe@acme.com,acme.com\n")
    told = {"Email": "email", header: {"field": field, "only_if_blank": True}}
    bring(world, f"Email,{header}\nzoe@acme.com,{value}\nnew@zz.com,{value}\n", mapping=told)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.rows(
            "select c.email, k.domain from contact c join company k "
            "on k.workspace_id = c.workspace_id and k.id = c.company_id order by c.email"
        )
    assert [tuple(row.values()) for row in found] == [
        ("new@zz.com", "zz.com"), ("zoe@acme.com", "acme.com"),
    ]  # fmt: skip


def test_an_email_gives_a_company_only_to_a_new_contact(world: World) -> None:
    """A file that says no more of a company brings nobody back to it, nor the company (S1-29)."""
    text = "Email,Company,Industry\nzoe@acme.com,,\n"
    bring(world, text)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update contact set company_id = null where workspace_id = %s", [tx.workspace_id])
        tx.run("delete from company where workspace_id = %s", [tx.workspace_id])
    for again in (text, "Email\nzoe@acme.com\n"):
        done = bring(world, again)
        assert (done.updated, done.unchanged) == (1, 1)
        assert (person(world)["company"], companies(world)) == (None, {})

    done = bring(world, text + "new@acme.com,,\n")
    assert (done.imported, done.unchanged) == (1, 1)
    assert companies(world) == {"acme.com": None}
    # Anything that it says of one brings them there.
    done = bring(world, "Email,Company,Industry\nzoe@acme.com,,Retail\n")
    assert (done.updated, done.unchanged) == (1, 0)
    assert companies(world) == {"acme.com": "Retail"}


def test_a_row_that_is_refused_makes_no_company(world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update workspace set contacts_hard_limit = 1 where id = %s", [tx.workspace_id])
    done = bring(world, "Email,Domain\na@one.com,one.com\nb@two.com,two.com\nc@six.com,six.com\n")
    assert (done.imported, done.errored) == (1, 2)
    assert len(companies(world)) == 1


def test_a_name_that_moves_nobody_makes_no_company_and_is_noted(world: World) -> None:
    bring(world, "Email,Company,Domain\nzoe@acme.com,Acme Inc.,acme.com\n")
    done = bring(world, "Email,Company\nzoe@acme.com,Beta Ltd\n")
    assert set(companies(world)) == {"acme.com"}
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (row,) = rows(tx, done.id)
    assert row.detail == {
        "conflicts": [{"field": "company.name", "was": "Acme Inc.", "now": "Beta Ltd"}]
    }
    assert person(world)["company"] == "Acme Inc."


def test_news_of_a_company_without_a_domain_are_news(world: World) -> None:
    bring(world, "Email,Company,Industry\nzoe@gmail.com,Acme Inc.,Retail\n")
    bring(world, "Email,Company,Domain\nbo@acme.com,Acme Inc.,acme.com\n")
    done = bring(world, "Email,Company,Industry\nzoe@gmail.com,Acme Inc.,Toys\n")
    assert companies(world) == {"Acme Inc.": "Toys", "acme.com": None}
    assert (done.updated, done.unchanged) == (1, 0)


def test_folding_anew_after_a_crash_brings_back_nothing_old(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("START", "LEAST", "MOST"):
        monkeypatch.setattr(chunks, name, 1)
    header = "Email,Domain,Company,Industry\n"
    old = "".join(f"{x}@{x}x.com,{x}x.com,Old {x},Retail\n" for x in "abc")
    text = header + old + old.replace("Old", "New").replace("Retail", "Software")
    bring(world, text)
    made = bring(world, text, work=False)
    written, batches = chunks.stages.write, []

    def until_the_lights_go_out(*given: Any) -> None:
        if len(batches) == 2:
            # What PostgreSQL does to unlogged tables when it crashes.
            with world.door.workspace(world.alice.who.workspace_id) as tx:
                tx.run("delete from import_stage where workspace_id = %s", [tx.workspace_id])
                tx.run("delete from import_company where workspace_id = %s", [tx.workspace_id])
            batches.append("dark")
            raise ConnectionError("The lights went out.")
        batches.append("done")
        written(*given)

    monkeypatch.setattr(chunks.stages, "write", until_the_lights_go_out)
    world.work()
    monkeypatch.setattr(chunks.stages, "write", written)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        resume(tx, made.id)
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        names = tx.column("select name from company order by name")
        ledger = rows(tx, made.id)
    assert "dark" in batches
    assert names == ["New a", "New b", "New c"]
    assert [row.status for row in ledger] == ["updated"] * 3 + ["skipped"] * 3
