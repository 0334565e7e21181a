"""The one filter language: read from JSON or a URL, compiled to SQL, evaluated, said in English."""

from nimbus.filters.compile import compile
from nimbus.filters.describe import describe
from nimbus.filters.evaluate import evaluate, explain
from nimbus.filters.filter import All, Any_, Filter, Leaf, Not, children, leaves
from nimbus.filters.fold import fold
from nimbus.filters.operators import OPERATORS, Operator, operators_for
from nimbus.filters.parse import dump, load, parse, parse_list, show
from nimbus.filters.sets import expand, is_in
from nimbus.filters.source import Params, Source
from nimbus.filters.url import from_params, refuse_blank, to_params

__all__ = [
    "OPERATORS",
    "All",
    "Any_",
    "Filter",
    "Leaf",
    "Not",
    "Operator",
    "Params",
    "Source",
    "children",
    "compile",
    "describe",
    "dump",
    "evaluate",
    "expand",
    "explain",
    "fold",
    "from_params",
    "is_in",
    "leaves",
    "load",
    "operators_for",
    "parse",
    "parse_list",
    "refuse_blank",
    "show",
    "to_params",
]
