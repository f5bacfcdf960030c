"""The root field ``candidateLoci``: runs the search once for its arguments and release, and pages through it."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import astuple
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry.types.arguments import StrawberryArgumentAnnotation

from api.gql.candidates import CandidateLoci, build_candidate, build_candidate_loci
from api.gql.codes import ErrorCode
from api.gql.context import Info
from api.gql.cursors import Position, read_cursor
from api.gql.errors import QueryError
from api.gql.listings import After, First
from api.gql.naming import check_text, find_trait_id
from api.gql.pages import DEFAULT_PAGE, Entry, check_page_size, make_connection
from services.search.errors import OptionError
from services.search.options import CandidateOptions
from services.search.report import CandidateReport

DEFAULTS = CandidateOptions()
LARGEST = {"k": 1_000, "nNullSets": 1_000, "maxPaths": 20, "limit": 2_000}
"""Bounds of what one request may make the server do."""

LISTED = 200
"""Candidates a search lists when the caller names no number; the significant ones are listed all."""


@strawberry.enum(description="What proposes candidates.")
class CandidateMethod(Enum):
    """The embedding of the release's model, or a walk over shared molecules."""

    PINSAGE = strawberry.enum_value("pinsage", description="Neighbours in the embedding space of the current model.")
    TWO_HOP = strawberry.enum_value("two_hop", description="Two steps over shared molecules; needs no model.")


def _says(text: str) -> StrawberryArgumentAnnotation:
    return strawberry.argument(description=text)


async def resolve_candidate_loci(  # noqa: PLR0913, PLR0917 (one argument a setting of the protocol)
    info: Info,
    trait: Annotated[str, _says("Id or name of the trait.")],
    first: First = DEFAULT_PAGE,
    after: After = None,
    method: Annotated[CandidateMethod, _says("What proposes candidates.")] = CandidateMethod.PINSAGE,
    k: Annotated[int, _says("Neighbours taken of each query SNP.")] = DEFAULTS.k,
    max_per_block: Annotated[
        int, _says("Neighbours taken from one LD block at most, so that one locus does not fill the k; pinsage only.")
    ] = DEFAULTS.max_per_block,
    p_threshold: Annotated[
        float, _says("SNPs of the trait with a smaller p are known: the query, and excluded with what is around.")
    ] = DEFAULTS.p_threshold,
    window_bp: Annotated[int, _says("Candidates this close to a known SNP are excluded.")] = DEFAULTS.window_bp,
    r_squared: Annotated[float, _says("Candidates with a larger r² to a known SNP are excluded.")] = DEFAULTS.r_squared,
    gene_window_bp: Annotated[
        int, _says("Candidates this close to the gene of a known SNP without a place are excluded.")
    ] = DEFAULTS.gene_window_bp,
    alpha: Annotated[float, _says("Family-wise error rate over the candidates.")] = DEFAULTS.alpha,
    false_discovery_rate: Annotated[
        float, _says("Rate of the false discovery test beside it, without and with weights.")
    ] = DEFAULTS.false_discovery_rate,
    n_null_sets: Annotated[int, _says("Sets of matched random candidates; 0: none.")] = DEFAULTS.n_null_sets,
    seed: Annotated[int, _says("Seed of the random sets.")] = DEFAULTS.seed,
    max_paths: Annotated[int, _says("Evidence paths of one candidate.")] = DEFAULTS.max_paths,
    limit: Annotated[int, _says("Candidates listed in all; significant ones always.")] = LISTED,
) -> CandidateLoci | None:
    """Candidate loci of a trait."""
    check_page_size(first, info.context.limits.page)
    _check_bounds({"k": k, "nNullSets": n_null_sets, "maxPaths": max_paths, "limit": limit})
    options = _options(
        method="two_hop" if method is CandidateMethod.TWO_HOP else "pinsage",
        k=k,
        max_per_block=max_per_block,
        p_threshold=p_threshold,
        window_bp=window_bp,
        r_squared=r_squared,
        gene_window_bp=gene_window_bp,
        alpha=alpha,
        false_discovery_rate=false_discovery_rate,
        n_null_sets=n_null_sets,
        seed=seed,
        limit=limit,
        max_paths=max_paths,
    )
    trait_id = await find_trait_id(info.context, check_text(trait, argument="trait"))
    report = await _find(info, trait_id, options)
    return _show_page(report, options, first=first, after=after)


def _check_bounds(arguments: Mapping[str, int]) -> None:
    for name, value in arguments.items():
        if value > LARGEST[name]:
            message = f"`{name}` may be at most {LARGEST[name]:,}, not {value:,}: ask for more on the command line"
            raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument=name)


def _options(**values: Any) -> CandidateOptions:
    try:
        return CandidateOptions(**values)
    except OptionError as error:
        raise QueryError(ErrorCode.BAD_ARGUMENT, str(error)) from error


async def _find(info: Info, trait_id: str, options: CandidateOptions) -> CandidateReport:
    """The search's report, computed once for a release."""
    desk, release = info.context.desk, await info.context.loaded_release()
    info.context.refuse_as_of("candidateLoci")
    key = ("candidates", release.number, trait_id, options)
    report: CandidateReport = await desk.remembered.get(
        key, lambda: asyncio.to_thread(desk.find_candidates, trait_id, options)
    )
    return report


def _show_page(report: CandidateReport, options: CandidateOptions, *, first: int, after: str | None) -> CandidateLoci:
    digest = hashlib.sha256(repr((report.trait.trait_id, astuple(options))).encode()).hexdigest()[:12]
    listing = f"candidateLoci:{digest}"
    place = read_cursor(after, release=report.release, listing=listing) if after else None
    begin = int(place.value) + 1 if place else 0
    entries = [
        Entry(Position(begin + offset, candidate.key), build_candidate(candidate, report))
        for offset, candidate in enumerate(report.candidates[begin : begin + first + 1])
    ]
    page = make_connection(
        entries, first=first, release=report.release, listing=listing, is_continued=place is not None
    )
    return build_candidate_loci(report, page)
