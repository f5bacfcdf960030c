"""Munging of a GWAS that does not name its SNPs: rows get the ids of a list, by place and alleles."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders.alleles import clean_allele_expression, pair_text_expression
from loaders.builds import canonical_build, chromosome_expression
from loaders.errors import BuildError, FormatError, LoadError
from loaders.ldsc.munge import Munged, munge_rows
from loaders.ldsc.munge_columns import MungePlan, plan_munge
from loaders.ldsc.munge_formats import read_format_rows
from loaders.ldsc.munge_ledger import MungeLedger
from loaders.ldsc.munge_options import MungeOptions
from loaders.ldsc.munge_rows import read_plain_rows
from loaders.ldsc.typed_tables import check_file
from loaders.tables import TableHeader, read_header
from loaders.variants import parse_variant_ids

NOT_IN_ID_LIST: Final = "not_in_id_list"
"""The one reason for rows that no id was found for."""

NOT_IN_ID_LIST_MEANING: Final = "the row has no rsid, and the list of ids has no SNP with its place and alleles"
_PLACE: Final = ("chromosome", "position_bp")
_RSID: Final = r"^rs\d+$"
_ID_COLUMNS: Final = ("SNP", "ID", "MarkerID", "rs")  # of the formats that state places too


@dataclass(frozen=True)
class PlacedIds:
    """Ids by place.

    Attributes
    ----------
    table
        rsid, chromosome, position_bp, and `pair`: both alleles free of order and strand, null where the list has none.
        With alleles one row a place and pair; without, only places that one SNP has.
    has_alleles
        Whether `pair` decides too; else a place alone does.
    source
        The file or files, for people.
    """

    table: pl.DataFrame
    has_alleles: bool
    source: str


class RowNamer:
    """Names rows by their place while they stream by, and counts those that it cannot name.

    Parameters
    ----------
    ids
        The ids.
    build
        Build of the rows' places; ids that state another one name no place.
    """

    def __init__(self, ids: PlacedIds, build: str) -> None:
        self._build, self._has_alleles = build, ids.has_alleles
        keys = [*_PLACE, "pair"] if ids.has_alleles else list(_PLACE)
        self._keys, self._table = keys, ids.table.select(*keys, named="rsid")
        self.n_seen = self.n_named = self.n_kept = 0
        self.example = ""

    def name(self, batches: Iterator[pl.DataFrame], ledger: MungeLedger) -> Iterator[pl.DataFrame]:
        """Yield the rows that have an rsid or get an id; `ledger` books them as read."""
        for batch in batches:
            placed = self._add_places(batch)
            found = placed.join(self._table, on=self._keys, how="left", maintain_order="left")
            named = found.with_columns(snp=pl.coalesce("own_rsid", "named"))
            kept = named.filter(pl.col("snp").is_not_null())
            self.n_seen += batch.height
            self.n_kept += kept.height
            self.n_named += kept["own_rsid"].null_count()
            if not self.example and kept.height < named.height:
                self.example = _describe(named.filter(pl.col("snp").is_null()))
            ledger.read(kept.height)
            if kept.height:
                yield kept.drop("own_rsid", "pair", "named").rename({"position_bp": "position"})

    def _add_places(self, batch: pl.DataFrame) -> pl.DataFrame:
        rows = batch if "snp" in batch.columns else batch.with_columns(snp=pl.lit(None, dtype=pl.String))
        said = parse_variant_ids(rows, "snp")
        is_here = said["id_build"].is_null() | (said["id_build"] == self._build)
        of_id: dict[str, pl.Expr] = {name: pl.when(is_here).then(said[f"id_{name}"]) for name in _PLACE}
        if "chromosome" in rows.columns and "position" in rows.columns:
            position = pl.col("position").cast(pl.Float64)
            columns = {
                "chromosome": chromosome_expression(pl.col("chromosome")),
                "position_bp": pl.when(position == position.floor()).then(position).cast(pl.Int64, strict=False),
            }
            has_both = pl.all_horizontal([value.is_not_null() for value in columns.values()])
            of_id = {name: pl.when(has_both).then(columns[name]).otherwise(value) for name, value in of_id.items()}
        first, second = (clean_allele_expression(pl.col(name)) for name in ("a1", "a2"))
        rsid = said["rsid"]
        return rows.select(
            pl.all().exclude("snp", "chromosome", "position"),
            **of_id,
            pair=pair_text_expression(first, second),
            own_rsid=pl.when(rsid.str.contains(_RSID)).then(rsid),
        )


def munge_by_place(path: Path | str, options: MungeOptions, read_ids: Callable[[str], PlacedIds]) -> Munged:
    """Munge a GWAS file whose rows are named by place and alleles.

    Parameters
    ----------
    path
        As for `loaders.ldsc.munge.munge`; a column of ids is not needed, one such as `1:1000:A:G` gives places.
    options
        Choices; `build` is that of the places, which nobody checks but by their chromosomes' ends.
    read_ids
        Reads the list, whose places are in the build that it is called with.

    Returns
    -------
    Munged
        Rows that have an rsid keep it; rows without an id are left out as `NOT_IN_ID_LIST`. Alleles and z are the
        file's own: the other strand or swapped alleles find the same SNP.

    Raises
    ------
    BuildError
        When nobody says the build.
    FormatError
        See `munge`; also rows without places, and a list that has none of the rows.
    """
    path = Path(path)
    check_file(path)
    header = read_header(path)
    plan = plan_by_place(header, options)
    build = _build_of(plan, options, path)
    ids = read_ids(build)
    reading, rest, namer = MungeLedger(), MungeLedger(), RowNamer(ids, build)
    if plan.plan is None:
        rows = read_plain_rows(header, plan, reading, keeps_places=True)
    else:
        rows = read_format_rows(header, plan, plan.plan, reading)
    try:
        munged = munge_rows(namer.name(rows, rest), plan, options, ledger=rest, where=str(path))
    except FormatError as error:
        if namer.n_kept or not namer.n_seen:
            raise
        raise _none_found(namer, ids, build, path) from error
    lost = {NOT_IN_ID_LIST: namer.n_seen - namer.n_kept} if namer.n_kept < namer.n_seen else {}
    notes = (*munged.facts.notes, _note(namer, ids, build))
    return dataclasses.replace(
        munged,
        n_read=reading.n_read,
        ledger=_add(reading.close(namer.n_seen), lost, munged.ledger),
        facts=dataclasses.replace(munged.facts, notes=notes),
    )


def plan_by_place(header: TableHeader, options: MungeOptions) -> MungePlan:
    """Decide how a GWAS file is read that needs no column of ids.

    Raises
    ------
    FormatError
        See `plan_munge`; also where the file has neither ids nor chromosome and position.
    """
    choices = {"format_name": options.format, "columns": options.columns, "build": options.build}
    try:
        plan = plan_munge(header, **choices)  # type: ignore[arg-type]
    except FormatError as error:
        plan = _plan_without_ids(header, options, error)
    if plan.plan is None and "snp" not in plan.columns and not {"chromosome", "position"} <= {*plan.columns}:
        raise FormatError(
            "rows that are named by place must have chromosome and position",
            seen=f"columns {', '.join(header.columns)}",
            where=header.path,
            remedy="name the columns: --column chromosome=... --column position=...",
        )
    return plan


def lacks_ids(path: Path, options: MungeOptions) -> bool:
    """Whether a GWAS has no column of ids, or its first rows hold no rsid, while all else is there."""
    header = read_header(path)
    try:
        plan = plan_by_place(header, options)
        if plan.plan is None:
            return "snp" not in plan.columns
        first = next(read_format_rows(header, plan, plan.plan, MungeLedger()), None)
    except LoadError:
        return False
    return first is not None and first["snp"].null_count() == first.height


def _plan_without_ids(header: TableHeader, options: MungeOptions, error: FormatError) -> MungePlan:
    """The plan of the same header with a column of ids, which is then not read; a known format before a plain one."""
    plans = []
    for name in _ID_COLUMNS:
        if name in header.columns:
            continue
        wider = dataclasses.replace(header, columns=(*header.columns, name))
        try:
            plan = plan_munge(wider, format_name=options.format, columns=options.columns, build=options.build)
        except FormatError:
            continue
        plans.append(_without_column(plan, name))
    if not plans:
        raise error
    return next((plan for plan in plans if plan.plan is not None), plans[0])


def _without_column(plan: MungePlan, name: str) -> MungePlan:
    own = plan.plan
    if own is not None:
        sources = {field: column for field, column in own.sources.items() if column != name}
        own = dataclasses.replace(own, sources=sources, read=tuple(column for column in own.read if column != name))
    columns = {field: column for field, column in plan.columns.items() if column != name}
    return dataclasses.replace(plan, columns=columns, plan=own)


def _build_of(plan: MungePlan, options: MungeOptions, path: Path) -> str:
    stated = options.build or (None if plan.plan is None else plan.plan.build)
    if stated is None:
        raise BuildError(
            "rows are named by place within one genome build only",
            seen="no build",
            where=path,
            remedy="state it: --build GRCh37 (hg19) or --build GRCh38 (hg38), the build of the GWAS and of the list",
        )
    return canonical_build(stated)


def _describe(rows: pl.DataFrame) -> str:
    chromosome, position, first, second = rows.select(*_PLACE, "a1", "a2").row(0)
    return f"{chromosome or '?'}:{position or '?'} {first}/{second}"


def _none_found(namer: RowNamer, ids: PlacedIds, build: str, path: Path) -> FormatError:
    rsid, chromosome, position, pair = ids.table.select("rsid", *_PLACE, "pair").row(0)
    return FormatError(
        "rows that are named by place must lie where the list of ids has SNPs",
        seen=f"none of {namer.n_seen:,} rows, such as {namer.example}; the list {ids.source} has "
        f"{rsid} at {chromosome}:{position} {pair or 'without alleles'}",
        where=path,
        remedy=f"check that both are in {build}, and that chromosome, position and alleles were read from their "
        "columns (--column chromosome=... position=... a1=... a2=...)",
    )


def _note(namer: RowNamer, ids: PlacedIds, build: str) -> str:
    by = "place and alleles" if ids.has_alleles else "place alone, since the list has no alleles"
    return f"{namer.n_named:,} of {namer.n_seen:,} rows were named from {ids.source} by {by} ({build})"


def _add(*books: Mapping[str, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for book in books:
        for reason, n_rows in book.items():
            total[reason] = total.get(reason, 0) + n_rows
    return total
