"""The pages' own scripts, styles and icons: read once, compressed once, and kept by browsers."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from web.requests import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    content_type: str
    plain: bytes
    packed: bytes


class StaticFiles:
    """Serves a folder under a path that names its version, so that modules importing each other change together."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the folder."""
        self.assets: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.suffix in TYPES:
                name, plain = path.relative_to(folder).as_posix(), path.read_bytes()
                digest.update(name.encode() + b"\x00" + plain)
                self.assets[name] = Asset(TYPES[path.suffix], plain, gzip.compress(plain, mtime=0))
        self.version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Return the path of a file. Raises KeyError where there is none, so that a typing error shows at once."""
        if name not in self.assets:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def routes(self) -> list[BaseRoute]:
        """Return the route that serves the files."""
        return [Route("/static/{version}/{name:path}", self._serve, methods=["GET"])]

    async def _serve(self, request: Request) -> Response:
        asset = self.assets.get(request.path_params["name"])
        if asset is None:
            raise NotFound("no such file")
        current = request.path_params["version"] == self.version
        headers = {
            "cache-control": "public, max-age=31536000, immutable" if current else "no-cache",
            "vary": "accept-encoding",
        }
        body = asset.plain
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = asset.packed
            headers["content-encoding"] = "gzip"
        return Response(body, media_type=None, headers={**headers, "content-type": asset.content_type})
