"""What rules would change, before they are saved, is what they change when they are."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest

from nimbus.accounts.client import Client
from nimbus.db import ids
from nimbus.filters import All
from nimbus.scoring import sample
from nimbus.scoring.draft import draft
from nimbus.scoring.read import tier_rules
from nimbus.scoring.tier_rule import ICPTierRule
from tests.conftest import World
from tests.scoring.asking import MODEL, RULE, TIERS, Api, given
from tests.scoring.people import add_people, scored_rows, work_all

TRY_RULES, TRY_MODEL = TIERS + "preview/", MODEL + "preview/"


def post(api: Api, path: str, body: object, **params: str) -> dict[str, object]:
    answer = api.http.post(path, json=body, headers=api.headers, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_tiers_come_out_as_they_were_told(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 30)
    alice.put(TIERS, {"data": [RULE]})
    work_all(world)
    everybody = {"name": "Everyone", "tier": "B", "filter": {"and": []}}
    new = {"data": [{**RULE, "tier": "C"}, everybody]}
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        before = {row["id"]: row["icp_tier"] for row in scored_rows(tx)}
        kept = tier_rules(tx)
    told = post(alice, TRY_RULES, new)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert tier_rules(tx) == kept, "nothing is saved"
    assert (told["contacts"], told["sampled"], told["changing"]) == (30, False, 30)
    assert told["moves"] == [
        {"was": "D", "now": "B", "contacts": 18}, {"was": "A", "now": "C", "contacts": 12}
    ]  # fmt: skip
    assert len(told["examples"]) == 5  # type: ignore[arg-type]
    alice.put(TIERS, new)
    work_all(world)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        moved = [(before[row["id"]], row["icp_tier"]) for row in scored_rows(tx)]
    assert (moved.count(("D", "B")), moved.count(("A", "C"))) == (18, 12)
    assert post(alice, TRY_RULES, new)["changing"] == 0


def test_each_rule_tells_whom_it_finds_and_who_takes_them(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 30)
    everybody = {"name": "Everyone", "tier": "B", "filter": {"and": []}}
    nobody = {**RULE, "filter": {"field": "phone", "op": "eq", "value": "+44 20 0"}}
    told = post(alice, TRY_RULES, {"data": [RULE, nobody, everybody, {**everybody, "tier": "C"}]})
    assert [list(rule.values())[1:] for rule in told["rules"]] == [  # type: ignore[attr-defined]
        ["A", 12, [], 12],
        ["A", 0, [], 0],
        ["B", 30, [{"index": 0, "contacts": 12}], 18],
        ["C", 30, [{"index": 2, "contacts": 18}, {"index": 0, "contacts": 12}], 0],
    ]
    assert post(alice, TRY_RULES, {"data": []})["rules"] == []


def test_scores_come_out_as_they_were_told(alice: Api, world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 30)
    alice.put(TIERS, {"data": [RULE]})
    work_all(world)
    model = given(alice.get(MODEL)) | {"weights": {"fit": 100, "engagement": 0, "intent": 0}}
    told = post(alice, TRY_MODEL, model)
    alice.put(MODEL, model)
    work_all(world)
    after = post(alice, TRY_MODEL, model)
    assert told["then"] == after["now"] == after["then"]
    assert told["now"] != told["then"]
    assert after["changing"] == 0
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        scores = sorted(row["lead_score"] for row in scored_rows(tx))
    counted = itertools.chain(*([at] * n for at, n in enumerate(told["then"]["bins"])))  # type: ignore[index]
    assert list(counted) == [min(score // 5, 19) for score in scores]


def test_a_large_workspace_is_read_by_a_sample(
    alice: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 400)
    monkeypatch.setattr(sample, "SAMPLE", 100)
    told = post(alice, TRY_RULES, {"data": [RULE]})
    assert told["sampled"] is True
    assert 40 <= told["contacts"] <= 120  # type: ignore[operator]


def test_only_those_count_who_go_by_the_rules(
    alice: Api, world: World, agency_client: Client
) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_people(tx, 4)
        add_people(tx, 3, client_id=agency_client.id)
    client = {"client_id": agency_client.shown_id}
    assert post(alice, TRY_RULES, {"data": [RULE]})["contacts"] == 7
    assert post(alice, TRY_RULES, {"data": [RULE]}, **client)["contacts"] == 3
    alice.put(TIERS, {"data": [RULE]}, **client)
    assert post(alice, TRY_RULES, {"data": [RULE]})["contacts"] == 4
    assert post(alice, TRY_MODEL, given(alice.get(MODEL)))["contacts"] == 7


def test_drafts() -> None:
    a, b, c = (_rule(n) for n in range(3))
    shown = [ids.show("rule", rule.id) for rule in (a, b, c)]
    assert not draft([a, b, c]).changes
    moved = draft([a, b, c], step=f"down:{shown[0]}")
    assert [line.rule for line in moved.lines] == [b, a, c]
    assert [rule.position for rule in moved.kept] == [0, 1, 2]
    dropped = draft([a, b, c], moved.order, f"drop:{shown[2]}")
    assert [rule.id for rule in dropped.kept] == [b.id, a.id]
    back = draft([a, b, c], draft([a, b, c], dropped.order, f"keep:{shown[2]}").order)
    assert [line.rule for line in back.lines] == [b, a, c]
    # Somebody else removed b, and the order knows nothing of c.
    meanwhile = draft([a, c], f"{shown[1]},{shown[0]}")
    assert [line.rule for line in meanwhile.lines] == [a, c]
    assert not draft([a, b, c], "nonsense,-,", "up:").changes


def _rule(n: int) -> ICPTierRule:
    return ICPTierRule(UUID(int=n), f"Rule {n}", "A", All(()), n)
