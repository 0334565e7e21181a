"""What each level of agreement says, in bits: log2 of how much more often it is seen between two
contacts of one person than between those of two (Fellegi and Sunter).

A weight is the same in every workspace, so that a score means the same everywhere. The weights were
set from what is generally known of names and addresses and held against the reference files
(decision 0029).
"""

from __future__ import annotations

WEIGHTS: dict[str, dict[str, float]] = {
    "given": {"same": 6, "nickname": 4.5, "near": 4.5, "alike": 2.5, "initial": 1.5, "other": -6},
    "family": {"same": 7.5, "near": 6, "part": 5, "alike": 3, "initial": 1.5, "other": -3.5},
    "swapped": {"yes": -1},
    "generation": {"same": 0.5, "other": -8},
    "email": {"same": 13, "mailbox": 12, "host_typo": 10, "local": 7, "typo": 3, "other": -1.5},
    "company": {"same": 4, "domain": 4, "near": 3, "other": -3.5},
    "phone": {"same": 8, "shared": 1, "other": -1},
    "profile": {"same": 13, "other": -6},
    "city": {"same": 4, "near": 3.5, "alike": 2, "other": -2},
    "state": {"same": 1.5, "other": -2},
    "postcode": {"same": 6, "near": 4.5, "other": -3},
    "house": {"same": 5, "near": 1, "other": -1.5},
    "street": {"same": 8.5, "near": 7.5, "alike": 4, "other": -3},
    "line": {"same": 5, "near": 4, "alike": 2, "other": -1},
    "born": {"same": 10, "near": 6, "alike": 3.5, "partly": 0, "other": -5},
}

# A sum from which a pair is worth a look, and one from which it is hardly chance any more.
POSSIBLE, LIKELY = 10.0, 15.0
