"""The API of the people of a workspace and of invitations (D-33)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from nimbus.access import links
from nimbus.accounts.invitation import Invitation, invite, revoke_invitation, waiting
from nimbus.accounts.member import change_role, find_member, make_password_link, remove_member
from nimbus.accounts.people_shapes import (
    InvitationList,
    MadeInvitation,
    MadePasswordLink,
    MemberList,
    MemberShape,
    NewInvitation,
    NewRole,
)
from nimbus.accounts.read import Member, people
from nimbus.db import ids
from nimbus.operations.since import refuse_stale, tag_of
from nimbus.web.etag import IfMatch, IfNoneMatch, tagged
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1", "Workspace")


@router.at("GET", "/people/", scope="people:read", answers=MemberList)
def list_people(ask: Ask) -> dict[str, object]:
    """Who belongs to the workspace, by name, with their role."""
    found = people(ask.tx)
    return {"data": [_member(one) for one in found], "meta": {"total_count": len(found)}}


@router.at("GET", "/people/{id}/", scope="people:read", answers=MemberShape)
def read_person(
    ask: Ask, id: Annotated[str, Path()], if_none_match: IfNoneMatch = None
) -> Response:
    """One of the people of the workspace."""
    return _tagged(ask, find_member(ask.tx, ids.read("user", id)), if_none_match)


@router.at("PATCH", "/people/{id}/", scope="people:write", answers=MemberShape)
def change_person(
    ask: Ask, id: Annotated[str, Path()], body: NewRole, if_match: IfMatch = None
) -> Response:
    """Give a person another role. Nobody gives or takes more than they have themselves, and the
    last owner stays one. Keys that they made and that reach further than the role are revoked."""
    person = find_member(ask.tx, ids.read("user", id))
    refuse_stale(ask.tx, if_match, person.user_id, "workspace")
    return _tagged(ask, change_role(ask.tx, ask.who, "api", person.user_id, body.role))


@router.at("DELETE", "/people/{id}/", scope="people:write", status=204)
def remove_person(ask: Ask, id: Annotated[str, Path()], if_match: IfMatch = None) -> Response:
    """Let a person go: their sessions, tokens and keys in the workspace end at once."""
    person = find_member(ask.tx, ids.read("user", id))
    refuse_stale(ask.tx, if_match, person.user_id, "workspace")
    remove_member(ask.tx, ask.who, "api", person.user_id)
    return Response(status_code=204)


@router.at(
    "POST", "/people/{id}/password-link/", scope="people:write", answers=MadePasswordLink,
    status=201,
)  # fmt: skip
def create_password_link(ask: Ask, id: Annotated[str, Path()]) -> dict[str, object]:
    """Make the link by which a person sets a new password, good once and for 24 hours, in the place
    of an earlier one; no mail is sent. For those who belong to this workspace alone, and may do no
    more than whoever asks (D-33)."""
    _, token = make_password_link(ask.tx, ask.who, "api", ids.read("user", id))
    url = str(ask.request.url_for("password_page", token=token))
    return {"url": url, "expires_at": ask.tx.now + links.LASTS["password"]}


@router.at("GET", "/invitations/", scope="people:write", answers=InvitationList)
def list_invitations(ask: Ask) -> dict[str, object]:
    """The invitations that wait, newest first, without their links."""
    found = waiting(ask.tx)
    return {"data": [_invitation(one) for one in found], "meta": {"total_count": len(found)}}


@router.at("POST", "/invitations/", scope="people:write", answers=MadeInvitation, status=201)
def create_invitation(ask: Ask, body: NewInvitation) -> dict[str, object]:
    """Invite somebody by email. The answer has the link to send them, good once and for 7 days; no
    mail is sent."""
    made, token = invite(ask.tx, ask.who, "api", body.email, body.role)
    url = str(ask.request.url_for("join_page", token=token))
    return {**_invitation(made), "url": url}


@router.at("DELETE", "/invitations/{id}/", scope="people:write", status=204)
def delete_invitation(ask: Ask, id: Annotated[str, Path()]) -> Response:
    """Revoke an invitation; its link leads nowhere at once."""
    revoke_invitation(ask.tx, ask.who, "api", ids.read("inv", id))
    return Response(status_code=204)


def _tagged(ask: Ask, person: Member, if_none_match: str | None = None) -> Response:
    shown = _member(person)
    return tagged(shown, tag_of(ask.tx, person.user_id, shown), if_none_match)


def _member(person: Member) -> dict[str, object]:
    return {
        "id": person.shown_id,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "created_at": person.created_at,
    }


def _invitation(invitation: Invitation) -> dict[str, object]:
    return {
        "id": invitation.shown_id,
        "email": invitation.email,
        "role": invitation.role,
        "invited_by": invitation.invited_by_name,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
    }
