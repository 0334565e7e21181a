"""Settings of the scoring model: weights, grades, and the rules of each component."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Form, Query
from starlette.responses import HTMLResponse, Response

from nimbus.db import ids
from nimbus.problems import Problem
from nimbus.scoring.model import ScoringModel, dump_model
from nimbus.scoring.read import model, model_of_score
from nimbus.scoring.rule import COMPONENTS, OF_EVENTS
from nimbus.scoring.run_pages import back, banner, told
from nimbus.scoring.told import model_change
from nimbus.scoring.trial import try_model
from nimbus.scoring.whose import Whose, whose
from nimbus.scoring.write import lock
from nimbus.scoring.write_model import (
    client_of_model,
    drop_model,
    read_next,
    restore_model,
    save_model,
)
from nimbus.web import render, toast
from nimbus.web.route import Ask, PageRouter

router = PageRouter("/settings/scoring")
HERE = "/settings/scoring"
Text = Annotated[str, Form()]

COMPONENT_WORDS = {
    "fit": "Who they are and where they work",
    "engagement": "How they react to you",
    "intent": "Signs that they are about to buy",
}


@router.at("GET", "", scope="scoring:read")
def scoring_page(ask: Ask, client: str = "", job: str = "", before: str = "") -> Response:
    """`before` is the model that one has just saved another in place of."""
    meant = whose(ask.tx, client)
    if before and ask.who.may("settings:write"):
        earlier = model_of_score(ask.tx, ids.read("model", before))
        words = model_change(earlier, current(ask, meant))
        now = _shown(model(ask.tx, meant.client_id))
        toast(ask.request, words, f"{HERE}/restoration/{ids.show('model', earlier.id)}?of={now}")
    return _page(ask, meant, job=job)


@router.at("GET", "/sum", scope="scoring:read")
def weights_sum(
    ask: Ask, fit: Annotated[str, Query()] = "", engagement: Annotated[str, Query()] = "",
    intent: Annotated[str, Query()] = "",
) -> Response:  # fmt: skip
    """What the three weights come to, while they are typed."""
    return HTMLResponse(_sum_words([_whole(text) for text in (fit, engagement, intent)]))


@router.at("POST", "/weights", scope="settings:write")
def save_weights_form(
    ask: Ask, client: str = "", fit: Text = "", engagement: Text = "", intent: Text = "",
    step: Text = "",
) -> Response:  # fmt: skip
    given = {"fit": fit, "engagement": engagement, "intent": intent}
    return _save_part(ask, whose(ask.tx, client), "weights", given, step)


@router.at("POST", "/thresholds", scope="settings:write")
def save_thresholds_form(
    ask: Ask, client: str = "", a: Text = "", b: Text = "", c: Text = "", d: Text = "",
    step: Text = "",
) -> Response:  # fmt: skip
    given = {"A": a, "B": b, "C": c, "D": d}
    return _save_part(ask, whose(ask.tx, client), "thresholds", given, step)


@router.at("POST", "/trial", scope="settings:write")
def try_model_form(
    ask: Ask, client: str = "", fit: Text = "", engagement: Text = "", intent: Text = "",
    a: Text = "", b: Text = "", c: Text = "", d: Text = "",
) -> Response:  # fmt: skip
    """What the weights and grades that are typed would change."""
    given = {
        "weights": {"fit": fit, "engagement": engagement, "intent": intent},
        "thresholds": {"A": a, "B": b, "C": c, "D": d},
    }
    found = _told(ask, whose(ask.tx, client), given)
    return render(ask.request, "scoring/model_trial.html", told=found)


@router.at("POST", "/own", scope="settings:write")
def own_model_form(ask: Ask, client: str) -> Response:
    """Begin a client's own model with the workspace's."""
    meant = whose(ask.tx, client)
    data = dump_model(current(ask, whose(ask.tx, None)))
    return back(HERE, meant, save_model(ask.tx, ask.who, "web", data, meant.its_own))


@router.at("POST", "/own/removal", scope="settings:write")
def drop_model_form(ask: Ask, client: str) -> Response:
    meant = whose(ask.tx, client)
    own = model(ask.tx, meant.its_own)
    saved = drop_model(ask.tx, ask.who, "web", meant.its_own)
    return back(HERE, meant, saved, before=_shown(own))


@router.at("POST", "/restoration/{model_id}", scope="settings:write")
def restore_model_form(ask: Ask, model_id: str, of: str = "") -> Response:
    """Undo: the version before, as a new one. `of` is the version that is undone, none where a
    client was given back; another by now is somebody's work since. Raises Problem(conflict)."""
    earlier = ids.read("model", model_id)
    lock(ask.tx)
    now = model(ask.tx, client_of_model(ask.tx, earlier))
    if _shown(now) != of:
        raise Problem(
            "conflict",
            "The scoring model was changed again since, so this is not undone. Load the page to "
            "see how it is now.",
        )
    saved, client = restore_model(ask.tx, ask.who, "web", earlier)
    before = ids.show("model", now.id) if now and saved.operation_id else ""
    answer = back(HERE, whose(ask.tx, client), saved, before=before)
    if ask.request.headers.get("hx-request") != "true":
        return answer
    # The Undo of a toast asks by htmx and swaps nothing by itself.
    return Response(status_code=204, headers={"HX-Redirect": answer.headers["location"]})


def _shown(found: ScoringModel | None) -> str:
    return ids.show("model", found.id) if found else ""


def current(ask: Ask, meant: Whose) -> ScoringModel:
    """The model that counts: the client's own, else the workspace's."""
    own = model(ask.tx, meant.client_id) if meant.client_id else None
    found = own or model(ask.tx)
    if found is None:
        raise ids.missing("model")
    return found


def save(ask: Ask, meant: Whose, data: dict[str, Any]) -> Response:
    """The next model, and on to the page, which says what is different and offers to undo it.
    Raises Problem."""
    before = model(ask.tx, meant.client_id)
    saved = save_model(ask.tx, ask.who, "web", data, meant.client_id)
    known = ids.show("model", before.id) if before and saved.operation_id else ""
    return back(HERE, meant, saved, before=known)


def told_of(ask: Ask, meant: Whose, changed: Callable[[], dict[str, Any]]) -> dict[str, object]:
    """The trial of a changed model, whose data may turn out to be wrong."""
    return told(
        lambda: try_model(
            ask.tx, read_next(ask.tx, changed(), meant.client_id), meant.client_id
        )
    )  # fmt: skip


def _told(ask: Ask, meant: Whose, given: dict[str, dict[str, str]]) -> dict[str, object]:
    return told_of(ask, meant, lambda: dump_model(current(ask, meant)) | _numbers(given))


def _save_part(ask: Ask, meant: Whose, part: str, given: dict[str, str], step: str) -> Response:
    if step == "try":
        return _page(ask, meant, given={part: given}, found=_told(ask, meant, {part: given}))
    data = dump_model(current(ask, meant)) | _numbers({part: given})
    try:
        return save(ask, meant, data)
    except Problem as problem:
        return _page(ask, meant, given={part: given}, problem=problem)


def _numbers(given: dict[str, dict[str, str]]) -> dict[str, dict[str, int]]:
    return {
        part: {name: _whole(text) for name, text in values.items()}
        for part, values in given.items()
    }


def _page(
    ask: Ask, meant: Whose, *, job: str = "", given: dict[str, dict[str, str]] | None = None,
    problem: Problem | None = None, found: dict[str, object] | None = None,
) -> Response:  # fmt: skip
    counts = current(ask, meant)
    weights: dict[str, Any] = asdict(counts.weights)
    thresholds = dump_model(counts)["thresholds"]
    given = given or {}
    return render(
        ask.request, "scoring/model.html", status=problem.status if problem else 200,
        whose=meant, follows=meant.client is not None and model(ask.tx, meant.client_id) is None,
        model=counts, told=found, components=COMPONENTS, words=COMPONENT_WORDS, of_events=OF_EVENTS,
        weights=given.get("weights", weights), thresholds=given.get("thresholds", thresholds),
        sum_words=_sum_words([_whole(str(w)) for w in given.get("weights", weights).values()]),
        problem=problem, **banner(ask.tx, job), here=HERE,
    )  # fmt: skip


def _whole(text: str) -> int:
    """-1, which no weight or threshold can be, for what is not a whole number."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1


def _sum_words(weights: list[int]) -> str:
    if min(weights) < 0:
        return "Three whole numbers are needed."
    total = sum(weights)
    if total == 100:
        return "100 in all."
    return f"{total} in all: {abs(100 - total)} {'too few' if total < 100 else 'too many'}."
