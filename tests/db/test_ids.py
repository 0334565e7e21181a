"""Ids as they are shown: TypeIDs that read back, and the one 404 for everything else (D-31)."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from typeid import TypeID

from nimbus.db import ids
from nimbus.problems import Problem

LEAST, MOST = UUID(int=0), UUID(int=2**128 - 1)


def test_an_id_reads_back_and_agrees_with_the_specification() -> None:
    for id in (LEAST, MOST, *(uuid4() for _ in range(500))):
        shown = ids.show("cont", id)
        assert shown == str(TypeID.from_uuid(id, "cont"))
        assert ids.read("cont", shown) == id


def test_every_prefix_has_a_word_and_is_lower_case() -> None:
    for prefix in ids.WORDS:
        assert prefix.isalpha()
        assert prefix.islower()
        assert ids.read(prefix, ids.show(prefix, MOST)) == MOST


GOOD = ids.show("cont", UUID(int=1234567890))


@pytest.mark.parametrize(
    "bad",
    ["", "cont", "cont_", GOOD[5:], "comp" + GOOD[4:], GOOD.upper(), GOOD + "0", GOOD[:-1],
     "cont_8" + "0" * 25, "cont_" + "l" * 26, GOOD + "\n", " " + GOOD, "cont_" + "٣" * 26,
     str(UUID(int=7)), "cont_0_" + "0" * 24],
)  # fmt: skip
def test_what_is_no_id_of_that_kind_is_like_an_unknown_one(bad: str) -> None:
    with pytest.raises(Problem) as refused:
        ids.read("cont", bad)
    unknown = ids.missing("cont")
    assert (refused.value.code, refused.value.message) == (unknown.code, unknown.message)
    with pytest.raises(Problem) as refused:
        ids.read("cont", bad, "contact_id")
    assert (refused.value.code, refused.value.field) == ("validation_error", "contact_id")
