"""What holds of a workspace at any time: nothing is orphaned, and nobody's refusal has become less
strict (G-01, G-21); and what it is as a whole, to be compared with what it was."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import psycopg
from hypothesis.stateful import RuleBasedStateMachine, invariant

from nimbus.consent import CONSENT, STATUS
from nimbus.db import ids
from tests.conftest import Person, World

# Whom an undo or a rollback put into the trash counts as never made; scores follow from the rest,
# and fade with the clock.
UNMADE = "('undone', 'import_rollback')"
FOLLOWS = (
    "{updated_at,search_text,lead_score,icp_tier,grade,score_fit,score_engagement,score_intent,"
    "tier_rule_id,scoring_model_id,score_rules}"
)
ROWS = {
    "contact": f"select to_jsonb(t) - '{FOLLOWS}'::text[] as row from contact t "
    f"where deletion_reason is null or deletion_reason not in {UNMADE}",
    "company": "select to_jsonb(t) - 'updated_at' as row from company t",
    **{
        table: f"select to_jsonb(t) as row from {table} t"
        for table in ("note", "task", "segment_member", "suppression", "engagement_event",
                      "engagement_total")
    },
    "claims": "select jsonb_build_array(c.email, c.client_id, h.client_id, h.valid_until) as row "
    "from contact c cross join lateral registry_history(c.email_key) h "
    "where not c.is_deleted and h.valid_until > now()",
}  # fmt: skip
_NOBODY = "not exists (select from contact c where c.id = t.contact_id)"
ORPHANS = {
    "note": f"select id from note t where {_NOBODY}",
    "task": f"select id from task t where {_NOBODY}",
    "member": f"select contact_id from segment_member t where {_NOBODY}",
    "event": f"select id from engagement_event t where {_NOBODY}",
    "company": "select id from contact t where company_id is not null "
    "and not exists (select from company k where k.id = t.company_id)",
    "merged": "select id from contact t where merged_into is not null and (not is_deleted or not "
    "exists (select from contact c where c.id = t.merged_into and c.merged_into is null))",
    "total": "select contact_id from (select contact_id, type, count(*)::integer as n "
    "from engagement_event group by 1, 2) e full join (select contact_id, type, count as n "
    "from engagement_total where type <> 'any') t using (contact_id, type) "
    "where e.n is distinct from t.n",
}
# Each in one trip: a play looks after every step.
DUMP = "select jsonb_build_object({})".format(
    ", ".join(
        f"'{name}', (select coalesce(jsonb_agg(row order by row::text), '[]') from ({query}) as q)"
        for name, query in ROWS.items()
    )
)
ORPHANED = "select array_remove(array[{}], null)".format(
    ", ".join(f"case when exists ({query}) then '{name}' end" for name, query in ORPHANS.items())
)
Dump = dict[str, list[Any]]


class WhatHolds(RuleBasedStateMachine):
    """`me` is there from the first step on; a step that rightly loosens something says
    `may_loosen`."""

    world: ClassVar[World]
    me: Person
    ranks: dict[str, tuple[int, int]]
    held: set[str]
    may_loosen: bool

    @invariant()
    def nothing_is_orphaned(self) -> None:
        if hasattr(self, "me"):
            assert self._look(ORPHANED) == [[]]

    @invariant()
    def nobody_is_held_to_less(self) -> None:
        if not hasattr(self, "me"):
            return
        now, held = self._strictness(), set(self._look("select email from suppression"))
        if not self.may_loosen:
            assert self.held <= held
            for id, (consent, status) in self.ranks.items():
                if id in now:
                    assert now[id][0] >= consent
                    assert now[id][1] >= status
        self.ranks, self.held, self.may_loosen = now, held, False

    def _strictness(self) -> dict[str, tuple[int, int]]:
        with self._tx() as tx:
            rows = tx.rows("select id, consent_status, status from contact where not is_deleted")
        return {
            ids.show("cont", row["id"]): (
                CONSENT.ranks[row["consent_status"]], STATUS.ranks[row["status"]]
            )
            for row in rows
        }  # fmt: skip

    def _dump(self) -> Dump:
        found: Dump = self._look(DUMP)[0]
        return found

    def _same(self, wanted: Dump, found: Dump, why: str) -> None:
        for name in wanted:
            missing = [row for row in wanted[name] if row not in found[name]]
            more = [row for row in found[name] if row not in wanted[name]]
            assert (missing, more) == ([], []), f"{why}: {name}"

    def _look(self, query: str, values: Any = None) -> list[Any]:
        with self._tx() as tx:
            return tx.column(psycopg.sql.SQL(query), values)  # type: ignore[arg-type]

    def _tx(self) -> Any:
        workspace: UUID = self.me.who.workspace_id
        return self.world.door.workspace(workspace)
