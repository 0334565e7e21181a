"""`make reference DATA=DIR`: public reference files through reader, validators, finder, importer.

Not part of the tests: a clone needs nothing beside itself. Says what each set scores, and ends with
1 when a set misses its limit.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from nimbus.fields import Invalid
from nimbus.fields.types import EMAIL, TEXT
from nimbus.imports.reader.read import rows
from nimbus.imports.reader.sniff import sniff
from nimbus.problems import Problem
from nimbus.webhooks.address import Rules, addresses, check
from nimbus.webhooks.ranges import is_public
from tests.reference_duplicates import LIMITS, judged, measured
from tests.reference_imports import bring
from tests.reference_people import invented

# At least: of Pollock's ten points, the best that is published with the dialect given; of isemail's
# valid addresses. Of those that isemail calls errors none may be accepted.
POLLOCK_SIMPLE, POLLOCK_WEIGHTED = 9.961, 9.599
VALID_EMAILS = 21
# Of pairs that may be merged unseen so many at most are wrong, where people are easily mistaken.
INVENTED, MOST_WRONG = 100_000, 5 / 10_000

Told = tuple[list[str], list[str]]  # What a set scores, and which limits it misses.


def main() -> None:
    folder = Path(sys.argv[1])
    missed = []
    with _unpacked(folder) as pollock:
        checks: list[Callable[[], Told]] = [
            lambda: _emails(folder), lambda: _spectrum(folder), lambda: _naughty(folder),
            lambda: _hostile_urls(folder), lambda: _duplicates(folder),
            lambda: _pollock(folder, pollock), lambda: _imports(folder, pollock),
        ]  # fmt: skip
        for check in checks:
            said, wrong = check()
            print("\n".join(said), flush=True)
            missed += wrong
    if missed:
        print(f"{len(missed)} limits missed:", *missed, sep="\n  ")
        sys.exit(1)


def _imports(folder: Path, pollock: Path | None) -> Told:
    """Every file of delimited text through the import endpoint."""
    found = sorted(folder.rglob("*.csv"))
    found += sorted((pollock / "polluted_files" / "csv").iterdir()) if pollock else []
    return bring(found)


def table(path: Path, header: bool = True) -> list[list[str]]:
    """A file as our reader has it, the dialect found by ourselves."""
    dialect = sniff(path)
    found = [row.cells for row in rows(path, replace(dialect, has_header=header))]
    return [list(dialect.header), *found] if header else found


def _emails(folder: Path) -> Told:
    cases = json.loads((folder / "isemail" / "isemail_tests.json").read_text())
    cases = cases if isinstance(cases, list) else cases["tests"]
    accepted: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in cases:
        category = case["category"]
        total[category] += 1
        try:
            accepted[category] += EMAIL.parse(case["address"]) is not None
        except Invalid:
            continue
    right = accepted["ISEMAIL_VALID_CATEGORY"] + accepted["ISEMAIL_DNSWARN"]
    wrong = accepted["ISEMAIL_ERR"]
    valid = total["ISEMAIL_VALID_CATEGORY"] + total["ISEMAIL_DNSWARN"]
    said = f"isemail: {wrong} of {total['ISEMAIL_ERR']} errors accepted, {right} of {valid} valid"
    return [said], [said] if wrong or right < VALID_EMAILS else []


def _spectrum(folder: Path) -> Told:
    equal, odd = 0, []
    files = sorted((folder / "csv_spectrum" / "csvs").glob("*.csv"))
    for file in files:
        expected = json.loads((folder / "csv_spectrum" / "json" / f"{file.stem}.json").read_text())
        head, *body = table(file)
        same = [dict(zip(head, line, strict=True)) for line in body] == expected
        equal += same
        odd += [] if same else [file.name]
    said = f"csv_spectrum: {equal} of {len(files)} equal" + f" (not {', '.join(odd)})" * bool(odd)
    return [said], []


def _naughty(folder: Path) -> Told:
    strings = json.loads((folder / "naughty_strings" / "blns.json").read_text())
    kept = refused = 0
    with tempfile.TemporaryDirectory() as place:
        for number, text in enumerate(strings):
            file = Path(place) / f"{number}.csv"
            out = io.StringIO(newline="")
            csv.writer(out).writerows([["Email", "Note"], ["a@acme.com", text]])
            file.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
            try:
                cell = table(file)[1][1]
                TEXT.parse(cell)
                kept += cell == text
                refused += cell != text
            except (Problem, Invalid):
                refused += 1
    said = f"naughty strings: {kept} of {len(strings)} come back as they are, {refused} refused"
    return [said], []


def _hostile_urls(folder: Path) -> Told:
    """Where a webhook must not go; http is allowed here, so that it is not the scheme that refuses.
    Names that redirect are public, and no redirect is ever followed: these may be accepted."""
    urls = (folder / "ssrf" / "ssrf_must_refuse.txt").read_text().splitlines()
    refused, public, wrong = 0, [], []
    for url in filter(None, urls):
        try:
            target = check(url, Rules(http=True))
        except Problem:
            refused += 1
            continue
        reached = addresses(target, Rules(http=True))
        (public if all(is_public(one) for one in reached) else wrong).append(url)
    said = [f"hostile URLs: {refused} refused, {len(wrong)} that are not public accepted"]
    said += [f"  public, and no redirect is followed: {url}" for url in public]
    return said, [f"{url} is accepted" for url in wrong]


def _duplicates(folder: Path) -> Told:
    """Pairs of people, as the finder compares them; and a hundred thousand that are invented."""
    said, missed = [], []
    for name, least in LIMITS.items():
        told = measured(folder, name)
        said.append(f"{name}: {told}")
        missed += [said[-1]] if told.f1 < least or told.certain_wrong else []
    told = judged(*invented(INVENTED))
    said.append(f"{INVENTED:,} invented people: {told}")
    return said, missed + ([said[-1]] if told.certain_wrong > told.certain * MOST_WRONG else [])


@contextmanager
def _unpacked(folder: Path) -> Iterator[Path | None]:
    """The folder with the files of Pollock; None where the archive is not there."""
    archive = folder / "pollock.tar.xz"
    with tempfile.TemporaryDirectory() as place:
        if not archive.exists():
            yield None
            return
        with tarfile.open(archive) as packed:
            packed.extractall(place, filter="data")
        (root,) = {found.parent for found in Path(place).rglob("polluted_files")}
        yield root


def _pollock(folder: Path, root: Path | None) -> Told:
    """The reader alone: that a file needs a header and rows below it is a rule of imports."""
    tool = folder.parent / "tools" / "pollock_score.py"
    if root is None or not tool.exists():
        return ["pollock: pollock.tar.xz or ../tools/pollock_score.py is not there"], []
    simple, weighted, per = _load(tool).score(_adapter, str(root))
    said = f"pollock: {len(per)} files, simple {simple:.3f}, weighted {weighted:.3f} of 10"
    enough = simple >= POLLOCK_SIMPLE and weighted >= POLLOCK_WEIGHTED
    return [said], [] if enough else [said]


def _adapter(path: str, _: dict[str, Any]) -> list[list[str]]:
    try:
        return table(Path(path), header=False)
    except Problem as problem:
        if "empty" in problem.message.lower():
            return []
        raise


def _load(tool: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("pollock_score", tool)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
