"""Headers, bodies and defects: what every answer passes."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.app import create_app
from api.web.security_headers import page_policy
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import Browser, open_browser

PORTAL = "https://portal.example"


async def count_bytes(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def break_down(request: Request) -> Response:
    raise ValueError("a defect with the secret lgt_abcdefghijklmnop")


@pytest.fixture(scope="module")
def guarded(graph: Store, api_settings: Settings) -> Iterator[Browser]:
    changes = {"api_origins": (PORTAL,), "api_body_limit_bytes": 1_000, "api_body_seconds": 0.2}
    app = create_app(api_settings.model_copy(update=changes))
    app.router.routes.append(Route("/scans/bytes/all", count_bytes, methods=["POST"]))
    app.router.routes.append(Route("/scans/defect/all", break_down))
    with open_browser(app) as browser:
        yield browser


@pytest.mark.parametrize("path", ["/graphql", "/scans", "/health/live", "/nowhere", "/scans/defect/all"])
def test_security_headers__on_every_answer(guarded: Browser, path: str) -> None:
    headers = guarded.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-request-id"]


def test_security_headers__a_page_runs_only_its_own_scripts(guarded: Browser) -> None:
    page = guarded.get("/graphql")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy == page_policy(page.text)
    assert len(re.findall("'sha256-", policy)) == len(re.findall("<(?:script|style)>", page.text))
    assert page_policy("<script>a()</script>") != page_policy("<script>b()</script>")


def test_cors__only_for_the_origins_that_are_named(guarded: Browser) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    allowed = guarded.send("OPTIONS", "/graphql", headers={"origin": PORTAL, **asked})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, PORTAL)
    answer = guarded.get("/scans", headers={"origin": PORTAL})
    assert answer.headers["access-control-allow-origin"] == PORTAL
    assert "access-control-allow-credentials" not in answer.headers
    for other in ("https://portal.example.evil", "http://portal.example", "https://portal.example:8443"):
        refused = guarded.send("OPTIONS", "/graphql", headers={"origin": other, **asked})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers


def test_bodies__longest_and_too_long(guarded: Browser) -> None:
    assert guarded.post("/scans/bytes/all", content=b"x" * 1_000).text == "1000"
    too_long = guarded.post("/scans/bytes/all", content=b"x" * 1_001)
    assert (too_long.status_code, too_long.json()["errors"][0]["extensions"]["code"]) == (413, "TOO_LARGE")


def test_bodies__of_no_announced_length_are_counted(guarded: Browser) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    assert guarded.post("/scans/bytes/all", content=pieces()).status_code == 413


def test_bodies__that_come_too_slowly(guarded: Browser) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(1)
        yield b"x"

    late: httpx.Response = guarded.post("/scans/bytes/all", content=pieces())
    assert (late.status_code, late.json()["errors"][0]["extensions"]["code"]) == (408, "TOO_SLOW")


def test_defects__answer_in_our_form_and_tell_nothing(guarded: Browser, caplog: pytest.LogCaptureFixture) -> None:
    answer = guarded.get("/scans/defect/all", headers={"x-request-id": "mine"})
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["extensions"]) == (500, {"code": "INTERNAL", "requestId": "mine"})
    assert "ValueError" not in answer.text
    assert "lgt_" not in answer.text
    assert "ValueError" in caplog.text


@pytest.mark.parametrize("origin", ["*", "https://portal.example/", "portal.example", "https://*.example", "null"])
def test_settings__an_origin_must_be_exact(origin: str) -> None:
    with pytest.raises(ValueError, match="is no exact origin"):
        Settings(api_origins=(origin,))
