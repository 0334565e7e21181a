"""How data leaves as JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

JSON = "application/json"


def json_response(data: Any, status: int = 200) -> Response:
    """JSON straight from rows, without validating again what we just read."""
    return Response(msgspec.json.encode(data, enc_hook=str), status, media_type=JSON)
