"""The endpoint ``/scans``: which scans of people there are, and each of them whole, as columns."""

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.gql.codes import ErrorCode
from api.gql.context import Desk, RequestContext
from api.gql.errors import QueryError
from api.gql.pages import check_page_size
from api.web.caching import is_known
from api.web.refusals import refused
from api.web.responses import JsonResponse, PiecewiseResponse
from api.web.scan_questions import ScanFormat, ScanQuestion, check_names, read_number, read_question
from services.graph.errors import StoreError

if TYPE_CHECKING:
    from services.mixed_models.scan_files import ChosenRows, ScanFile

DEFAULT_SCANS: Final = 100
ROWS_HEADER: Final = "x-row-count"
_RUN_ID_SIGNS, _RUN_ID_LENGTH = frozenset("0123456789abcdef"), 16
_NO_TABLE: Final = "its table is missing here: attach the scan again"
_KEPT: Final = "private, max-age=86400, immutable"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """A scan with the rows and columns that were asked for."""

    scan: "ScanFile"
    chosen: "ChosenRows"


async def list_scans(request: Request) -> Response:
    """The scans of the current release, by trait: ``?first=`` of them, ``?after=`` a trait's id."""
    context = RequestContext(request.app.state.desk, request.state.request_id)
    try:
        check_names(request.query_params, ("first", "after"))
        wanted = read_number(request.query_params, "first", int)
        first = check_page_size(DEFAULT_SCANS if wanted is None else wanted, context.limits.page)
        after = request.query_params.get("after", "")
        rows = await context.read("scans", after=after, limit=first + 1)
        scans = await asyncio.gather(*(_describe(context.desk, row) for row in rows[:first]))
        release = await context.release()
    except (QueryError, StoreError) as error:
        return refused(error, request)
    last = scans[-1]["trait_id"] if len(rows) > first else None
    return JsonResponse({"release": release.number, "scans": scans, "next_after": last})


async def send_scan(request: Request) -> Response:
    """One scan as columns: all of it, some columns, a region, or its strong SNPs; Arrow or JSON."""
    context = RequestContext(request.app.state.desk, request.state.request_id)
    try:
        question = read_question(request.query_params, request.headers.get("accept"))
        run_id = await _check_current(context, request.path_params["run_id"].lower())
        headers = _headers(run_id, question)
        if is_known(request.headers.get("if-none-match"), headers["etag"]):
            return Response(status_code=304, headers=headers)
        found = await asyncio.to_thread(_find, context.desk, run_id, question)
    except (QueryError, StoreError) as error:
        return refused(error, request)
    headers[ROWS_HEADER] = str(found.chosen.n_rows)
    if request.method == "HEAD":
        return _without_body(headers)
    return _stream(found, question, headers)


async def _describe(desk: Desk, row: dict[str, Any]) -> dict[str, Any]:
    """What the list says of a scan; one whose files are gone is listed with that fact."""
    facts = orjson.loads(row["metrics"] or "{}")
    described = {
        "run_id": row["run_id"],
        "trait_id": row["trait_id"],
        "trait_name": row["trait_name"],
        "study_id": facts.get("study_id"),
        "build": facts.get("build"),
        "method": facts.get("method"),
        "test": facts.get("judged_by"),
        "n": facts.get("n_people"),
        "n_snps": facts.get("n_tested"),
        "finished_at": row["finished_at"],
    }
    scan = await asyncio.to_thread(_describe_file, desk, row["run_id"])
    found = {"columns": scan.columns, "problem": None} if scan else {"columns": None, "problem": _NO_TABLE}
    return {**described, **found, "url": f"/scans/{row['run_id']}"}


def _describe_file(desk: Desk, run_id: str) -> "ScanFile | None":
    from services.mixed_models.errors import ScanMissing

    try:
        return desk.scans().describe(run_id)
    except ScanMissing as error:
        logger.warning("run %s of the current release: %s", run_id, error)
        return None


async def _check_current(context: RequestContext, run_id: str) -> str:
    """Return the id of a scan that readers see.

    Raises
    ------
    QueryError
        ``UNKNOWN_ID`` for what is no scan, ``RETIRED`` for one that readers see no more.
    """
    is_id = len(run_id) == _RUN_ID_LENGTH and set(run_id) <= _RUN_ID_SIGNS
    rows = await context.read("model_runs", keys=[run_id]) if is_id else []
    if not rows or rows[0]["node"]["model"] != "lmm":
        message = f"no scan is called {run_id[:50]!r}: GET /scans lists them"
        raise QueryError(ErrorCode.UNKNOWN_ID, message, kind="scan", id=run_id[:50])
    if run_id not in (await context.release()).run_ids:
        message = f"the scan {run_id} was replaced or removed: GET /scans lists the present ones"
        raise QueryError(ErrorCode.RETIRED, message, kind="scan", id=run_id, trait=rows[0]["node"].get("scope"))
    return run_id


def _find(desk: Desk, run_id: str, question: ScanQuestion) -> _Found:
    """Open the table and find the rows; in a thread, for it reads files.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for what the table cannot be asked, ``REFUSED`` where it is missing or damaged.
    """
    from services.mixed_models.errors import RequestError, ScanMissing
    from services.mixed_models.scan_files import ScanChoice, choose_rows
    from services.statistics.errors import RunDamaged

    try:
        scan = desk.scans().open(run_id)
        return _Found(scan, choose_rows(scan, ScanChoice(**question.choice)))
    except RequestError as error:
        raise QueryError(ErrorCode.BAD_ARGUMENT, str(error), remedy=error.remedy) from error
    except (ScanMissing, RunDamaged, OSError) as error:
        logger.warning("run %s of the current release: %s", run_id, error)
        message = f"the files of the scan {run_id} are missing or damaged here: attach it again"
        raise QueryError(ErrorCode.REFUSED, message, kind="scan", id=run_id) from error


def _headers(run_id: str, question: ScanQuestion) -> dict[str, str]:
    """Headers of an answer that never changes: the same run and question give the same bytes."""
    asked = hashlib.sha256(question.text.encode()).hexdigest()[:16]
    return {
        "etag": f'"{run_id}-{asked}"',
        "cache-control": _KEPT,
        "content-type": question.media_type,
        "vary": "accept",
    }


def _without_body(headers: dict[str, str]) -> Response:
    """The headers alone; a length would have to be that of the body, which nobody has written."""
    response = Response(headers=headers)
    del response.headers["content-length"]
    return response


def _stream(found: _Found, question: ScanQuestion, headers: dict[str, str]) -> Response:
    """The body, piece by piece; each is read in a thread when the one before it was sent."""
    from services.mixed_models.scan_files import stream_arrow, stream_json

    write = stream_arrow if question.format is ScanFormat.ARROW else stream_json
    return PiecewiseResponse(write(found.scan, found.chosen), headers)
