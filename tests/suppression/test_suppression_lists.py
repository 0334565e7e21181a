"""Adding to the lists, taking off, undoing; why one email is held back (S1-43 … S1-45, G-48)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from nimbus.identity import email_key
from nimbus.operations.read import history
from nimbus.problems import Problem
from nimbus.suppression import DOMAINS, EMAILS, add, read, remove, status_of, statuses_of, write
from nimbus.suppression.suppression import DOMAIN_REASONS, PROTECTED, REASONS
from nimbus.web.counting import Count


@pytest.fixture
def tx(world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        yield tx


@pytest.fixture
def put(world, tx):
    def put(listing, *lines, reason="manual", **more):
        return add(tx, world.alice.who, listing, lines, reason=reason, through="web", **more)

    return put


def names(tx, listing=EMAILS, **sought):
    return [e.name for e in read.page(tx, listing, read.Sought(**sought), 50).entries]


def status(world, tx, email):
    return status_of(tx, email, email_key(world.instance.secrets.key("email"), email))


def test_emails_are_read_like_any_other_and_every_line_is_accounted_for(tx, put):
    put(EMAILS, "old@acme.com")
    added = put(EMAILS, " Bo <BO@Acme.com> ", "bo@acme.com", "", "old@acme.com", "no email", "x@")
    assert (list(added.added), added.repeated, added.already) == (["bo@acme.com"], 1, 1)
    assert [(line.at, line.text) for line in added.refused] == [(4, "no email"), (5, "x@")]
    assert sorted(names(tx)) == ["bo@acme.com", "old@acme.com"]


def test_domains_are_kept_as_hosts(tx, put):
    put(DOMAINS, "https://Mail.Acme.com/about", "bücher.example", reason="competitor")
    assert sorted(names(tx, DOMAINS)) == ["mail.acme.com", "xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("pasted", "held"),
    [
        ("https://www.acme.com/contact?a=b", "acme.com"),
        ("WWW.Acme.co.uk", "acme.co.uk"),
        ("www.mail.acme.com", "mail.acme.com"),
        ("www.com", "www.com"),
        ("www.co.uk", "www.co.uk"),
        ("wwwacme.com", "wwwacme.com"),
    ],
)
def test_the_www_of_a_domain_is_dropped(tx, put, pasted, held):
    assert list(put(DOMAINS, pasted).added) == [held]


def test_ten_thousand_emails_at_once_each_with_its_line_in_the_log(tx, put):
    added = put(EMAILS, *[f"person{n}@acme{n % 97}.com" for n in range(10_000)], reason="opt_out")
    assert len(added.added) == 10_000
    logged = "select count(*) from change where workspace_id = %s and operation_id = %s"
    assert tx.value(logged, [tx.workspace_id, added.operation]) == 10_000
    again = put(EMAILS, *[f"person{n}@acme{n % 97}.com" for n in range(10_000)])
    assert (len(again.added), again.already) == (0, 10_000)


def test_a_stricter_reason_takes_the_place_of_a_looser_one_and_never_the_other_way(tx, put):
    put(EMAILS, "bo@acme.com", reason="manual", note="left the company")
    assert list(put(EMAILS, "bo@acme.com", reason="opt_out").tightened) == ["bo@acme.com"]
    assert put(EMAILS, "bo@acme.com", reason="manual").already == 1
    [entry] = read.page(tx, EMAILS, read.Sought(), 50).entries
    assert (entry.reason, entry.note) == ("opt_out", "left the company")
    newest = history(tx, entry.id)[0]
    assert (newest.kind, newest.before["reason"], newest.after["reason"]) == (
        "updated", "manual", "opt_out",
    )  # fmt: skip


@pytest.mark.parametrize("listing", [EMAILS, DOMAINS], ids=lambda listing: listing.key)
def test_an_unknown_reason_is_refused(put, listing):
    with pytest.raises(Problem) as refused:
        put(listing, "acme.com", reason="because")
    assert refused.value.field == "reason"


def test_removing_leaves_the_entry_in_the_log_and_can_be_undone(world, tx, put):
    put(EMAILS, "bo@acme.com", note="asked by phone", source="crm")
    [before] = read.page(tx, EMAILS, read.Sought(), 50).entries
    _, operation = remove(tx, world.alice.who, EMAILS, before.id, through="web", why="a mistake")
    assert names(tx) == []
    newest = history(tx, before.id)[0]
    assert (newest.kind, newest.why, newest.before["email"]) == (
        "deleted",
        "a mistake",
        before.name,
    )
    assert write.undo(tx, world.alice.who, EMAILS, operation, through="web").restored == 1
    assert read.page(tx, EMAILS, read.Sought(), 50).entries == [before]


def test_undoing_a_removal_leaves_alone_what_was_added_again(world, tx, put):
    [(_, entry_id)] = put(DOMAINS, "acme.com").added.items()
    _, operation = remove(tx, world.alice.who, DOMAINS, entry_id, through="web")
    put(DOMAINS, "acme.com", reason="customer")
    undone = write.undo(tx, world.alice.who, DOMAINS, operation, through="web")
    assert (undone.restored, undone.kept) == (0, 1)


def test_undoing_an_addition_takes_away_the_new_lines_only(world, tx, put):
    put(EMAILS, "old@acme.com")
    added = put(EMAILS, "old@acme.com", "bo@acme.com", "al@acme.com")
    put(EMAILS, "al@acme.com", reason="opt_out")
    undone = write.undo(tx, world.alice.who, EMAILS, added.operation, through="web")
    assert (undone.restored, undone.kept) == (1, 1)
    assert sorted(names(tx)) == ["al@acme.com", "old@acme.com"]


def test_what_two_have_asked_for_is_taken_off_by_no_undo(world, tx, put):
    first = put(EMAILS, "bo@acme.com", "al@acme.com")
    for _ in range(3):  # An opt-out file that is sent every day.
        again = put(EMAILS, "bo@acme.com")
        assert (again.added, again.already) == ({}, 1)
    logged = "select count(*) from change where thing = 'suppression' and thing_id = %s"
    assert tx.value(logged, [first.added["bo@acme.com"]]) == 2
    assert tx.value(logged, [first.added["al@acme.com"]]) == 1
    undone = write.undo(tx, world.alice.who, EMAILS, first.operation, through="web")
    assert (undone.restored, undone.kept) == (1, 1)
    assert names(tx) == ["bo@acme.com"]


def test_an_addition_is_undone_within_a_day(world, tx, put):
    added = put(EMAILS, "bo@acme.com", reason="opt_out")
    tx.now += timedelta(days=1, seconds=1)
    with pytest.raises(Problem) as refused:
        write.undo(tx, world.alice.who, EMAILS, added.operation, through="web")
    assert refused.value.code == "conflict"


@pytest.mark.parametrize("reason", sorted(DOMAIN_REASONS))
def test_a_person_s_will_and_the_law_leave_only_with_a_stated_reason(world, tx, put, reason):
    [(_, entry_id)] = put(DOMAINS, "acme.com", reason=reason).added.items()
    if reason in PROTECTED:
        with pytest.raises(Problem) as refused:
            remove(tx, world.alice.who, DOMAINS, entry_id, through="api", why="  ")
        assert refused.value.field == "why"
    remove(tx, world.alice.who, DOMAINS, entry_id, through="api", why="opted in again by form")
    assert names(tx, DOMAINS) == []


def test_removing_needs_one_of_the_two_scopes(world, tx, put):
    [(_, entry_id)] = put(EMAILS, "bo@acme.com").added.items()
    with pytest.raises(Problem) as refused:
        remove(tx, world.bob.who, EMAILS, entry_id, through="api")
    assert refused.value.code == "forbidden"
    keeper = replace(world.bob.who, scopes=frozenset({"consent:write"}))
    remove(tx, keeper, EMAILS, entry_id, through="api")


def test_status_names_the_first_layer_and_everything_behind_it(world, tx, put):
    put(EMAILS, "bo@mail.acme.com", reason="unsubscribe", note="by reply")
    put(DOMAINS, "acme.com", reason="competitor")
    put(DOMAINS, "mail.acme.com", reason="customer")
    found = statuses_of(tx, "bo@mail.acme.com", email_key(b"k" * 32, "bo@mail.acme.com"))
    assert [(one.layer, one.reason, one.entry.name) for one in found] == [
        ("workspace", "unsubscribe", "bo@mail.acme.com"),
        ("domain", "customer", "mail.acme.com"),
        ("domain", "competitor", "acme.com"),
    ]
    first = status(world, tx, "bo@mail.acme.com")
    assert (first.label, first.entry.created_by, first.entry.note) == (
        "Unsubscribe", world.alice.who.name, "by reply",
    )  # fmt: skip
    assert status(world, tx, "bo@notacme.com") is None


def test_status_knows_the_platform_s_opt_outs(world):
    key = email_key(world.instance.secrets.key("email"), "bo@acme.com")
    with psycopg.connect(world.instance.logins.migrate) as operator:
        operator.execute(
            "insert into global_contact (email_key, is_globally_suppressed, suppressed_reason) "
            "values (%s, true, 'opt_out')",
            [key],
        )
    for person in (world.alice, world.charlie):
        with world.door.workspace(person.who.workspace_id) as tx:
            found = status_of(tx, "bo@acme.com", key)
            assert (found.layer, found.reason, found.entry) == ("platform", "opt_out", None)


def test_lists_are_searched_filtered_and_paged_both_ways(tx, put):
    for reason in REASONS:
        put(EMAILS, *[f"{reason}{n}@acme.com" for n in range(3)], reason=reason, source=reason[:4])
    assert names(tx, search="OPT_OUT1") == ["opt_out1@acme.com"]
    assert names(tx, search="optXout") == names(tx, search="%1%") == []
    # Of less than three characters the beginning of a word: of the box, the host or within them.
    assert names(tx, search="A") == names(tx, search="cO") == names(tx)
    assert names(tx, search="ha") == [f"hard_bounce{n}@acme.com" for n in (2, 1, 0)]
    assert names(tx, search="ou") == names(tx, search="_") == names(tx, search="%") == []
    assert len(names(tx, search="oun")) == 3
    assert len(names(tx, reasons=["manual", "hard_bounce"])) == 6
    assert len(names(tx, source="hard")) == 3
    assert names(tx, since=tx.now + timedelta(days=1)) == []
    assert read.count(tx, EMAILS, read.Sought(reasons=["manual"])) == Count(3, exact=True)
    everything = names(tx)
    first = read.page(tx, EMAILS, read.Sought(), 7)
    second = read.page(tx, EMAILS, read.Sought(), 7, before=first.entries[-1].id)
    third = read.page(tx, EMAILS, read.Sought(), 7, before=second.entries[-1].id)
    walked = [e.name for page in (first, second, third) for e in page.entries]
    assert walked == everything
    assert [(p.has_newer, p.has_older) for p in (first, second, third)] == [
        (False, True), (True, True), (True, False),
    ]  # fmt: skip
    assert read.page(tx, EMAILS, read.Sought(), 7, after=third.entries[0].id) == second
    back = read.page(tx, EMAILS, read.Sought(), 7, after=second.entries[0].id)
    assert (back.entries, back.has_newer) == (first.entries, False)


def test_charlie_sees_and_touches_nothing_of_it(world, put, tx):
    [(_, entry_id)] = put(EMAILS, "bo@acme.com").added.items()
    tx.connection.commit()
    with world.door.workspace(world.charlie.who.workspace_id) as other:
        assert names(other) == []
        with pytest.raises(Problem) as missing:
            remove(other, world.charlie.who, EMAILS, entry_id, through="api")
        assert missing.value.code == "not_found"
