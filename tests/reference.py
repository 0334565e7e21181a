"""`make reference DATA=DIR`: public reference files through reader, validators and importer.

Not part of the tests: a clone needs nothing beside itself. Says what each set scores.
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
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from nimbus.fields import Invalid
from nimbus.fields.types import EMAIL, TEXT
from nimbus.imports.reader.read import rows
from nimbus.imports.reader.sniff import sniff
from nimbus.problems import Problem


def main() -> None:
    folder = Path(sys.argv[1])
    results = [
        check(folder) for check in (_emails, _spectrum, _naughty, _pollock) if check is not None
    ]
    print("\n".join(line for lines in results for line in lines))


def table(path: Path, header: bool = True) -> list[list[str]]:
    """A file as our reader has it, the dialect found by ourselves."""
    dialect = sniff(path)
    found = [row.cells for row in rows(path, replace(dialect, has_header=header))]
    return [list(dialect.header), *found] if header else found


def _emails(folder: Path) -> list[str]:
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
    return [f"isemail: {wrong} of {total['ISEMAIL_ERR']} errors accepted, {right} of {valid} valid"]


def _spectrum(folder: Path) -> list[str]:
    equal, odd = 0, []
    files = sorted((folder / "csv_spectrum" / "csvs").glob("*.csv"))
    for file in files:
        expected = json.loads((folder / "csv_spectrum" / "json" / f"{file.stem}.json").read_text())
        head, *body = table(file)
        same = [dict(zip(head, line, strict=True)) for line in body] == expected
        equal += same
        odd += [] if same else [file.name]
    return [
        f"csv_spectrum: {equal} of {len(files)} equal" + (f" (not {', '.join(odd)})" * bool(odd))
    ]


def _naughty(folder: Path) -> list[str]:
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
    return [f"naughty strings: {kept} of {len(strings)} come back as they are, {refused} refused"]


def _pollock(folder: Path) -> list[str]:
    archive = folder / "pollock.tar.xz"
    tool = folder.parent / "tools" / "pollock_score.py"
    if not archive.exists() or not tool.exists():
        return ["pollock: pollock.tar.xz or ../tools/pollock_score.py is not there"]
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(archive) as packed:
            packed.extractall(place, filter="data")
        (root,) = {found.parent for found in Path(place).rglob("polluted_files")}
        simple, weighted, per = _load(tool).score(_adapter, str(root))
    return [f"pollock: {len(per)} files, simple {simple:.3f}, weighted {weighted:.3f} of 10"]


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
