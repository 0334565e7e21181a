"""Serves the built files: kept for good, because their names change with their content."""

from __future__ import annotations

import mimetypes

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from nimbus.web.assets import FOLDER

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
IMMUTABLE = "public, max-age=31536000, immutable"


class StaticAssets(StaticFiles):
    """Mount as `app.mount("/static", StaticAssets())`; text goes out as compressed by the build."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response, encoding = await self._smallest(path, scope)
        response.headers["Cache-Control"] = IMMUTABLE
        response.headers["Vary"] = "Accept-Encoding"
        if encoding:
            response.headers["Content-Encoding"] = encoding
            kind, _ = mimetypes.guess_type(path)
            response.headers["Content-Type"] = kind or "application/octet-stream"
        return response

    async def _smallest(self, path: str, scope: Scope) -> tuple[Response, str | None]:
        accepted = Headers(scope=scope).get("accept-encoding", "")
        for encoding, ending in ENCODINGS:
            if encoding in accepted and (FOLDER / (path + ending)).is_file():
                return await super().get_response(path + ending, scope), encoding
        return await super().get_response(path, scope), None
