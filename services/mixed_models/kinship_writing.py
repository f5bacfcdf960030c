"""Kinship matrices of everybody genotyped, computed once and written for other analyses, ours and other programs'."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
import polars as pl

from loaders.dosages import open_dosages
from loaders.kinship_files import write_gcta_grm, write_gemma_kinship
from models.kinship import Kinship, KinshipOptions, estimate_kinships
from services.mixed_models.errors import MatchError, RequestError
from services.mixed_models.genome_parts import GenomeParts, split_autosomes
from services.mixed_models.requests import GrmKind, check_kind
from services.mixed_models.run_files import check_out, describe_run, genotype_files, write_description
from services.mixed_models.variants import ChosenVariants, OnProgress, choose_variants, watched
from services.statistics.commands import Stopwatch, no_progress
from services.statistics.values import to_json

KinshipFormat = Literal["gcta", "gemma"]
KINSHIP_FORMATS: Final[tuple[KinshipFormat, ...]] = get_args(KinshipFormat)
KINSHIP_RUN: Final = ".kinship.run.json"
_GEMMA_ENDINGS: Final[Mapping[GrmKind, str]] = {"centred": ".cXX.txt", "standardised": ".sXX.txt"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KinshipRequest:
    """Choices of matrices to write.

    Attributes
    ----------
    genotypes
        A .bed, .pgen, .bgen or mean genotypes.
    out
        Prefix of the files to write.
    grm_kind
        How the matrix is scaled.
    format
        GCTA's binary files, or GEMMA's text (for centred and standardised ones); None: that of the kind's program.
    by_chromosome
        Whether each chromosome gets a matrix of its own, all in one pass.
    minimum_maf, maximum_missing
        Bars of a SNP among everybody genotyped.
    """

    genotypes: Path
    out: Path
    grm_kind: GrmKind = "gcta"
    format: KinshipFormat | None = None
    by_chromosome: bool = False
    minimum_maf: float = 0.01
    maximum_missing: float = 1.0

    def __post_init__(self) -> None:
        """Check that the choices fit each other.

        Raises
        ------
        RequestError
            Naming those that do not.
        """
        check_kind(self.grm_kind)
        if self.written_as == "gemma" and self.grm_kind not in _GEMMA_ENDINGS:
            raise RequestError(
                "GEMMA's text holds centred and standardised matrices",
                seen=f"kind {self.grm_kind}",
                remedy="choose another kind, or GCTA's format",
            )

    @property
    def written_as(self) -> KinshipFormat:
        """The format: what was asked, else that of the program which defines the kind."""
        return self.format or ("gcta" if self.grm_kind == "gcta" else "gemma")


@dataclasses.dataclass(frozen=True, slots=True)
class WrittenKinship:
    """One matrix.

    Attributes
    ----------
    part
        whole, or the chromosome.
    n_snps
        SNPs that it is the mean over.
    mean_diagonal, mean_off_diagonal, largest_off_diagonal
        Of the matrix; related people show in the largest.
    path
        What ``--kinship`` takes.
    """

    part: str
    n_snps: int
    mean_diagonal: float
    mean_off_diagonal: float
    largest_off_diagonal: float
    path: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KinshipReport:
    """Matrices that were written.

    Attributes
    ----------
    genotypes, grm_kind, format, minimum_maf, maximum_missing
        What was asked.
    n_people
        People of the matrices: everybody genotyped.
    n_snps, n_dropped
        SNPs read, and left out by reason.
    kinships
        One a part.
    files, seconds
        Everything that was written; wall time.
    """

    genotypes: str
    grm_kind: str
    format: str
    minimum_maf: float
    maximum_missing: float
    n_people: int
    n_snps: int
    n_dropped: Mapping[str, int]
    kinships: tuple[WrittenKinship, ...]
    files: tuple[str, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        rendered: dict[str, Any] = to_json(dataclasses.asdict(self))
        return rendered


def write_kinships(request: KinshipRequest, *, on_progress: OnProgress = no_progress) -> KinshipReport:
    """Compute the autosomal kinship of everybody in a genotype file, whole or by chromosome in one pass, and write it.

    Parameters
    ----------
    request
        File and choices.
    on_progress
        Called with SNPs done, SNPs in all, and what is done.

    Raises
    ------
    MixedModelError, LoadError, KinshipError
        When the file is broken, or no SNP is left; nothing is written.
    """
    watch = Stopwatch()
    check_out(request.out)
    dosages = open_dosages(request.genotypes)
    variants = choose_variants(dosages, needs_chromosome=request.by_chromosome)
    parts = _split(request, variants)
    options = KinshipOptions(request.grm_kind, request.minimum_maf, request.maximum_missing, stored="float32")
    reader = watched(variants.reader(), variants.n_snps, "kinship", on_progress)
    made = estimate_kinships(reader, variants.n_snps, dosages.n_people, membership=parts.membership, options=options)
    on_progress(0, 0, "writing")
    written = [_write(request, name, kinship, dosages.people) for name, kinship in zip(parts.names, made, strict=True)]
    report = KinshipReport(
        genotypes=str(request.genotypes),
        grm_kind=request.grm_kind,
        format=request.written_as,
        minimum_maf=request.minimum_maf,
        maximum_missing=request.maximum_missing,
        n_people=dosages.n_people,
        n_snps=dosages.n_variants,
        n_dropped=_dropped(variants, parts, made),
        kinships=tuple(one for one, _ in written),
        files=tuple(str(path) for _, paths in written for path in paths),
        seconds=0.0,
    )
    about = _describe(request, report)
    return dataclasses.replace(report, files=(*report.files, str(about)), seconds=watch.seconds)


def _split(request: KinshipRequest, variants: ChosenVariants) -> GenomeParts:
    if not variants.n_snps:
        raise MatchError(
            "there must be SNPs to make a kinship of",
            seen=f"none of {variants.dosages.n_variants:,} variants with a chromosome",
            where=request.genotypes,
            remedy="check its table of variants, or make one matrix of the whole genome",
        )
    return split_autosomes(variants, by_chromosome=request.by_chromosome)


def _dropped(variants: ChosenVariants, parts: GenomeParts, made: tuple[Kinship, ...]) -> dict[str, int]:
    """SNPs in no matrix, by reason."""
    apart = {"without_chromosome": variants.n_without_chromosome, "not_autosomal": parts.n_not_autosomal}
    reasons = [reason for reason in made[0].dropped if reason != "not_in_a_part"]
    return apart | {reason: sum(kinship.dropped[reason] for kinship in made) for reason in reasons}


def _write(
    request: KinshipRequest, name: str, kinship: Kinship, people: pl.DataFrame
) -> tuple[WrittenKinship, tuple[Path, ...]]:
    part = f".chr{name}" if request.by_chromosome else ""
    prefix = request.out.with_name(request.out.name + part)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    if request.written_as == "gcta":
        n_pairs = kinship.n_snps if kinship.n_pairs is None else kinship.n_pairs
        paths: tuple[Path, ...] = write_gcta_grm(prefix, kinship.matrix, people, n_pairs=n_pairs)
        named = prefix
    else:
        named = prefix.with_name(prefix.name + _GEMMA_ENDINGS[request.grm_kind])
        paths = (write_gemma_kinship(named, kinship.matrix),)
    below = kinship.matrix[np.tril_indices(kinship.n_people, -1)]
    facts = kinship.trace / kinship.n_people, float(below.mean(dtype=np.float64)), float(below.max())
    return WrittenKinship(name, kinship.n_snps, *facts, str(named)), paths


def _describe(request: KinshipRequest, report: KinshipReport) -> Path:
    results = report.to_dict()
    for name in ("genotypes", "files", "seconds"):
        results.pop(name)
    for one in results["kinships"]:
        one["path"] = Path(one["path"]).name
    about = request.out.with_name(request.out.name + KINSHIP_RUN)
    write_description(about, describe_run(request, genotype_files(request.genotypes), results))
    return about
