"""Settings of the scoring model: weights, grades, and the rules of each component."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Form, Query
from starlette.responses import HTMLResponse, Response

from nimbus.db import ids
from nimbus.problems import Problem
from nimbus.scoring.model import ScoringModel, dump_model
from nimbus.scoring.read import model
from nimbus.scoring.rule import COMPONENTS, OF_EVENTS
from nimbus.scoring.run_pages import back, banner
from nimbus.scoring.whose import Whose, whose
from nimbus.scoring.write_model import drop_model, restore_model, save_model
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
def scoring_page(
    ask: Ask, client: str = "", job: str = "", removed: str = "", part: str = ""
) -> Response:
    meant = whose(ask.tx, client)
    if removed:
        earlier = ids.show("model", ids.read("model", removed))
        toast(ask.request, "Removed", f"{HERE}/restoration/{earlier}")
    return _page(ask, meant, job=job, saved=part)


@router.at("GET", "/sum", scope="scoring:read")
def weights_sum(
    ask: Ask, fit: Annotated[str, Query()] = "", engagement: Annotated[str, Query()] = "",
    intent: Annotated[str, Query()] = "",
) -> Response:  # fmt: skip
    """What the three weights come to, while they are typed."""
    return HTMLResponse(_sum_words([_whole(text) for text in (fit, engagement, intent)]))


@router.at("POST", "/weights", scope="settings:write")
def save_weights_form(
    ask: Ask, client: str = "", fit: Text = "", engagement: Text = "", intent: Text = ""
) -> Response:
    given = {"fit": fit, "engagement": engagement, "intent": intent}
    return _save_part(ask, whose(ask.tx, client), "weights", given)


@router.at("POST", "/thresholds", scope="settings:write")
def save_thresholds_form(
    ask: Ask, client: str = "", a: Text = "", b: Text = "", c: Text = "", d: Text = ""
) -> Response:
    return _save_part(ask, whose(ask.tx, client), "thresholds", {"A": a, "B": b, "C": c, "D": d})


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
    return back(HERE, meant, saved, removed=ids.show("model", own.id) if own else "")


@router.at("POST", "/restoration/{model_id}", scope="settings:write")
def restore_model_form(ask: Ask, model_id: str) -> Response:
    """Undo: the version before, as a new one."""
    saved, client = restore_model(ask.tx, ask.who, "web", ids.read("model", model_id))
    answer = back(HERE, whose(ask.tx, client), saved)
    if ask.request.headers.get("hx-request") != "true":
        return answer
    # The Undo of a toast asks by htmx and swaps nothing by itself.
    return Response(status_code=204, headers={"HX-Redirect": answer.headers["location"]})


def current(ask: Ask, meant: Whose) -> ScoringModel:
    """The model that counts: the client's own, else the workspace's."""
    own = model(ask.tx, meant.client_id) if meant.client_id else None
    found = own or model(ask.tx)
    if found is None:
        raise ids.missing("model")
    return found


def _save_part(ask: Ask, meant: Whose, part: str, given: dict[str, str]) -> Response:
    numbers = {name: _whole(text) for name, text in given.items()}
    data = dump_model(current(ask, meant)) | {part: numbers}
    try:
        saved = save_model(ask.tx, ask.who, "web", data, meant.client_id)
    except Problem as problem:
        return _page(ask, meant, given={part: given}, problem=problem)
    return back(HERE, meant, saved, part=part)


def _page(
    ask: Ask, meant: Whose, *, job: str = "", given: dict[str, dict[str, str]] | None = None,
    problem: Problem | None = None, saved: str = "",
) -> Response:  # fmt: skip
    found = current(ask, meant)
    weights: dict[str, Any] = asdict(found.weights)
    thresholds = dump_model(found)["thresholds"]
    given = given or {}
    return render(
        ask.request, "scoring/model.html", status=problem.status if problem else 200,
        whose=meant, follows=meant.client is not None and model(ask.tx, meant.client_id) is None,
        model=found, components=COMPONENTS, words=COMPONENT_WORDS, of_events=OF_EVENTS,
        weights=given.get("weights", weights), thresholds=given.get("thresholds", thresholds),
        sum_words=_sum_words([_whole(str(w)) for w in given.get("weights", weights).values()]),
        problem=problem, saved=saved,
        **banner(ask.tx, job), here=HERE,
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
