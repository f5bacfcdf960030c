"""Parts of the genome that get a matrix each: the whole, chromosomes, or annotations and all other SNPs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loaders.ldsc import columns_of_intervals
from loaders.reference.annotation_paths import read_bed_path
from models.kinship import split_by
from services.mixed_models.errors import MatchError
from services.mixed_models.requests import RemlRequest
from services.mixed_models.variants import ChosenVariants

OTHER = "other"
"""Name of the part of all SNPs that are in no annotation."""


@dataclasses.dataclass(frozen=True, slots=True)
class GenomeParts:
    """Parts of the genome.

    Attributes
    ----------
    names
        Of the parts.
    membership
        Which SNP belongs to which, ``[m, parts]``.
    n_in_several
        SNPs of more than one part.
    n_not_autosomal
        SNPs of X, Y or MT, which are in none.
    """

    names: tuple[str, ...]
    membership: NDArray[np.bool_]
    n_in_several: int
    n_not_autosomal: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the parts, as sentences."""
        notes = []
        if self.n_not_autosomal:
            notes.append(f"Kinship is of the autosomes: {self.n_not_autosomal:,} SNPs of X, Y or MT did not enter it.")
        if self.n_in_several:
            notes.append(f"{self.n_in_several:,} SNPs lie in several parts and count in each.")
        return tuple(notes)


def split_genome(request: RemlRequest, variants: ChosenVariants) -> GenomeParts:
    """Split the autosomal SNPs as was asked.

    Raises
    ------
    LoadError
        If a BED file is broken.
    MatchError
        If an annotation holds no SNP, or two have one name.
    """
    if request.parts == "annotation":
        return _of_autosomes(*_annotations(request.annotations, variants), variants)
    return split_autosomes(variants, by_chromosome=request.parts == "chromosome")


def split_autosomes(
    variants: ChosenVariants, *, by_chromosome: bool, is_used: NDArray[np.bool_] | None = None
) -> GenomeParts:
    """All autosomal SNPs (of `is_used` ``[m]`` alone, where it is given) as one part called whole, or by chromosome."""
    used = np.ones(variants.n_snps, np.bool_) if is_used is None else is_used
    if not by_chromosome:
        return _of_autosomes(("whole",), used[:, None], variants)
    names, membership = split_by(variants.chromosomes)
    return _of_autosomes(names, membership & used[:, None], variants)


def _of_autosomes(names: tuple[str, ...], membership: NDArray[np.bool_], variants: ChosenVariants) -> GenomeParts:
    """Parts without SNPs of X, Y and MT: of men these are one copy, and no scale of autosomes fits them."""
    inside = membership & variants.is_autosomal[:, None]
    has_snps = np.asarray(inside.any(axis=0))
    left = tuple(name for name, has in zip(names, has_snps, strict=True) if has)
    n_in_several = int((inside.sum(axis=1) > 1).sum())
    return GenomeParts(left, inside[:, has_snps], n_in_several, int((~variants.is_autosomal).sum()))


def _annotations(paths: Sequence[Path], variants: ChosenVariants) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    snps = variants.table.select("chromosome", "position_bp", "rsid")
    names: list[str] = []
    columns: list[NDArray[np.bool_]] = []
    for path in paths:
        found = columns_of_intervals(snps, read_bed_path(path, build=None).intervals)
        column = np.asarray(found.values[:, 0] > 0.0)
        name = found.names[0]
        if name in (*names, OTHER):
            raise MatchError(
                "every annotation must have a name of its own", seen=name, where=path, remedy="rename the file"
            )
        if not column.any():
            raise MatchError(
                "an annotation must hold SNPs of the genotypes",
                seen=f"none of {variants.n_snps:,}",
                where=path,
                remedy="check that its chromosomes and its genome build are those of the genotypes",
            )
        names.append(name)
        columns.append(column)
    membership = np.column_stack(columns)
    rest = ~membership.any(axis=1)
    if not rest.any():
        return tuple(names), membership
    return (*names, OTHER), np.column_stack((membership, rest))
