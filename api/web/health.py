"""Signs of life: ``/health/live`` says the process answers, ``/health/ready`` that the store does."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from api.gql.context import Desk, read_release
from api.web.responses import JsonResponse
from services.graph.errors import StoreError

READY_TIMEOUT_SECONDS = 5.0


async def show_live(request: Request) -> Response:  # noqa: ARG001 (the router passes it)
    """Answer as long as the process runs."""
    return JsonResponse({"status": "live"})


async def show_ready(request: Request) -> Response:
    """Answer 200 with the release when the store answers, else 503 with the reason."""
    desk: Desk = request.app.state.desk
    try:
        release = await asyncio.wait_for(read_release(desk.store), READY_TIMEOUT_SECONDS)
    except StoreError as error:
        return JsonResponse({"status": "store unavailable", "reason": str(error)}, status_code=503)
    except TimeoutError:
        reason = f"the graph store gave no answer within {READY_TIMEOUT_SECONDS:g} s"
        return JsonResponse({"status": "store unavailable", "reason": reason}, status_code=503)
    return JsonResponse({"status": "ready", "release": release.number, "createdAt": release.created_at})
