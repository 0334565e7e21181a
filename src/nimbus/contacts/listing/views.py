"""Saved views as the list of contacts shows them: tabs, and an address that names one. The room
that keeps them offers them through `rooms` (S0-11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from nimbus.access import Who
from nimbus.contacts.listing.asked import address_of, asked_by, query_of
from nimbus.contacts.listing.columns import Choice
from nimbus.contacts.read import ContactList
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Catalogue
from nimbus.operations.pages import undo_href
from nimbus.operations.read import made_by
from nimbus.problems import Problem, invalid
from nimbus.web import toast
from nimbus.web.route import Ask

PARAM = "view"
# What of an address says nothing of the list itself.
BESIDE = frozenset({PARAM, "cursor", "done", "operation"})

# Whether there is one is nobody else's to know.
UNSEEN = "This saved view is its owner’s alone, or was deleted. Ask them to share it."

# What a form did to a view, and whether one may take it back.
DONE = {
    "saved": ("The view was saved", False), "changed": ("The view was changed", True),
    "deleted": ("The view was deleted", True),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """`asked` is the list that it keeps; it raises Problem where that asks for what is gone.
    `columns` are those it shows to whoever has chosen no others."""

    id: UUID
    shown_id: str
    name: str
    is_shared: bool
    is_own: bool
    asked: Callable[[], ContactList]
    columns: Choice


Find = Callable[[Tx, Who], Sequence[View]]

_find: list[Find] = []


def install(find: Find) -> None:
    """Who knows the views that somebody sees, by name."""
    _find[:] = [find]


@dataclass(frozen=True, slots=True)
class Opened:
    """The list that an address asks for, and the view it was come to by; `kept` is what that view
    holds, `views` are all that one sees."""

    asked: ContactList
    views: Sequence[View] = ()
    view: View | None = None
    kept: ContactList | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the list is another than the view holds by now."""
        return self.view is not None and self.asked != self.kept

    @property
    def in_full(self) -> list[tuple[str, str]]:
        """The parameters that say all of the list themselves, and the view it was come to by."""
        view = [(PARAM, self.view.shown_id)] if self.view else []
        return [*view, *query_of(self.asked)]

    def query(self, asked: ContactList) -> list[tuple[str, str]]:
        """The parameters that ask for a list from within this one: the view stays open, with what
        is different from it in full."""
        given = query_of(asked)
        if self.view is None or asked.shown == "deleted":
            return given
        if asked == self.kept:
            return [(PARAM, self.view.shown_id)]
        return [(PARAM, self.view.shown_id), *given] if given else []

    def href(self, asked: ContactList, cursor: str | None = None) -> str:
        return address_of(self.query(asked) + ([("cursor", cursor)] if cursor else []))

    def of(self, view: View) -> str:
        return address_of([(PARAM, view.shown_id)])


def opened(tx: Tx, who: Who, params: Iterable[tuple[str, str]], catalogue: Catalogue) -> Opened:
    """What the address asks: a view alone is the list that it holds; with anything else the address
    says all of the list itself. Raises Problem that names the parameter."""
    given = list(params)
    views = seen(tx, who)
    name = next((text for key, text in given if key == PARAM and text), "")
    asked = asked_by(given, catalogue)
    if name in ("", "deleted"):
        return Opened(asked, views)
    view = next((one for one in views if one.shown_id == name), None)
    if view is None:
        raise invalid(UNSEEN, PARAM)
    kept = _held(view)
    is_alone = not any(text for key, text in given if key not in BESIDE)
    return Opened(kept if is_alone else asked, views, view, kept)


def seen(tx: Tx, who: Who) -> Sequence[View]:
    return _find[0](tx, who) if _find and who.may("segments:read") else ()


def _held(view: View) -> ContactList:
    try:
        return view.asked()
    except Problem as problem:
        raise invalid(f"“{view.name}” cannot be opened: {problem.message}", PARAM) from None


def tell(ask: Ask, done: str, operation: str) -> None:
    """What the address says was done to a view, to whoever did it."""
    if done not in DONE or not operation:
        return
    words, may_undo = DONE[done]
    if made_by(ask.tx, ask.who, operation_id := ids.read("op", operation)):
        toast(ask.request, words, undo_href(operation_id) if may_undo else None)
