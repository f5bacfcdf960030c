"""Talks to the web application inside the test's process, over a real event loop in a thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette


class Browser:
    """Sends requests to an application that is up."""

    def __init__(self, portal: BlockingPortal, client: httpx.AsyncClient) -> None:
        self._portal = portal
        self._client = client

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Send a GET request."""
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Send a POST request."""
        return self.send("POST", path, **options)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send any request."""

        async def call() -> httpx.Response:
            return await self._client.request(method, path, **options)

        return self._portal.call(call)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Run a GraphQL query; the whole answer."""
        answer: dict[str, Any] = self.post("/graphql", json={"query": query, "variables": variables}).json()
        return answer


@contextmanager
def open_browser(app: Starlette, *, client_address: str = "127.0.0.1") -> Iterator[Browser]:
    """Start the application, and stop it at the end."""
    transport = httpx.ASGITransport(app, client=(client_address, 50_000))
    with start_blocking_portal() as portal:
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
        with portal.wrap_async_context_manager(app.router.lifespan_context(app)):
            yield Browser(portal, client)
            portal.call(client.aclose)
