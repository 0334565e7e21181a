"""Access tokens for the programs of people, by email and password (S3-03). No credential is needed
to come here; a password is checked outside of any transaction."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from nimbus.access import tokens
from nimbus.accounts import cookie
from nimbus.db import ids
from nimbus.db.instance import Instance
from nimbus.web.route import OpenRoute
from nimbus.web.values import an_id

router = APIRouter(prefix="/api/v1/auth", tags=["authentication"], route_class=OpenRoute)


class Login(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, Field(min_length=1, max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    workspace: (
        Annotated[str, an_id("ws", "Its id, `ws_…`; when left out, the person's first by name.")]
        | None
    ) = None
    code: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        None,
        description="Of whoever has a second factor: the code of the authenticator, or a recovery "
        "code. Without it they are answered 401 with `field` as `code`.",
    )


class Refreshing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


class Tokens(BaseModel):
    access_token: str = Field(description="Sent as `Authorization: Bearer …`.")
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds until the access token is over.", examples=[900])
    refresh_token: str = Field(description="Good for one refresh.")
    workspace_id: str = Field(examples=["ws_01h455vb4pex5vsknk084sn02q"])


@router.post("/token/", operation_id="create_token", response_model=Tokens)
def create_token(request: Request, given: Login) -> Tokens:
    """Log in with email and password. What the access token may do follows the person's role at
    each request."""
    instance: Instance = request.app.state.instance
    workspace = (
        ids.read("ws", given.workspace, "workspace") if given.workspace is not None else None
    )
    made = tokens.log_in(
        instance.door, instance.settings, instance.secrets, given.email, given.password,
        cookie.address(request), workspace, given.code,
    )  # fmt: skip
    return _shown(made)


@router.post("/refresh/", operation_id="refresh_token", response_model=Tokens)
def refresh_token(request: Request, given: Refreshing) -> Tokens:
    """The next pair of tokens. A refresh token is good once: sent again, it ends the whole login,
    since somebody else may have it."""
    instance: Instance = request.app.state.instance
    return _shown(tokens.refresh(instance.door, instance.secrets, given.refresh_token))


@router.post("/revoke/", operation_id="revoke_token", status_code=204, response_class=Response)
def revoke_token(request: Request, given: Refreshing) -> None:
    """End the login that this refresh token came of: its access tokens stop working at once. A
    token that is unknown is answered the same."""
    tokens.revoke(request.app.state.instance.door, given.refresh_token)


def _shown(made: tokens.Pair) -> Tokens:
    return Tokens(
        access_token=made.access_token, token_type="Bearer",  # noqa: S106 - its kind
        expires_in=int(tokens.LASTS.total_seconds()), refresh_token=made.refresh_token,
        workspace_id=ids.show("ws", made.workspace_id),
    )  # fmt: skip
