"""An import only makes consent and status stricter, in Python and in SQL alike (G-02)."""

from __future__ import annotations

from itertools import product

import pytest
from psycopg import sql

from nimbus.consent import CONSENT, STATUS, STAY_WITH_CONSENT, warning_for
from nimbus.fields import choices

LADDERS = {"consent": CONSENT, "status": STATUS}


def test_the_ladders_know_exactly_the_values_of_the_fields():
    assert set(CONSENT.ranks) == set(choices.CONSENT_STATUS.labels)
    assert set(STATUS.ranks) == set(choices.STATUS.labels)


@pytest.mark.parametrize("ladder", LADDERS.values(), ids=LADDERS)
def test_never_less_strict_for_any_pair(ladder):
    for current, incoming in product(ladder.ranks, repeat=2):
        result, protected = ladder.tightened(current, incoming)
        assert ladder.ranks[result] == max(ladder.ranks[current], ladder.ranks[incoming])
        assert protected == (result != incoming)
        assert result in (current, incoming)


@pytest.mark.parametrize(
    ("current", "incoming", "result"),
    [
        ("opted_out", "opted_in", "opted_out"),
        ("opted_out", "unknown", "opted_out"),
        ("unknown", "opted_in", "unknown"),
        ("pending", "opted_in", "pending"),
        ("opted_in", "opted_out", "opted_out"),
        ("opted_in", "unknown", "unknown"),
        ("unknown", "pending", "pending"),
        ("pending", "unknown", "unknown"),
        ("opted_in", None, "opted_in"),
    ],
)
def test_consent(current, incoming, result):
    assert CONSENT.tightened(current, incoming).result == result


@pytest.mark.parametrize(
    ("current", "incoming", "result"),
    [
        ("unsubscribed", "active", "unsubscribed"),
        ("unsubscribed", "bounced", "unsubscribed"),
        ("bounced", "active", "bounced"),
        ("bounced", "unsubscribed", "unsubscribed"),
        ("inactive", "active", "active"),
        ("active", "bounced", "bounced"),
    ],
)
def test_status(current, incoming, result):
    assert STATUS.tightened(current, incoming).result == result


def test_sql_agrees_with_python_over_the_whole_matrix_of_consent_and_status(world):
    """Every current × incoming consent × every current × incoming status, blanks included."""
    cases = [
        (*consent, *status)
        for consent in product(CONSENT.ranks, [*CONSENT.ranks, None])
        for status in product(STATUS.ranks, [*STATUS.ranks, None])
    ]
    statement = sql.SQL(
        """
        select {}, {}, {}, {}
        from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) with ordinality
            as t (c_now, c_new, s_now, s_new, at)
        order by at
        """
    ).format(
        sql.SQL(CONSENT.tightened_sql("c_now", "c_new")),
        sql.SQL(CONSENT.protected_sql("c_now", "c_new")),
        sql.SQL(STATUS.tightened_sql("s_now", "s_new")),
        sql.SQL(STATUS.protected_sql("s_now", "s_new")),
    )
    with world.door.platform() as tx:
        found = tx.connection.execute(statement, [list(c) for c in zip(*cases, strict=True)])
        assert found.fetchall() == [
            (*CONSENT.tightened(c_now, c_new), *STATUS.tightened(s_now, s_new))
            for c_now, c_new, s_now, s_new in cases
        ]
    assert len(cases) == 20 * 20


def test_a_set_based_update_leaves_refusals_and_what_belongs_to_them(world):
    """As intake writes it: what tells of a consent stays where its status is protected."""
    kept = {
        column: f"case when {CONSENT.protected_sql('c.consent_status', 'b.consent_status')} "
        f"then c.{column} else coalesce(b.{column}, c.{column}) end"
        for column in STAY_WITH_CONSENT
    }
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            """
            insert into contact (workspace_id, email, email_domain, email_key, consent_status,
                consent_source, status, created_at, updated_at)
            values (%(ws)s, 'out@acme.com', 'acme.com', uuidv4(), 'opted_out', 'by phone',
                    'unsubscribed', %(now)s, %(now)s),
                (%(ws)s, 'in@acme.com', 'acme.com', uuidv4(), 'opted_in', 'form', 'active',
                    %(now)s, %(now)s)
            """,
            {"ws": tx.workspace_id, "now": tx.now},
        )
        tx.run(
            sql.SQL(
                """
                update contact c set consent_status = {}, status = {}, consent_source = {}
                from (values ('out@acme.com', 'opted_in', 'web form', 'active'),
                             ('in@acme.com', 'opted_out', 'letter', 'bounced'))
                    as b (email, consent_status, consent_source, status)
                where c.workspace_id = %s and c.email = b.email
                """
            ).format(
                sql.SQL(CONSENT.tightened_sql("c.consent_status", "b.consent_status")),
                sql.SQL(STATUS.tightened_sql("c.status", "b.status")),
                sql.SQL(kept["consent_source"]),
            ),
            [tx.workspace_id],
        )
        found = tx.connection.execute(
            "select email, consent_status, consent_source, status from contact "
            "where workspace_id = %s order by email",
            [tx.workspace_id],
        ).fetchall()
    assert found == [
        ("in@acme.com", "opted_out", "letter", "bounced"),
        ("out@acme.com", "opted_out", "by phone", "unsubscribed"),
    ]


@pytest.mark.parametrize(
    ("defaults", "mapped", "says"),
    [
        ({"consent_status": "opted_in"}, [], "Every new contact"),
        ({"consent_status": "Yes"}, ["email"], "Every new contact"),
        ({"consent_status": "unknown"}, ["email"], None),
        ({"consent_status": "nonsense"}, [], None),
        ({}, ["email", "consent_status"], "A column sets"),
        ({}, ["email"], None),
    ],
)
def test_claiming_consent_is_warned_of(defaults, mapped, says):
    warning = warning_for(defaults, mapped)
    assert (warning is None) == (says is None)
    if says:
        assert warning.startswith(says)
        assert "CASL and the GDPR" in warning
        assert "verify before enrolling" in warning
