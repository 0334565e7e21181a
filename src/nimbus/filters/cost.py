"""What a filter may cost: questions, the values in their lists, and what no index answers (G-26).

The weights are those of one row that is looked at: a question is 1. What takes long all the same is
stopped by the clock (`web/timely.py`).
"""

from __future__ import annotations

from nimbus.filters.filter import Leaf
from nimbus.problems import Problem

BUDGET = 2_000

PART_OF_TEXT = 20  # The text is gone through letter by letter.
BESIDE = 5  # Rows beside the contact are read.
PLAIN_VALUES = 10  # So many values of a list are one: they are looked up, not gone through.


def cost(leaf: Leaf) -> int:
    """What the question adds to a filter's cost."""
    weight = 1
    if leaf.op.shape == "text":
        weight += PART_OF_TEXT
    if leaf.field.thing in ("company", "related"):
        weight += BESIDE
    if leaf.op.shape == "many":
        looked_up = leaf.field.thing != "custom" and leaf.field.type.kind not in (
            "choices", "membership",
        )  # fmt: skip
        weight += len(leaf.value) // PLAIN_VALUES if looked_up else len(leaf.value)
    return weight


def refuse_dear(spent: int, path: str) -> None:
    """Raises Problem(too_expensive) that names the question with which it was too much."""
    if spent > BUDGET:
        raise Problem(
            "too_expensive",
            "This filter asks too much at once: it has many long lists or searches for many parts "
            "of texts. Shorten the lists, or make a segment or an import of them and ask for that.",
            path,
        )
