"""Exports the candidate loci of one report as a table, with everything that was asked and by what in its header."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph_schema.constraints import SCHEMA_VERSION
from graph_schema.properties import PropertyType
from services.search.report import Candidate, CandidateReport
from services.settings import Settings
from services.sharing.graph import partial_place
from services.sharing.tables import Format, TableFile
from services.shown_settings import program_version, shown_settings

_S, _I, _F, _B, _L = (
    PropertyType.STRING,
    PropertyType.INTEGER,
    PropertyType.FLOAT,
    PropertyType.BOOLEAN,
    PropertyType.STRING_LIST,
)
COLUMNS: dict[str, PropertyType] = {
    "rank": _I,
    "key": _S,
    "rsids": _L,
    "chromosome": _S,
    "position_bp": _I,
    "block": _S,
    "is_in_mhc": _B,
    "score": _F,
    "query_snp": _S,
    "neg_log10_p": _F,
    "p_value": _S,
    "z_score": _F,
    "effect_size": _F,
    "standard_error": _F,
    "n_samples": _I,
    "is_significant": _B,
    "novelty": _S,
    "ld_source": _S,
    "bonferroni_p": _S,
    "fdr_p": _S,
    "is_discovery": _B,
    "weight": _F,
    "weighted_fdr_p": _S,
    "is_weighted_discovery": _B,
    "nearest_genes": _L,
    "n_paths": _I,
    "shared_molecules": _L,
    "evidence_studies": _L,
}
"""Columns of the table; `Candidate` says what those of its fields mean."""


def export_candidates(report: CandidateReport, settings: Settings, path: Path, file_format: Format) -> int:
    """Write the candidates of a report; the number of rows.

    Options, settings, release, run, versions, the tests' counts and the warnings stand above the header line of a TSV
    as ``# name: value``, and as JSON under ``locusgraph`` in the metadata of a Parquet file.

    Raises
    ------
    ExportError
        When the file exists already, or its folder cannot be written.
    """
    about = describe_report(report, settings)
    with partial_place(path.absolute()) as partial, TableFile(partial, COLUMNS, file_format, about) as table:
        table.write([_row(candidate) for candidate in report.candidates])
    return len(report.candidates)


def describe_report(report: CandidateReport, settings: Settings) -> dict[str, Any]:
    """Everything a reader must know beside the rows."""
    return {
        "what": "candidate loci, predicted and then tested; a prediction is not a measurement",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "locusgraph": program_version(),
        "schema_version": SCHEMA_VERSION,
        "trait": asdict(report.trait),
        "status": report.status,
        "release": report.release,
        "run_id": report.run_id,
        "options": asdict(report.options),
        "studies": [asdict(study) for study in report.studies],
        "n_candidates": report.n_candidates,
        "n_listed": len(report.candidates),
        "p_threshold": report.p_threshold,
        "n_significant": report.n_significant,
        "guarantees": report.guarantees,
        "warnings": list(report.warnings),
        "settings": shown_settings(settings),
    }


def _row(candidate: Candidate) -> dict[str, Any]:
    family, rate, paths = candidate.family_wise, candidate.false_discovery, candidate.paths
    return {
        **{name: getattr(candidate, name) for name in COLUMNS if hasattr(candidate, name)},
        "rsids": list(candidate.rsids),
        "bonferroni_p": family and family.p_adjusted,
        "fdr_p": rate and rate.p_adjusted,
        "is_discovery": rate and rate.is_discovery,
        "weight": rate and rate.weight,
        "weighted_fdr_p": rate and rate.weighted_p_adjusted,
        "is_weighted_discovery": rate and rate.is_weighted_discovery,
        "nearest_genes": [gene.symbol or gene.gene_id for gene in candidate.nearest_genes],
        "n_paths": len(paths),
        "shared_molecules": list(dict.fromkeys(path.molecule_name for path in paths)),
        "evidence_studies": sorted(
            {edge.study_id for path in paths for edge in (path.query_edge, path.candidate_edge)}
        ),
    }
