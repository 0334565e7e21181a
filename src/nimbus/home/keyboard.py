"""The map of the keyboard: every key that the pages listen to (`frontend/js`)."""

from __future__ import annotations

from starlette.responses import Response

from nimbus.web import is_part, render
from nimbus.web.route import Ask, PageRouter

router = PageRouter()

KEYS: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...] = (
    ("Everywhere", (
        (("Ctrl K", "⌘ K"), "Go to a person, a company, a page, or do something"),
        (("/",), "Search in this list"),
        (("?",), "Show this map"),
        (("Alt T",), "Go to the last message, such as its Undo"),
        (("Esc",), "Close, or leave what has the focus"),
    )),
    ("In a list", (
        (("j", "k"), "To the next row, to the one before"),
        (("Enter",), "Open the row"),
        (("p",), "Look at the row beside the list"),
        (("x",), "Select the row"),
        (("Shift click",), "Select all rows up to this one"),
        (("Ctrl click", "⌘ click"), "Open the row in a new tab"),
    )),
    ("Editing", (
        (("e",), "Edit the current row"),
        (("←", "→"), "From one field of the row to the next"),
        (("Enter",), "Save"),
        (("Esc",), "Leave it as it was"),
    )),
    ("Duplicates", (
        (("m",), "Merge the two"),
        (("n",), "They are not duplicates"),
        (("s",), "Skip the pair"),
    )),
)  # fmt: skip


@router.at("GET", "/keyboard", scope="contacts:read")
def keyboard_page(ask: Ask) -> Response:
    """A page; to the shell a dialog."""
    is_dialog = is_part(ask.request)
    name = "home/keyboard_dialog.html" if is_dialog else "home/keyboard.html"
    return render(ask.request, name, keys=KEYS)
