"""Munged statistics: of a GWAS file, or of a trait of the graph from its study's full table."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from loaders.builds import canonical_build
from loaders.errors import FormatError
from loaders.ldsc import write_sumstats
from loaders.ldsc.munge import Munged, MungeFacts, MungeOptions, munge
from loaders.ldsc.munge_ids import NOT_IN_ID_LIST, NOT_IN_ID_LIST_MEANING, lacks_ids, munge_by_place
from loaders.ldsc.munge_ledger import Loss
from loaders.ldsc.munge_tables import munge_table
from loaders.reference.rsid_lists import read_rsid_list
from services.graph.store import Store
from services.registry import sha256_of
from services.releases import current_release
from services.search.gwas import GwasStudy, read_gwas_studies
from services.settings import Settings
from services.statistics.errors import NoStatistics

_IDS_LOOKED_AT = 1_000

__all__ = ["MungeOptions", "MungeReport", "explain_loss", "munge_file", "sumstats_of_trait"]


@dataclass(frozen=True, slots=True)
class MungeReport:
    """What munging a file did.

    Attributes
    ----------
    source, out
        The GWAS file; the file written, None where none was asked for.
    n_read, n_written
        Rows read; rows written with a z score.
    losses
        Reason to rows left out; with `n_written` they sum to `n_read`.
    facts
        Format, effect allele, N, chi² of what was written, and notes.
    seconds
        Wall time.
    """

    source: str
    out: str | None
    n_read: int
    n_written: int
    losses: Mapping[str, int]
    facts: MungeFacts
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        return asdict(self)


def munge_file(
    path: Path | str,
    options: MungeOptions | None = None,
    *,
    ids_from: Path | str | None = None,
    out: Path | str | None = None,
    decimals: int | None = 6,
) -> MungeReport:
    """Munge a GWAS file and write SNP, A1, A2, Z, N.

    Parameters
    ----------
    path
        The GWAS.
    options
        Choices; None: the defaults.
    ids_from
        List of SNPs with places, from which rows without an rsid get theirs; both are of the build in `options`.
    out
        File to write; `.sumstats.gz` is added to a name without such an ending. None: nothing is written.
    decimals
        Digits of Z.

    Raises
    ------
    LoadError
        When the file cannot be read, names no SNPs, or nothing of it is left; nothing is written.
    """
    started = time.perf_counter()
    munged = _munge(Path(path), options or MungeOptions(), ids_from)
    target = None if out is None else _with_ending(Path(out))
    if target is not None:
        write_sumstats(munged.table, target, decimals=decimals)
    return MungeReport(
        str(path), None if target is None else str(target), munged.n_read, munged.n_written, munged.ledger,
        munged.facts, time.perf_counter() - started,
    )  # fmt: skip


def _munge(path: Path, options: MungeOptions, ids_from: Path | str | None) -> Munged:
    """Munge with the ids of the file, or of a list; what is missing for either is said."""
    if options.build is not None:
        options = replace(options, build=canonical_build(options.build))
    if ids_from is not None:
        return munge_by_place(path, options, lambda build: read_rsid_list(ids_from, build=build))
    try:
        munged = munge(path, options)
    except FormatError as error:
        if not lacks_ids(path, options):
            raise
        raise FormatError(
            "a GWAS must name its SNPs by rsid, or be given a list to find them in",
            seen="rows without rsid",
            where=path,
            remedy="add --ids-from LIST (.bim, LD scores, or a table of rsid, chromosome, position and alleles) and "
            "--build BUILD, the build of both",
        ) from error
    some = munged.table["SNP"].head(_IDS_LOOKED_AT)
    if some.str.contains(r"(?i)^rs\d").any():
        return munged
    note = (
        f"the ids are no rsids, such as {some[0]}: LD scores must have the same ids, else name the rows with "
        "--ids-from LIST --build BUILD"
    )
    return replace(munged, facts=replace(munged.facts, notes=(*munged.facts.notes, note)))


def explain_loss(reason: str) -> str:
    """The sentence that explains a reason of a munge; the reason itself where it is none."""
    if reason == NOT_IN_ID_LIST:
        return NOT_IN_ID_LIST_MEANING
    return str(Loss[reason.upper()].value) if reason.upper() in Loss.__members__ else reason


def sumstats_of_trait(
    store: Store, settings: Settings, trait_id: str, *, study_id: str | None = None
) -> tuple[pl.DataFrame, dict[str, int], str, str]:
    """Munge a trait's statistics from the full table of one of its studies.

    Parameters
    ----------
    store, settings
        The graph and the state folder.
    trait_id
        The trait.
    study_id
        The study; None: of the complete ones the one with most samples, then the first by id.

    Returns
    -------
    table, losses, study_id, sha256
        SNP, A1, A2, Z, N, CHR, BP; rows left out by reason, with `read` before them; the study; sha256 of its table.

    Raises
    ------
    NoStatistics
        When no loaded GWAS, or not the one named, holds complete statistics of the trait.
    LoadError
        When nothing of them is left.
    """
    release = current_release(store)
    studies = read_gwas_studies(store, settings, trait_id, release.load_ids)
    _check_tables([study for study in studies if study.is_complete and study_id in (None, study.study_id)])
    study = _choose_study(studies, trait_id, study_id)
    rows = pl.scan_parquet(study.table).filter(pl.col("target") == trait_id)
    munged = munge_table(rows, build=settings.reference_build, where=f"study {study.study_id}, trait {trait_id}")
    return munged.table, {"read": munged.n_read, **munged.ledger}, study.study_id, sha256_of(study.table)


def _check_tables(studies: Sequence[GwasStudy]) -> None:
    """See that all are there: without its table nobody knows whether a study is the one with most samples."""
    for study in studies:
        if not study.table.is_file():
            raise NoStatistics(
                f"the full table of a study is kept in the state folder, but {study.table} is missing: load study "
                f"{study.study_id} again"
            )


def _choose_study(studies: Sequence[GwasStudy], trait_id: str, study_id: str | None) -> GwasStudy:
    complete = [study for study in studies if study.is_complete and study_id in (None, study.study_id)]
    if complete:
        return min(complete, key=lambda study: (-(study.n_samples or 0), study.study_id))
    known = ", ".join(f"{study.study_id} ({'complete' if study.is_complete else 'hits only'})" for study in studies)
    asked = f"study {study_id}" if study_id is not None else "a loaded GWAS"
    raise NoStatistics(
        f"{asked} must hold complete summary statistics of {trait_id}; the trait's studies: {known or 'none'}: load "
        'the full file with statistics = "complete" in its manifest entry, or name another study'
    )


def _with_ending(path: Path) -> Path:
    endings = (".sumstats", ".sumstats.gz", ".gz", ".parquet", ".txt", ".tsv")
    return path if path.name.endswith(endings) else path.with_name(f"{path.name}.sumstats.gz")
