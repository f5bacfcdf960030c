"""The endpoints under ``/columns``: associations for plots and matrices as columns, in Arrow or JSON."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api.gql.batches import Row
from api.gql.codes import ErrorCode
from api.gql.context import RequestContext
from api.gql.errors import QueryError
from api.gql.naming import find_snp, find_trait_id
from api.versions import product_version
from api.web.caching import is_known
from api.web.column_questions import read_build, read_filters, read_kinds, read_parameters, read_region
from api.web.column_tables import PLACE, VALUES, Table, table_of, write_arrow, write_json
from api.web.matrices import make_matrix
from api.web.refusals import refused
from api.web.scan_questions import MEDIA_TYPES, ScanFormat, choose_format, read_number
from services.graph.deadlines import time_limit
from services.graph.errors import StoreError

Maker = Callable[[RequestContext, QueryParams], Awaitable[Table]]

ROWS_HEADER: Final = "x-row-count"
DEFAULT_ONE_IN: Final = 10
_SHARED: Final = ("build", "format")
_FILTERS: Final = ("study", "min_neg_log10_p", *_SHARED)


async def send_manhattan(request: Request) -> Response:
    """The associations of a trait or of a study, weak ones thinned out where that is asked for."""
    return await _send(request, ("trait", "thin_below", "thin_one_in", *_FILTERS), _make_manhattan)


async def send_region(request: Request) -> Response:
    """Every measured association of the SNPs of a region."""
    return await _send(request, ("region", "kinds", *_FILTERS), _make_region)


async def send_phewas(request: Request) -> Response:
    """Every trait that a SNP is associated with."""
    return await _send(request, ("snp", *_FILTERS), _make_phewas)


async def send_matrix(request: Request) -> Response:
    """The z-scores of some SNPs with some CpGs, genes and traits, one row a pair or one column a target."""
    return await _send(request, ("snps", "targets", "shape", "study", *_SHARED), make_matrix)


async def _make_manhattan(context: RequestContext, parameters: QueryParams) -> Table:
    filters = await read_filters(context, parameters)
    trait = parameters.get("trait")
    if trait is None and filters["study_id"] is None:
        raise QueryError(ErrorCode.BAD_ARGUMENT, "say `trait` or `study`: whose associations are wanted")
    below = read_number(parameters, "thin_below", float) or 0.0
    one_in = read_number(parameters, "thin_one_in", int) or DEFAULT_ONE_IN
    if not 1 <= one_in <= 1_000:
        raise QueryError(ErrorCode.BAD_ARGUMENT, f"`thin_one_in` must be 1 to 1000, not {one_in}")
    filters |= {"thin_below": below, "one_in": one_in}
    trait_id = await find_trait_id(context, trait) if trait else None
    query = "columns/trait_manhattan" if trait_id else "columns/study_manhattan"
    rows = sorted(await _read(context, query, trait_id=trait_id, **filters), key=_by_place)
    thinning = {"below_neg_log10_p": below, "kept_one_in": one_in} if below > 0 and one_in > 1 else None
    asked = {"trait": trait_id, "study": filters["study_id"], "thinning": thinning}
    return table_of((*PLACE, "trait", "study_id", *VALUES), rows, **asked)


async def _make_region(context: RequestContext, parameters: QueryParams) -> Table:
    region, kinds = await read_region(context, parameters), read_kinds(parameters)
    filters = await read_filters(context, parameters)
    places = {"chromosome": region.chromosome, "start_bp": region.start_bp, "end_bp": region.end_bp}
    rows = await _read(context, "columns/region", build=region.build, kinds=kinds, **places, **filters)
    names = (*PLACE, "kind", "target", "target_name", "study_id", "cis_trans", *VALUES)
    return table_of(names, sorted(rows, key=_by_place), **places, study=filters["study_id"])


async def _make_phewas(context: RequestContext, parameters: QueryParams) -> Table:
    text = parameters.get("snp")
    if not text:
        raise QueryError(ErrorCode.BAD_ARGUMENT, "`snp` is missing: name a key or rsid", argument="snp")
    filters = await read_filters(context, parameters)
    snp = await find_snp(context, text)
    rows = await _read(context, "columns/phewas", key=snp.key, **filters)
    rows.sort(key=lambda row: (-row["neg_log10_p"], row["trait"], row["study_id"]))
    return table_of(("trait", "trait_name", "study_id", *VALUES), rows, snp=snp.key, study=filters["study_id"])


async def _read(context: RequestContext, query: str, **parameters: Any) -> list[Row]:
    """Rows of a query in the request's release.

    Raises
    ------
    QueryError
        ``TOO_COSTLY`` for more than may be sent.
    """
    release = await context.loaded_release()
    rows = await context.desk.store.read(query, load_ids=list(release.load_ids), **parameters)
    if len(rows) > context.limits.rows:
        message = (
            f"the answer has more than {context.limits.rows:,} rows: ask for a smaller region, one study, "
            "a higher min_neg_log10_p, or thin_below"
        )
        raise QueryError(ErrorCode.TOO_COSTLY, message, allowed=context.limits.rows)
    return rows


def _by_place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Orders rows by chromosome, position and strength; rows without a place come last."""
    chromosome = str(row["chromosome"] or "~")
    target = str(row["target"] if "target" in row else row["trait"])
    number = int(chromosome) if chromosome.isdigit() else 99
    return number, chromosome, row["position_bp"] or 0, row["snp"], -row["neg_log10_p"], target, row["study_id"]


async def _send(request: Request, known: tuple[str, ...], make: Maker) -> Response:
    """The table that `make` gives, in the form that the caller wants, bound to the release."""
    context = RequestContext(request.app.state.desk, request.state.request_id)
    try:
        with time_limit(context.limits.seconds):
            async with asyncio.timeout(context.limits.seconds + 1.0):
                parameters = await read_parameters(request, known)
                chosen = choose_format(parameters.get("format"), request.headers.get("accept"))
                headers = await _headers(context, request.url.path, parameters, chosen)
                if is_known(request.headers.get("if-none-match"), headers["etag"]):
                    return Response(status_code=304, headers=headers)
                build = await read_build(context, parameters.get("build"))
                table = await make(context, parameters)
                body = await asyncio.to_thread(_write, await _dated(context, table, build), chosen)
    except (QueryError, StoreError, TimeoutError) as error:
        return refused(error, request)
    return Response(body, headers={**headers, ROWS_HEADER: str(table.n_rows)})


async def _headers(context: RequestContext, path: str, parameters: QueryParams, chosen: ScanFormat) -> dict[str, str]:
    release = await context.loaded_release()
    asked: Sequence[object] = (path, sorted(parameters.items()), chosen.value)
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()[:24]
    return {
        "etag": f'"{release.number}-{product_version()}-{digest}"',
        "cache-control": "private, no-cache",
        "content-type": MEDIA_TYPES[chosen],
        "vary": "accept",
    }


async def _dated(context: RequestContext, table: Table, build: str) -> Table:
    """The table with the release and build that it is of."""
    release = await context.loaded_release()
    whole = {"release": release.number, "released_at": release.created_at, "build": build, **table.metadata}
    return Table(table.columns, table.values, whole)


def _write(table: Table, chosen: ScanFormat) -> bytes:
    return write_arrow(table) if chosen is ScanFormat.ARROW else write_json(table)
