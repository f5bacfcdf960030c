"""Matrices of z-scores between SNPs and molecules or traits, for ``/columns/matrix``."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from starlette.datastructures import QueryParams

from api.gql.batches import Row
from api.gql.codes import ErrorCode
from api.gql.context import RequestContext
from api.gql.errors import QueryError, unknown_id
from api.gql.naming import find_snp, id_forms
from api.web.column_questions import read_filters, read_list
from api.web.column_tables import PROPERTIES, Table, table_of
from graph_schema import Property, PropertyType

SHAPES: Final = ("long", "wide")
_LONG: Final = (
    "snp", "target", "kind", "study_id", "effect_allele", "z_score", "aligned_allele", "aligned_z_score", "neg_log10_p",
)  # fmt: skip
_CHOICE: Final = "of several rows of one pair the one with the smallest p that has an aligned z"


async def make_matrix(context: RequestContext, parameters: QueryParams) -> Table:
    """The table of ``snps`` and ``targets``, long (one row a measured pair) or wide (one column a target).

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for what is missing or misspelt, ``UNKNOWN_ID`` for what is not loaded, ``TOO_COSTLY`` for
        more cells than may be sent.
    """
    snps, targets = read_list(parameters, "snps"), read_list(parameters, "targets")
    shape = parameters.get("shape", "long")
    if shape not in SHAPES:
        message = f"`shape` must be {' or '.join(SHAPES)}, not {shape[:50]!r}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="shape")
    _check_size(context, len(snps) * len(targets))
    filters = await read_filters(context, parameters)
    found = await asyncio.gather(*(find_snp(context, text) for text in snps))
    keys = list(dict.fromkeys(snp.key for snp in found))
    ids = await _find_targets(context, targets)
    rows = await _read(context, keys, ids, filters["study_id"])
    study = filters["study_id"]
    if shape == "wide":
        alleles = {snp.key: snp.allele_1 for snp in found}
        return _wide(rows, alleles, ids, study)
    return table_of(_LONG, rows, shape="long", study=study)


def _check_size(context: RequestContext, n_cells: int) -> None:
    if n_cells > context.limits.rows:
        message = f"the matrix has {n_cells:,} cells; at most {context.limits.rows:,} are allowed: ask for parts of it"
        raise QueryError(ErrorCode.TOO_COSTLY, message, seen=n_cells, allowed=context.limits.rows)


async def _find_targets(context: RequestContext, targets: Sequence[str]) -> list[str]:
    """Ids of CpGs, genes and traits, in the order asked.

    Raises
    ------
    QueryError
        ``UNKNOWN_ID`` for the first that is none.
    """
    forms = {text: id_forms(text) for text in targets}
    rows = await context.desk.store.read("columns/targets", ids=[form for each in forms.values() for form in each])
    known = {row["id"] for row in rows}
    named = {text: next((form for form in each if form in known), None) for text, each in forms.items()}
    for text, name in named.items():
        if name is None:
            raise unknown_id("CpG, Gene or Trait", text, ())
    return list(dict.fromkeys(name for name in named.values() if name is not None))


async def _read(context: RequestContext, keys: list[str], ids: list[str], study: str | None) -> list[Row]:
    release = await context.loaded_release()
    limit = context.limits.rows + 1
    asked = {"load_ids": list(release.load_ids), "keys": keys, "targets": ids, "study_id": study, "limit": limit}
    rows = await context.desk.store.read("columns/matrix", **asked)
    _check_size(context, len(rows))
    column = {name: at for at, name in enumerate(ids)}
    row_at = {key: at for at, key in enumerate(keys)}
    return sorted(rows, key=lambda row: (row_at[row["snp"]], column[row["target"]], -row["neg_log10_p"]))


def _wide(rows: Sequence[Row], alleles: dict[str, str | None], ids: Sequence[str], study: str | None) -> Table:
    best: dict[tuple[str, str], float] = {}
    for row in rows:
        if row["aligned_z_score"] is not None:
            best.setdefault((row["snp"], row["target"]), row["aligned_z_score"])
    meaning = "z of the SNP's first allele with this target; null where nothing was measured or the strand is unknown."
    columns = [PROPERTIES["snp"], PROPERTIES["aligned_allele"]]
    columns += [Property(name, PropertyType.FLOAT, meaning) for name in ids]
    cells: list[list[Any]] = [[best.get((key, name)) for key in alleles] for name in ids]
    values: list[list[Any]] = [list(alleles), list(alleles.values()), *cells]
    return Table(tuple(columns), tuple(values), {"shape": "wide", "study": study, "chosen": _CHOICE})
