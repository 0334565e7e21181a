"""The orders in which contacts can be listed, each served by an index (S3-22)."""

from __future__ import annotations

from nimbus.problems import invalid
from nimbus.web.paging import Sort

CREATED_DESC = Sort("created_desc", "Newest first", descending=True, id_descending=True)

SORTS = {
    sort.key: sort
    for sort in (
        CREATED_DESC,
        Sort("created_asc", "Oldest first"),
        Sort("updated_desc", "Changed last", "updated_at", descending=True, nulls_first=True),
        Sort("lead_score_desc", "Highest score", "lead_score", descending=True),
        Sort("lead_score_asc", "Lowest score", "lead_score", id_descending=True, nulls_first=True),
        Sort("name_asc", "Name, A to Z", "full_name"),
        Sort("name_desc", "Name, Z to A", "full_name", True, True, nulls_first=True),
        Sort("email_asc", "Email, A to Z", "email"),
        Sort("email_desc", "Email, Z to A", "email", True, True, nulls_first=True),
        Sort("icp_tier", "Tier, A first", "icp_tier"),
        Sort("icp_tier_desc", "Tier, D first", "icp_tier", True, True, nulls_first=True),
    )
}


def sort_of(key: str) -> Sort:
    """The order of that name. Raises Problem that names `sort` and the allowed ones."""
    if key not in SORTS:
        raise invalid(f"“{key[:40]}” is not an order. Allowed: {', '.join(SORTS)}.", "sort")
    return SORTS[key]
