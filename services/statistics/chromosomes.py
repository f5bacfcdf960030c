"""LD scores chromosome by chromosome, over a pool of processes that each hold one chromosome's genotypes."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.genotypes import MISSING, ChromosomeGenotypes
from services.graph.connections import Progress
from services.statistics.annotation_values import AnnotationSource, read_values
from services.statistics.panels import canonical_alleles
from services.statistics.refusals import InputsError

if TYPE_CHECKING:
    from models.heritability.ld_scores import LdScoreOptions, LdScores


@dataclass(frozen=True, slots=True)
class Job:
    """LD scores of one chromosome.

    Attributes
    ----------
    genotypes
        Its variants and where their genotypes are.
    first_index
        Number of its file's first variant, counted over all files of the panel.
    unit
        Of the window: cM, kb or SNPs.
    annotations
        What gives the columns beside the base.
    options
        Window, filter and precision.
    """

    genotypes: ChromosomeGenotypes
    first_index: int
    unit: str
    annotations: tuple[AnnotationSource, ...]
    options: "LdScoreOptions"


@dataclass(frozen=True, slots=True)
class ChromosomeScores:
    """What became of a job.

    Attributes
    ----------
    job
        The job.
    names
        Columns: base, then the annotations.
    scores
        The LD scores.
    values
        Annotations of the kept SNPs (k, C).
    coordinate
        Place of each kept SNP in the unit of the window (k,).
    has_missing
        Whether each kept SNP lacks a genotype (k,).
    """

    job: Job
    names: tuple[str, ...]
    scores: "LdScores"
    values: NDArray[np.float32]
    coordinate: NDArray[np.float64]
    has_missing: NDArray[np.bool_]


def estimate_chromosomes(jobs: Sequence[Job], n_processes: int, on_progress: Progress) -> Iterator[ChromosomeScores]:
    """Work through the jobs, in their order; each process holds one chromosome at a time.

    Parameters
    ----------
    n_processes
        0 for one a core; 1 works in this process.
    """
    n_workers = min(n_processes or os.cpu_count() or 1, len(jobs))
    if n_workers == 1:
        for done, job in enumerate(jobs):
            on_progress(done, len(jobs), f"LD scores of chromosome {job.genotypes.chromosome}")
            yield estimate_chromosome(job)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_workers, mp_context=context) as pool:
        for done, found in enumerate(pool.map(estimate_chromosome, jobs)):
            on_progress(done + 1, len(jobs), f"LD scores of chromosome {found.job.genotypes.chromosome}")
            yield found


def estimate_chromosome(job: Job) -> ChromosomeScores:
    """Estimate the LD scores of one chromosome."""
    from models.heritability.errors import WindowError
    from models.heritability.ld_scores import estimate_ld_scores

    variants = job.genotypes.variants
    names, values = read_values(job.annotations, job.genotypes)
    has_missing = np.zeros(variants.height, dtype=np.bool_)

    def read_block(first: int, last: int) -> NDArray[np.int8]:
        block = job.genotypes.read_block(first, last)
        has_missing[first:last] = (block == MISSING).any(axis=1)
        return block

    try:
        scores = estimate_ld_scores(
            read_block,
            job.genotypes.n_people,
            _positions(job),
            n_snps=variants.height,
            annotations=values,
            options=job.options,
        )
    except WindowError as error:
        raise WindowError(_explain_window(job) or str(error)) from error
    kept = scores.is_kept
    return ChromosomeScores(
        job, names, scores, values[kept], _coordinates(job, kept), np.asarray(has_missing[kept], dtype=np.bool_)
    )


def _positions(job: Job) -> NDArray[np.float64] | None:
    variants = job.genotypes.variants
    if job.unit == "SNPs":
        return None
    if job.unit == "kb":
        return np.asarray(variants["position_bp"].to_numpy() / 1000.0, dtype=np.float64)
    centimorgans = variants["cm"].to_numpy().astype(np.float64)
    if variants.height > 1 and not centimorgans.any():
        raise InputsError(
            "a window in cM needs a genetic map",
            seen="0 cM at every variant",
            where=f"{job.genotypes.panel.bim}, chromosome {job.genotypes.chromosome}",
            remedy="choose a window in kb (1 cM is about 1000 kb), or put the map into the .bim",
        )
    return centimorgans


def _explain_window(job: Job) -> str | None:
    """A window over the whole chromosome with units and file, which the arrays do not know; None for other faults."""
    window, unit, chromosome = job.options.window, job.unit, job.genotypes.chromosome
    position = _positions(job)
    n_variants = job.genotypes.variants.height
    span = n_variants - 1.0 if position is None else float(position[-1] - position[0])
    if not 0.0 < span <= window:
        return None
    return (
        f"an LD window must be narrower than the chromosome: {window:g} {unit} on each side spans all variants of "
        f"chromosome {chromosome}; seen: {n_variants:,} SNPs within {span:,.4g} {unit}; in {job.genotypes.panel.bim}; "
        "give a narrower window, check its unit (1 cM is about 1000 kb), or say that the whole chromosome is meant "
        "(--yes-really)"
    )


def _coordinates(job: Job, kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    position = _positions(job)
    return np.arange(int(kept.sum()), dtype=np.float64) if position is None else position[kept]


def is_continuous(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each column has values other than 0 and 1."""
    return np.asarray(((values != 0) & (values != 1)).any(axis=0), dtype=np.bool_)


def place_columns(found: ChromosomeScores) -> pl.DataFrame:
    """Places, names and facts of the kept SNPs, `variant_index` running over all files of the panel."""
    kept = pl.Series(found.scores.is_kept)
    variants = found.job.genotypes.variants.filter(kept)
    frequency = found.scores.allele_frequency[found.scores.is_kept]
    canonical = canonical_alleles(variants)
    return variants.with_columns(
        canonical_1=canonical["allele_1"],
        canonical_2=canonical["allele_2"],
        variant_index=pl.col("variant_index") + found.job.first_index,
        minor_allele_frequency=pl.Series(np.minimum(frequency, 1.0 - frequency)),
        coordinate=pl.Series(found.coordinate),
        has_missing=pl.Series(found.has_missing),
    )
