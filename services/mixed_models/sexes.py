"""Who is male, which SNPs of X men have once, and what came of that in a scan."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import pseudo_autosomal_place_expression
from loaders.person_sex import FEMALE, MALE, UNKNOWN, SexTable, read_sex
from loaders.sample_matching import find_rows
from services.mixed_models.errors import MatchError
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.scan_facts import SexFacts
from services.mixed_models.scan_request import ScanRequest
from services.mixed_models.variants import ChosenVariants
from services.mixed_models.x_coding import XCoding

_BESIDE: Final = {".bed": ".fam", ".pgen": ".psam", ".bgen": ".sample"}


@dataclasses.dataclass(frozen=True, slots=True)
class XSnps:
    """The SNPs of X of a genotype file, and the sexes of everybody in it.

    Attributes
    ----------
    source
        File that says who is male; None where none does.
    sex
        `loaders.person_sex`'s codes, ``[n]``.
    is_haploid, is_pseudo_autosomal
        SNPs that men have once, and SNPs of X that they have twice, ``[m]``.
    has_build
        Whether positions tell the pseudo-autosomal parts.
    """

    source: str | None
    sex: NDArray[np.int8]
    is_haploid: NDArray[np.bool_]
    is_pseudo_autosomal: NDArray[np.bool_]
    has_build: bool

    def coding(self) -> XCoding | None:
        """How to read men's genotypes; None where there are no men, or nothing that they have once."""
        is_male = self.sex == MALE
        if not is_male.any() or not self.is_haploid.any():
            return None
        return XCoding(self.is_haploid, is_male, np.zeros(self.is_haploid.size, np.int64))


def find_x_snps(request: ScanRequest, variants: ChosenVariants) -> XSnps | None:
    """The SNPs of X and the sexes; None where no SNP lies on X, so that no file of sexes is read.

    Raises
    ------
    MatchError
        If the file asked for names no sexes, or none of the people.
    LoadError
        If it is broken.
    """
    is_x = variants.lies_on("X")
    if not is_x.any():
        return None
    is_par = np.zeros(is_x.size, np.bool_)
    if variants.dosages.is_pseudo_autosomal is not None:
        is_par = is_x & variants.dosages.is_pseudo_autosomal[variants.index]
    if request.build is not None:
        inside = pseudo_autosomal_place_expression(pl.col("position_bp"), request.build)
        is_par |= is_x & variants.table.select(inside).to_series().to_numpy()
    path, table = _table(request)
    sex = np.full(variants.dosages.n_people, UNKNOWN, np.int8)
    if table is not None and path is not None:
        rows, _ = find_rows(variants.dosages.people, table.people, str(path))
        sex = np.append(table.sex, np.int8(UNKNOWN))[rows]
        if request.sex is not None and not (rows >= 0).any():
            raise MatchError(
                "the file of sexes must name the people of the genotypes",
                seen=f"none of {rows.size:,}",
                where=path,
                remedy="write the same FID and IID",
            )
    is_known = bool((sex != UNKNOWN).any())
    return XSnps(
        path.name if path is not None and is_known else None, sex, is_x & ~is_par, is_par, request.build is not None
    )


def sex_facts(x_snps: XSnps, people: AnalysedPeople, variants: ChosenVariants) -> SexFacts:
    """What is reported of X, after the scan has read it."""
    counts = np.bincount(x_snps.sex[people.index], minlength=3)
    n_heterozygous = np.zeros(0, np.int64) if variants.coding is None else variants.coding.n_heterozygous
    return SexFacts(
        source=x_snps.source,
        n_males=int(counts[MALE]),
        n_females=int(counts[FEMALE]),
        n_unknown=int(counts[UNKNOWN]),
        n_snps=int(x_snps.is_haploid.sum()),
        n_pseudo_autosomal=int(x_snps.is_pseudo_autosomal.sum()),
        n_heterozygous_snps=int((n_heterozygous > 0).sum()),
        n_heterozygous=int(n_heterozygous.sum()),
    )


def sex_notes(x_snps: XSnps, facts: SexFacts) -> tuple[str, ...]:
    """What a reader should know of X, as sentences."""
    if facts.source is None:
        return (
            f"{facts.n_snps + facts.n_pseudo_autosomal:,} SNPs of X were read as they are written, with two copies in "
            "everybody: no file says who is male (give --sex).",
        )
    notes = []
    if facts.n_unknown:
        notes.append(f"{facts.n_unknown:,} people of unknown sex were read on X as women are.")
    if not x_snps.has_build and facts.n_males:
        parts = "but the SNPs of XY (25) " if facts.n_pseudo_autosomal else ""
        notes.append(
            f"All of X {parts}counts as what men have once: without a genome build (--build) positions do not tell its "
            "pseudo-autosomal parts."
        )
    if facts.n_heterozygous:
        notes.append(
            f"{facts.n_heterozygous:,} heterozygous genotypes of men at {facts.n_heterozygous_snps:,} SNPs of X were "
            "read as missing."
        )
    return tuple(notes)


def sex_file(request: ScanRequest) -> Path | None:
    """The file that says who is male: the one asked for, or the one beside the genotypes."""
    if request.sex is not None:
        return request.sex
    ending = _BESIDE.get(request.people.genotypes.suffix)
    beside = None if ending is None else request.people.genotypes.with_suffix(ending)
    return beside if beside is not None and beside.is_file() else None


def _table(request: ScanRequest) -> tuple[Path | None, SexTable | None]:
    path = sex_file(request)
    table = None if path is None else read_sex(path)
    if request.sex is not None and table is None:
        raise MatchError(
            "a file that says who is male must have a column SEX",
            seen="none",
            where=path,
            remedy="give a .fam, .psam, .sample, or a table with FID, IID and SEX",
        )
    return path, table
