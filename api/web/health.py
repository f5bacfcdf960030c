"""Signs of life: ``/health/live`` says the process answers, ``/health/ready`` that it has what its answers need."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from api.gql.context import Desk, ReleaseView, read_release
from api.web.access import LOOPBACK, principal_of
from api.web.responses import JsonResponse
from services.access.roles import Role
from services.graph.errors import StoreError
from services.readiness import ModelCheck, PartState, check_disk
from services.redaction import redact
from services.settings import Settings

READY_TIMEOUT_SECONDS: Final = 5.0
REMEMBERED_SECONDS: Final = 1.0
_NO_STORE: Final = "the store does not answer, so the champion is not known"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found: the parts, and the release where the store told it."""

    parts: tuple[PartState, ...]
    release: ReleaseView | None


class ReadinessCheck:
    """Looks at every part, at most once a second however often it is asked.

    Parameters
    ----------
    settings
        The home folder, the disk's floor, and which parts are needed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model = ModelCheck(settings)
        self._lock = asyncio.Lock()
        self._found: tuple[float, Readiness] | None = None

    def is_enough(self, found: Readiness) -> bool:
        """Whether all parts that the settings need are as they should be."""
        return all(part.is_ok for part in found.parts if part.name in self._settings.api_ready_parts)

    async def look(self, desk: Desk) -> Readiness:
        """The state of every part."""
        async with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > REMEMBERED_SECONDS:
                found = await self._look(desk)
                self._found = (time.monotonic(), found)
            return self._found[1]

    async def _look(self, desk: Desk) -> Readiness:
        store, release = await _ask_store(desk)
        disk = await asyncio.to_thread(check_disk, self._settings)
        if release is None:
            return Readiness((store, PartState("model", False, _NO_STORE), disk), None)
        model = await asyncio.to_thread(self._model.check, release.champion_run_id)
        return Readiness((store, model, disk), release)


async def show_live(request: Request) -> Response:  # noqa: ARG001 (the router passes it)
    """Answer as long as the process runs."""
    return JsonResponse({"status": "live"})


async def show_ready(request: Request) -> Response:
    """Answer 200 when all parts are well, else 503; beyond loopback parts and reasons are for admins."""
    check: ReadinessCheck = request.app.state.readiness
    if request.app.state.is_draining:
        return JsonResponse({"status": "stopping", "reason": "the server was told to stop"}, status_code=503)
    found = await check.look(request.app.state.desk)
    is_ready = check.is_enough(found)
    answer: dict[str, Any] = {"status": "ready" if is_ready else "not ready"}
    principal = principal_of(request)
    if principal.who == LOOPBACK or principal.may(Role.ADMIN):  # reasons name folders of the machine
        answer |= _describe(found)
    return JsonResponse(answer, status_code=200 if is_ready else 503)


async def _ask_store(desk: Desk) -> tuple[PartState, ReleaseView | None]:
    try:
        release = await asyncio.wait_for(read_release(desk.store), READY_TIMEOUT_SECONDS)
    except StoreError as error:
        return PartState("store", False, redact(str(error))), None
    except TimeoutError:
        return PartState("store", False, f"the graph store gave no answer within {READY_TIMEOUT_SECONDS:g} s"), None
    return PartState("store", True, f"release {release.number}"), release


def _describe(found: Readiness) -> dict[str, Any]:
    """Every part with its state, and what is wrong in one text."""
    parts = {part.name: {"state": "ok" if part.is_ok else "failed", "reason": part.reason} for part in found.parts}
    wrong = "; ".join(f"{part.name}: {part.reason}" for part in found.parts if not part.is_ok)
    described: dict[str, Any] = {"parts": parts, **({"reason": wrong} if wrong else {})}
    if found.release is not None:
        described |= {"release": found.release.number, "createdAt": found.release.created_at}
    return described
