"""Who must not be contacted: emails, whole domains and the platform's opt-outs (S1-42 … S1-46).

Others call `check_statement` (a batch), `status_of` (one email), `add` and `remove`.
"""

from nimbus.suppression.lists import DOMAINS, EMAILS
from nimbus.suppression.read import check_statement, status_of, statuses_of
from nimbus.suppression.suppression import LAYERS, REASONS, Suppression
from nimbus.suppression.write import add, remove

__all__ = [
    "DOMAINS",
    "EMAILS",
    "LAYERS",
    "REASONS",
    "Suppression",
    "add",
    "check_statement",
    "remove",
    "status_of",
    "statuses_of",
]
