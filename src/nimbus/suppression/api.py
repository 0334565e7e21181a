"""The lists for programs: `/api/v1/suppressions/` and `/api/v1/suppression-domains/`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from nimbus.db import ids
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.problems import invalid
from nimbus.suppression import read, shapes, write
from nimbus.suppression.held_back import held_back
from nimbus.suppression.lists import DOMAINS, EMAILS, Listing
from nimbus.suppression.suppression import Entry
from nimbus.web.counting import Count
from nimbus.web.cursor import Cursor, Seal
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
from nimbus.web.route import ApiRouter, Ask
from nimbus.web.values import FromPage, Moment

emails = ApiRouter("/api/v1/suppressions", "suppression")
domains = ApiRouter("/api/v1/suppression-domains", "suppression")

Search = Annotated[
    str,
    Query(
        max_length=200,
        description="Any part of the email or domain; of one or two characters, the beginning of a "
        "word in it.",
    ),
]


def _reason(listing: Listing) -> Any:
    one = f"({'|'.join(listing.reasons)})"
    return Query(
        description="One reason, or several with commas (S1-43).",
        json_schema_extra={"pattern": f"^({one}(,{one})*)?$"},
    )


EmailReason = Annotated[str, _reason(EMAILS)]
DomainReason = Annotated[str, _reason(DOMAINS)]
Source = Annotated[str, Query(max_length=100, description="Where the entry came from.")]
After = Annotated[Moment | None, Query(description="Added at this time or later.")]
Size = Annotated[int, Query(ge=1, le=500)]


@emails.at("GET", "/", scope="suppression:read", answers=shapes.EmailPage)
def list_suppressions(
    ask: Ask, search: Search = "", reason: EmailReason = "", source: Source = "",
    created_after: After = None, cursor: FromPage = None, page_size: Size = 50,
) -> dict[str, Any]:  # fmt: skip
    """Emails that this workspace does not contact, newest first (S1-43, G-48)."""
    sought = read.Sought(search, _reasons(EMAILS, reason), source, created_after)
    return _page(ask, EMAILS, sought, cursor, page_size)


@emails.at("POST", "/", scope="suppression:write", answers=shapes.Outcome, status=201)
def create_suppressions(ask: Ask, given: shapes.NewSuppressions) -> dict[str, Any]:
    """Add up to 100,000 emails under one reason; what is not an email is `refused`."""
    added = write.add(
        ask.tx, ask.who, EMAILS, given.emails,
        reason=given.reason, source=given.source, note=given.note, through="api",
    )  # fmt: skip
    return _outcome(EMAILS, added)


@emails.at("GET", "/{id}/", scope="suppression:read", answers=shapes.ShownEmail)
def read_suppression(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One entry of the list."""
    return _tagged(ask, EMAILS, id, if_none_match)


@emails.at("DELETE", "/{id}/", scope="suppression:write", answers=shapes.ShownEmail)
def delete_suppression(
    ask: Ask, id: str, given: shapes.Delisting | None = None, if_match: IfMatch = None
) -> dict[str, Any]:
    """Take an email off the list; answers the entry as it was."""
    return _remove(ask, EMAILS, id, given, if_match)


@domains.at("GET", "/", scope="suppression:read", answers=shapes.DomainPage)
def list_suppression_domains(
    ask: Ask, search: Search = "", reason: DomainReason = "", created_after: After = None,
    cursor: FromPage = None, page_size: Size = 50,
) -> dict[str, Any]:  # fmt: skip
    """Domains that this workspace does not contact, with all beneath them, newest first (S1-44)."""
    sought = read.Sought(search, _reasons(DOMAINS, reason), since=created_after)
    return _page(ask, DOMAINS, sought, cursor, page_size)


@domains.at("POST", "/", scope="suppression:write", answers=shapes.Outcome, status=201)
def create_suppression_domains(ask: Ask, given: shapes.NewSuppressionDomains) -> dict[str, Any]:
    """Add up to 100,000 domains under one reason; what is not a domain is `refused`. Of a pasted
    address the host is kept, without a leading `www.`; `data` says which domain was added."""
    added = write.add(
        ask.tx, ask.who, DOMAINS, given.domains,
        reason=given.reason, note=given.note, through="api",
    )  # fmt: skip
    return _outcome(DOMAINS, added)


@domains.at("GET", "/{id}/", scope="suppression:read", answers=shapes.ShownDomain)
def read_suppression_domain(ask: Ask, id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One entry of the list."""
    return _tagged(ask, DOMAINS, id, if_none_match)


@domains.at("DELETE", "/{id}/", scope="suppression:write", answers=shapes.ShownDomain)
def delete_suppression_domain(
    ask: Ask, id: str, given: shapes.Delisting | None = None, if_match: IfMatch = None
) -> dict[str, Any]:
    """Take a domain off the list; answers the entry as it was."""
    return _remove(ask, DOMAINS, id, given, if_match)


def _reasons(listing: Listing, text: str) -> list[str]:
    asked = [reason.strip() for reason in text.split(",") if reason.strip()]
    if unknown := set(asked) - listing.reasons.keys():
        known = ", ".join(listing.reasons)
        raise invalid(f"No such reason: {', '.join(sorted(unknown))}. Reasons: {known}.", "reason")
    return asked


def _page(
    ask: Ask, listing: Listing, sought: read.Sought, cursor: str | None, size: int
) -> dict[str, Any]:
    seal = Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id}:{listing.key}")
    before = seal.open(cursor).id if cursor is not None else None
    found = read.page(ask.tx, listing, sought, size, before=before)
    total = read.count(ask.tx, listing, sought, found)
    last = found.entries[-1].id if found.has_older else None
    counted = listing is DOMAINS and ask.who.may("contacts:read")
    held = held_back(ask.tx, [entry.name for entry in found.entries]) if counted else {}
    return {
        "data": [_listed(listing, entry, held.get(entry.name)) for entry in found.entries],
        "meta": {
            "next_cursor": seal.close(Cursor(last, None, 0)) if last else None,
            "has_more": found.has_older,
            "total_count": total.value,
            "total_is_exact": total.exact,
        },
    }


def _shown(listing: Listing, entry: Entry) -> dict[str, Any]:
    shown = {
        "id": ids.show(listing.prefix, entry.id),
        listing.noun: entry.name,
        "reason": entry.reason,
        "source": entry.source,
        "note": entry.note,
        "created_by": entry.created_by,
        "created_at": entry.created_at,
    }
    if listing is DOMAINS:
        del shown["source"]
    return shown


def _listed(listing: Listing, entry: Entry, held: Count | None) -> dict[str, Any]:
    shown = _shown(listing, entry)
    if listing is DOMAINS:
        shown["held_back"] = held.value if held else None
        shown["held_back_is_exact"] = held.exact if held else None
    return shown


def _outcome(listing: Listing, added: write.Added) -> dict[str, Any]:
    """Raises Problem that names the first line when not one of them could be read."""
    if added.refused and not (added.added or added.tightened or added.already):
        first = added.refused[0]
        raise invalid(
            f"Not one of these is {listing.article}: {first.why}", f"{listing.key}[{first.at}]"
        )
    return {
        "operation_id": ids.show("op", added.operation),
        "added": len(added.added),
        "tightened": len(added.tightened),
        "already_there": added.already,
        "repeated": added.repeated,
        "refused": [
            {"index": line.at, "value": line.text, "message": line.why} for line in added.refused
        ],
        "warnings": write.warnings(listing, added),
        "data": [
            {"id": ids.show(listing.prefix, id), "name": name} for name, id in added.added.items()
        ],
    }


def _tagged(ask: Ask, listing: Listing, id: str, if_none_match: str | None) -> Response:
    entry = read.one(ask.tx, listing, ids.read(listing.prefix, id))
    if entry is None:
        raise ids.missing(listing.prefix)
    shown = _shown(listing, entry)
    return tagged(shown, tag_of(ask.tx, entry.id, shown), if_none_match)


def _remove(
    ask: Ask, listing: Listing, id: str, given: shapes.Delisting | None, if_match: str | None
) -> dict[str, Any]:
    entry_id = ids.read(listing.prefix, id)
    if read.one(ask.tx, listing, entry_id) is None:
        raise ids.missing(listing.prefix)
    refuse_stale(ask.tx, if_match, entry_id, listing.table)
    entry, _ = write.remove(
        ask.tx, ask.who, listing, entry_id,
        through="api", why=given.why if given else "",
    )  # fmt: skip
    return _shown(listing, entry)
