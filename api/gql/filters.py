"""Filters of lists: study, tissue, p, cis or trans, region, biotype; from a caller's words to a query's parameters."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

import strawberry

from api.gql.batches import Row
from api.gql.codes import ErrorCode
from api.gql.context import Info
from api.gql.errors import QueryError, unknown_id
from api.gql.naming import check_text, find_node
from api.p_values import neg_log10, parse_p_value
from services.search.errors import RegionError
from services.search.text_search import parse_region

StudyFilter = Annotated[str | None, strawberry.argument(description="Keep this study's rows; null keeps all.")]
TissueFilter = Annotated[
    str | None, strawberry.argument(description="Keep rows of studies of this tissue, in any case; null keeps all.")
]
PMax = Annotated[float, strawberry.argument(description="Keep p-values up to this; 1 keeps all.")]
PText = Annotated[
    str | None,
    strawberry.argument(description='Keep p-values up to this exact text, such as "3.2E-412"; null keeps all.'),
]
MinNegLog10P = Annotated[float, strawberry.argument(description="Keep minus log10 p of at least this; 0 keeps all.")]
RegionFilter = Annotated[
    str | None,
    strawberry.argument(
        description='Keep what lies in this region, such as "10:100000-200000" (1-based, both ends included): the '
        "other end of a SNP's edges, else the SNP; null keeps all, what has no place too."
    ),
]
BuildFilter = Annotated[
    str | None,
    strawberry.argument(description="Genome build of the region; null: the store's. Another one is WRONG_BUILD."),
]
BiotypeFilter = Annotated[
    str | None, strawberry.argument(description="Keep genes of this biotype, such as protein_coding; null keeps all.")
]


@strawberry.enum(description="Whether a SNP and its target lie close together.")
class CisTrans(Enum):
    """cis: same chromosome and within 1 Mb; trans: elsewhere."""

    CIS = "cis"
    TRANS = "trans"


CisTransFilter = Annotated[
    CisTrans | None, strawberry.argument(description="Keep cis or trans rows; null keeps all, unknown ones too.")
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asks a list of measured edges to keep, in the caller's words."""

    study: str | None = None
    tissue: str | None = None
    p_max: float = 1.0
    p: str | None = None
    min_neg_log10_p: float = 0.0
    cis_trans: CisTrans | None = None
    region: str | None = None
    build: str | None = None
    biotype: str | None = None


async def read_filters(info: Info, wanted: Wanted) -> Row:
    """The parameters that every query of measured edges takes.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for an impossible p-value or region, ``UNKNOWN_ID`` for a study or tissue that is not loaded,
        ``WRONG_BUILD`` for a region of another build than the store's.
    """
    return {
        "study_ids": await _study_ids(info, wanted),
        "min_neg_log10_p": _floor(wanted),
        "cis_trans": None if wanted.cis_trans is None else str(wanted.cis_trans.value),
        "biotype": wanted.biotype,
        **await read_region(info, wanted.region, wanted.build),
    }


async def read_region(info: Info, region: str | None, build: str | None) -> Row:
    """Chromosome, ends and build of a region; all null where none is asked for.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for a text that is no region, ``WRONG_BUILD`` for another build than the store's.
    """
    if build is not None:
        await _check_build(info, build)
    if region is None:
        return {"chromosome": None, "start_bp": None, "end_bp": None, "region_build": None}
    chromosome, start, end = _parse_region(region)
    return {"chromosome": chromosome, "start_bp": start, "end_bp": end, "region_build": await read_build(info)}


async def read_build(info: Info) -> str:
    """The reference build of the store, fixed at its creation."""
    release = await info.context.loaded_release()

    async def read() -> Any:
        rows = await info.context.desk.store.read("setup/read_schema_version")
        return rows[0]["reference_build"]

    return str(await info.context.desk.remembered.get(("build", release.number), read))


async def _check_build(info: Info, build: str) -> None:
    store_build = await read_build(info)
    if build.lower() != store_build.lower():
        message = f"the graph's positions are {store_build}, not {build}: lift the region over, or leave `build` out"
        raise QueryError(ErrorCode.WRONG_BUILD, message, argument="build", build=build, storeBuild=store_build)


def _parse_region(text: str) -> tuple[str, int, int]:
    try:
        found = parse_region(text)
    except RegionError as error:
        raise QueryError(ErrorCode.BAD_ARGUMENT, str(error), argument="region") from error
    if found is None:
        message = f"`region` must be chromosome:start-end such as 10:100000-200000, not {text[:80]!r}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="region")
    return found


async def _study_ids(info: Info, wanted: Wanted) -> tuple[str, ...] | None:
    """Studies whose rows are kept; None keeps all."""
    chosen = None
    if wanted.tissue is not None:
        tissue = check_text(wanted.tissue, argument="tissue")
        rows = await info.context.batches.rows("studies_of_tissues", tissue.lower())
        chosen = {row["study_id"] for row in rows}
        if not chosen:
            known = await info.context.batches.rows("tissues", "current")
            raise unknown_id("tissue", tissue, [row["tissue"] for row in known[:10]])
    if wanted.study is not None:
        study = await find_node(info.context, "Study", check_text(wanted.study, argument="study"))
        chosen = {study.study_id} & (chosen or {study.study_id})
    return None if chosen is None else tuple(sorted(chosen))


def _floor(wanted: Wanted) -> float:
    """Least minus log10 p: the strictest of the bounds."""
    if not 0.0 < wanted.p_max <= 1.0:
        message = f"`pMax` must be above 0 and at most 1, not {wanted.p_max}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="pMax")
    if not (wanted.min_neg_log10_p >= 0.0 and math.isfinite(wanted.min_neg_log10_p)):
        message = f"`minNegLog10P` must be 0 or more, not {wanted.min_neg_log10_p}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="minNegLog10P")
    floor = max(0.0, neg_log10(wanted.p_max), wanted.min_neg_log10_p)
    if wanted.p is None:
        return floor
    try:
        return max(floor, parse_p_value(wanted.p))
    except ValueError as error:
        raise QueryError(ErrorCode.BAD_ARGUMENT, f"`p`: {error}", argument="p") from error
