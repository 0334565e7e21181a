"""`nimbus import` reads files as the API does, and refuses what the API refuses (S1-06, S1-08)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from nimbus.imports.find import recent
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.terminal import COMPLETE, WAITING, Answer, Order, import_file, preview_file
from nimbus.problems import Problem
from tests.conftest import World

Bring = Callable[..., Answer]


@pytest.fixture
def bring(world: World, tmp_path: Path) -> Bring:
    """Import a text from a file, in this process; `preview=True` only tries it."""

    def run(content: bytes, preview: bool = False, **options: str) -> Answer:
        path = tmp_path / "people.csv"
        path.write_bytes(content)
        workspace_id = world.alice.who.workspace_id
        order = Order(path, workspace_id, options=ImportOptions(**options))  # type: ignore[arg-type]
        if preview:
            return preview_file(world.instance, order)
        return import_file(world.instance, order, Console(file=io.StringIO()))

    return run


@pytest.mark.parametrize(
    ("sign", "typed"), [(";", "semicolon"), ("\t", "\\t"), ("|", "Pipe"), (",", ",")]
)
def test_delimiters_go_by_sign_and_by_word(
    bring: Bring, world: World, sign: str, typed: str
) -> None:
    text = f"Email{sign}First name\nada@kestrel-example.com{sign}Zoë\n"
    tried = bring(text.encode("utf-16-le"), preview=True, delimiter=typed, encoding="utf-16")
    assert (tried.code, tried.data["total"]) == (COMPLETE, 1)
    done = bring(text.encode("utf-16-le"), delimiter=typed, encoding="utf-16")
    assert (done.code, done.data["imported"]) == (COMPLETE, 1), done.data
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        kept = recent(tx)[0].options
        assert tx.value("select first_name from contact") == "Zoë"
    assert (kept["delimiter"], kept["encoding"]) == (sign, "utf-16")


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize(
    ("options", "field"),
    [({"delimiter": "::"}, "delimiter"), ({"delimiter": "colon"}, "delimiter"),
     ({"encoding": "idna"}, "encoding"), ({"encoding": "utf-16"}, "encoding"),
     ({"encoding": "ascii"}, "encoding"), ({"encoding": "base64"}, "encoding")],
)  # fmt: skip
def test_what_cannot_be_read_so_names_its_field(
    bring: Bring, world: World, options: dict[str, str], field: str, preview: bool
) -> None:
    with pytest.raises(Problem) as refused:
        bring("Email;Name\na@kestrel-example.com;Zoë\n".encode(), preview=preview, **options)
    assert (refused.value.code, refused.value.field) == ("validation_error", field)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        assert recent(tx) == []


def test_a_file_without_a_sure_email_waits_and_shows_its_columns(bring: Bring) -> None:
    waits = bring(b"Email,Spalte A\n,x\n,y\n")
    assert waits.code == COMPLETE
    waits = bring(b"Wer,Spalte A\nx,y\n")
    assert waits.code == WAITING
    assert [one["header"] for one in waits.data["proposal"]] == ["Wer", "Spalte A"]
