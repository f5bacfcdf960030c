"""What a request for columns asks: its parameters from a link or a JSON body, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request

from api.gql.codes import ErrorCode
from api.gql.context import RequestContext
from api.gql.errors import QueryError, unknown_id
from api.web.scan_questions import check_names, read_number
from services.search.errors import RegionError
from services.search.text_search import parse_region

EDGE_KINDS: Final[Mapping[str, str]] = {"mqtl": "MQTL", "eqtl": "EQTL", "gwas": "ASSOCIATED_WITH"}
BODY_LIMIT_BYTES: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a chromosome, 1-based, both ends included, in the store's build."""

    chromosome: str
    start_bp: int
    end_bp: int
    build: str


async def read_parameters(request: Request, known: tuple[str, ...]) -> QueryParams:
    """The parameters of a link; of a POST request those of its JSON body, whose lists are joined by commas.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for what nobody reads, or a body that is no object.
    """
    parameters = request.query_params
    if request.method == "POST":
        parameters = QueryParams({**dict(parameters), **await _read_body(request)})
    check_names(parameters, known)
    return parameters


async def _read_body(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            message = f"a body may have at most {BODY_LIMIT_BYTES:,} bytes: ask for less at once"
            raise QueryError(ErrorCode.TOO_COSTLY, message)
    try:
        found = orjson.loads(bytes(body))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise QueryError(ErrorCode.BAD_ARGUMENT, 'the body must be a JSON object such as {"snps": ["rs1"]}')
    return {name: _joined(value) for name, value in found.items()}


def _joined(value: object) -> str:
    return ",".join(str(each) for each in value) if isinstance(value, list) else str(value)


def read_list(parameters: QueryParams, name: str) -> list[str]:
    """A parameter's words with commas between them, each once.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` where there is none.
    """
    words = list(dict.fromkeys(word.strip() for word in parameters.get(name, "").split(",") if word.strip()))
    if not words:
        message = f"`{name}` is missing: name one or several, with commas between them"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument=name)
    return words


def read_kinds(parameters: QueryParams) -> list[str]:
    """The edge types that ``kinds`` names; all where it names none.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for other words.
    """
    if "kinds" not in parameters:
        return list(EDGE_KINDS.values())
    words = [word.lower() for word in read_list(parameters, "kinds")]
    wrong = [word for word in words if word not in EDGE_KINDS]
    if wrong:
        message = f"`kinds` may hold {', '.join(EDGE_KINDS)}, not {wrong[0][:50]!r}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="kinds")
    return [EDGE_KINDS[word] for word in words]


async def read_filters(context: RequestContext, parameters: QueryParams) -> dict[str, Any]:
    """What most queries of columns take: the study, the least -log10 p, and one row more than may be sent.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for what is no number, ``UNKNOWN_ID`` for a study that is not loaded.
    """
    study = parameters.get("study")
    if study is not None and await context.batches.node("studies", study) is None:
        raise unknown_id("Study", study, ())
    bar = read_number(parameters, "min_neg_log10_p", float)
    return {"study_id": study, "min_neg_log10_p": bar or 0.0, "limit": context.limits.rows + 1}


async def read_build(context: RequestContext, wanted: str | None) -> str:
    """The store's reference build.

    Raises
    ------
    QueryError
        ``WRONG_BUILD`` where the caller says another.
    """
    build = str((await context.desk.store.read("setup/read_schema_version"))[0]["reference_build"])
    if wanted is not None and wanted.lower() != build.lower():
        message = f"this graph is of {build}, not {wanted[:50]!r}: lift the places over, or leave `build` out"
        raise QueryError(ErrorCode.WRONG_BUILD, message, argument="build", build=build)
    return build


async def read_region(context: RequestContext, parameters: QueryParams) -> Region:
    """The region that ``region`` and ``build`` name.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for what is no region, ``WRONG_BUILD`` for one of another build.
    """
    text = parameters.get("region", "")
    try:
        found = parse_region(text)
    except RegionError as error:
        raise QueryError(ErrorCode.BAD_ARGUMENT, str(error), argument="region") from error
    if found is None:
        message = f"`region` must be like 10:100000-200000, not {text[:50]!r}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="region")
    return Region(*found, build=await read_build(context, parameters.get("build")))
