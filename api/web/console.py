"""The page to try queries: GraphiQL where its files are installed, else a plain one; neither loads from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from api.web.security_headers import page_policy

OWN: Final = Path(__file__).parent
PLAIN_PAGE: Final = OWN / "console.html"
GRAPHIQL_PAGE: Final = OWN / "graphiql.html"
INSTALLED: Final[Mapping[str, str]] = {
    "graphiql.min.css": "text/css",
    "react.production.min.js": "text/javascript",
    "react-dom.production.min.js": "text/javascript",
    "graphiql.min.js": "text/javascript",
}
"""Files that ``make graphiql`` installs, with their media types."""
OURS: Final[Mapping[str, str]] = {"graphiql_page.js": "text/javascript", "graphiql_page.css": "text/css"}
_POLICY: Final = (
    "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "img-src 'self' data:; font-src 'self' data:; "
)
_GRAPHIQL_POLICY: Final = f"{_POLICY}script-src 'self'; style-src 'self' 'unsafe-inline'"


async def show_console(request: Request) -> Response:
    """GraphiQL where all its files are there, else a plain page to write and send a query."""
    if has_graphiql(request.app.state.graphiql_folder):
        return _page(GRAPHIQL_PAGE, _GRAPHIQL_POLICY)
    return _page(PLAIN_PAGE, page_policy(PLAIN_PAGE.read_text(encoding="utf-8")))


async def send_file(request: Request) -> Response:
    """One of GraphiQL's files; no other file is ever sent."""
    name, folder = request.path_params["name"], request.app.state.graphiql_folder
    media_type = {**INSTALLED, **OURS}.get(name)
    path = (OWN if name in OURS else folder) / name
    if media_type is None or not path.is_file():
        return PlainTextResponse("there is no such file", status_code=404)
    headers = {"x-content-type-options": "nosniff", "cache-control": "no-cache"}
    return FileResponse(path, media_type=media_type, headers=headers)


def has_graphiql(folder: Path) -> bool:
    """Whether all of GraphiQL's files are in a folder."""
    return all((folder / name).is_file() for name in INSTALLED)


def _page(path: Path, policy: str) -> Response:
    headers = {"content-security-policy": policy, "x-content-type-options": "nosniff"}
    return HTMLResponse(path.read_text(encoding="utf-8"), headers=headers)
