"""Prepares a study: from its files to one sorted table, the rows that become edges, and a report that reconciles."""

from __future__ import annotations

import dataclasses
import importlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from loaders.builds import chromosome_rank_expression, place_key_expression
from loaders.eqtm import EQTM_SCHEMA
from loaders.errors import RefusedRowsError
from loaders.evidence_source import OnProgress, PlannedFile, book_left_out, plan_files, stream_evidence
from loaders.evidence_table import EVIDENCE_SCHEMA, variant_key_expression
from loaders.fingerprint import fingerprint_of, fingerprint_study, hash_files
from loaders.formats import GWAS_CATALOG_ASSOCIATIONS
from loaders.manifest import StudySpec
from loaders.manifest_keys import REFERENCE_KINDS
from loaders.report import LoadReport, RowLedger, Skip, explain_reason
from loaders.significance import neg_log10_of
from loaders.sorted_runs import RUN_ROWS, SortedRuns
from loaders.table_writer import TableWriter

__all__ = ["PreparedLoad", "check_study", "fingerprint_study", "prepare_study"]

TABLE_NAME: Final = "table.parquet"
EDGES_NAME: Final = "edges.parquet"
REPORT_NAME: Final = "report.json"
MAX_REFUSED_SHARE: Final = 0.5
DEFAULT_P_THRESHOLDS: Final = {"mqtl": 1e-8, "eqtl": 5e-8, "gwas": 5e-8, "eqtm": 1.0}


@dataclass(frozen=True)
class PreparedLoad:
    """A study whose table was written.

    Attributes
    ----------
    spec
        The study; its build is the one that manifest, format and files agree on.
    fingerprint
        Of files and settings.
    file_sha256s
        File name to sha256.
    table
        The full normalised table.
    edges
        The rows that become edges; None for reference kinds.
    report
        What became of every row.
    """

    spec: StudySpec
    fingerprint: str
    file_sha256s: Mapping[str, str]
    table: Path
    edges: Path | None
    report: LoadReport


def prepare_study(
    spec: StudySpec,
    *,
    reference_build: str,
    folder: Path,
    on_progress: OnProgress | None = None,
    max_refused_share: float = MAX_REFUSED_SHARE,
    run_rows: int = RUN_ROWS,
) -> PreparedLoad:
    """Write a study's table, its edges and its report into a folder.

    Parameters
    ----------
    spec
        The study.
    reference_build
        Build of the graph.
    folder
        Where `table.parquet`, `edges.parquet` and `report.json` go; made if it is missing.
    on_progress
        Called with bytes read, bytes in all, and a text.
    max_refused_share
        Share of refused rows above which the load fails; the study's own setting wins.
    run_rows
        Rows that are held in memory.

    Raises
    ------
    LoadError
        When a file cannot be read, or more rows than allowed are refused; nothing of the load stays in the folder.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    written = tuple(folder / name for name in (TABLE_NAME, EDGES_NAME, REPORT_NAME))
    try:
        file_sha256s = hash_files(spec)
        if spec.kind in REFERENCE_KINDS:
            module = importlib.import_module(f"loaders.reference.{spec.kind}")
            table, report = module.prepare(
                spec, reference_build=reference_build, folder=folder, on_progress=on_progress
            )
            edges = None
        else:
            files = plan_files(spec)
            table, edges, report = _write_evidence(spec, files, folder, on_progress, run_rows)
            spec = dataclasses.replace(spec, build=files[0][1].build)
        _check_refused_share(spec, report, max_refused_share)
        text = json.dumps(report.to_dict(), indent=2, sort_keys=True)
        (folder / REPORT_NAME).write_text(text + "\n", encoding="utf-8")
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        if is_new:
            shutil.rmtree(folder)
        raise
    return PreparedLoad(spec, fingerprint_of(spec, file_sha256s), file_sha256s, table, edges, report)


def check_study(
    spec: StudySpec,
    *,
    reference_build: str,
    on_progress: OnProgress | None = None,
    max_refused_share: float = MAX_REFUSED_SHARE,
) -> LoadReport:
    """Read and count a whole study as a load would, and keep nothing.

    Raises
    ------
    LoadError
        As `prepare_study`.
    """
    with tempfile.TemporaryDirectory(prefix="locusgraph-check-") as folder:
        prepared = prepare_study(
            spec,
            reference_build=reference_build,
            folder=Path(folder) / "load",
            on_progress=on_progress,
            max_refused_share=max_refused_share,
        )
        return prepared.report


def _write_evidence(
    spec: StudySpec, files: tuple[PlannedFile, ...], folder: Path, on_progress: OnProgress | None, run_rows: int
) -> tuple[Path, Path, LoadReport]:
    """Pass 1: normalise and spill. Pass 2: range by range remove duplicates, sort, append."""
    ledger = RowLedger(spec.id, spec.kind)
    is_eqtm = spec.kind == "eqtm"
    table, edges = folder / TABLE_NAME, folder / EDGES_NAME
    schema = EQTM_SCHEMA if is_eqtm else EVIDENCE_SCHEMA
    merges_genes = any(plan.format.name == GWAS_CATALOG_ASSOCIATIONS.name for _, plan in files)
    min_neg_log10_p = float(neg_log10_of(np.array(spec.p_threshold or DEFAULT_P_THRESHOLDS[spec.kind])))
    takes_all = min_neg_log10_p <= 0
    with tempfile.TemporaryDirectory(prefix=".runs-", dir=folder) as spill:
        runs = SortedRuns(Path(spill), _EQTM_KEY if is_eqtm else _EVIDENCE_KEY, run_rows=run_rows)
        for rows in stream_evidence(spec, files, ledger, on_progress):
            runs.add(rows)
        with TableWriter(table, schema) as table_writer, TableWriter(edges, schema) as edge_writer:
            for part in runs.ranges():
                kept = _remove_duplicates(part, ledger, is_eqtm=is_eqtm, merges_genes=merges_genes)
                ordered = _sort(kept, is_eqtm=is_eqtm)
                passing = ordered if takes_all else ordered.filter(pl.col("neg_log10_p") > min_neg_log10_p)
                table_writer.write(ordered)
                edge_writer.write(passing)
                _book_kept(ledger, ordered, passing)
    return table, edges, ledger.report()


_PLACE: Final = place_key_expression(pl.col("chromosome"), pl.col("position_bp").fill_null(0))
_TIE: Final = pl.when(pl.col("chromosome").is_null()).then(pl.col("rsid")).otherwise(pl.lit("")).fill_null("")
_EVIDENCE_KEY: Final = (pl.col("target"), _PLACE, _TIE)
_EQTM_KEY: Final = (pl.col("cpg"), pl.lit(0, dtype=pl.Int64), pl.col("gene"))
_PREFERENCE: Final = (
    "rsid", "effect_allele", "other_allele", "effect_size", "standard_error", "effect_allele_frequency", "odds_ratio",
)  # fmt: skip


def _remove_duplicates(rows: pl.DataFrame, ledger: RowLedger, *, is_eqtm: bool, merges_genes: bool) -> pl.DataFrame:
    """Keep one row per variant, target and model: smallest p, then largest n, then the lexically first row."""
    identity = ["cpg", "gene", "model"] if is_eqtm else ["target", "__variant", "model"]
    if not is_eqtm:
        rows = rows.with_columns(__variant=variant_key_expression())
    # Equal hashes of different rows only take the slower way below, where identity decides.
    is_repeated = rows.select(pl.struct(identity).hash().is_duplicated()).to_series()
    if not is_repeated.any():
        return rows
    repeated = rows.filter(is_repeated)
    preference = ("z_score",) if is_eqtm else _PREFERENCE
    ordered = repeated.sort(
        *identity, "neg_log10_p", "n_samples", *preference, "row_number",
        descending=[*(False for _ in identity), True, True, *(False for _ in preference), False],
        nulls_last=True,
    )  # fmt: skip
    if merges_genes:
        genes = pl.col("mapped_genes").explode(empty_as_null=True, keep_nulls=True).drop_nulls().unique().sort()
        ordered = ordered.with_columns(mapped_genes=genes.implode().over(identity))
    first = ordered.unique(subset=identity, keep="first", maintain_order=True)
    lost = ordered.select("row_number").join(first.select("row_number"), on="row_number", how="anti")
    reason = Skip.REPEATED_ROW if merges_genes else Skip.DUPLICATE
    book_left_out(ledger, lost.with_columns(reason=pl.lit(reason.name.lower())))
    return pl.concat([rows.filter(~is_repeated), first])


def _sort(rows: pl.DataFrame, *, is_eqtm: bool) -> pl.DataFrame:
    if is_eqtm:
        return rows.sort("cpg", "gene", "model", "row_number")
    rank = chromosome_rank_expression(pl.col("chromosome"))
    return rows.sort("target", rank, "position_bp", "rsid", "reported_variant", "model", "row_number", nulls_last=True)


def _book_kept(ledger: RowLedger, ordered: pl.DataFrame, passing: pl.DataFrame) -> None:
    ledger.write(passing.height)
    ledger.skip(Skip.BELOW_THRESHOLD, ordered.height - passing.height)
    flags = ordered.select(pl.col("flags").explode(empty_as_null=True, keep_nulls=True)).drop_nulls()
    for name, n_rows in flags.group_by("flags").len().sort("flags").iter_rows():
        ledger.flag(name, n_rows)


def _check_refused_share(spec: StudySpec, report: LoadReport, max_refused_share: float) -> None:
    limit = max_refused_share if spec.max_refused_share is None else spec.max_refused_share
    if report.refused_share <= limit:
        return
    worst = sorted(report.refused.items(), key=lambda item: -item[1])[:3]
    reasons = "; ".join(
        f"{n_rows:,} {name} ({explain_reason(name)}; data rows {_name_rows(report.examples.get(name, ()))})"
        for name, n_rows in worst
    )
    raise RefusedRowsError(
        f"no more than {limit:.0%} of a study's rows may be refused",
        seen=f"{report.n_refused:,} of {report.read:,} rows ({report.refused_share:.0%}): {reasons}",
        where=spec.where,
        remedy="check format, columns and build; nothing was written; max_refused_share in the manifest sets the limit",
    )


def _name_rows(rows: tuple[int, ...]) -> str:
    return ", ".join(map(str, rows)) + ", ..."
