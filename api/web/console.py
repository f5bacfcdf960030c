"""The page to try queries: GraphiQL where its files are installed, else a plain one; neither loads from elsewhere."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

PAGE = Path(__file__).with_name("console.html")


async def show_console(request: Request) -> Response:  # noqa: ARG001 (the router passes it)
    """A plain page to write and send a query."""
    return HTMLResponse(PAGE.read_text(encoding="utf-8"))
