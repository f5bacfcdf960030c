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
    """

    names: tuple[str, ...]
    membership: NDArray[np.bool_]
    n_in_several: int


def split_genome(request: RemlRequest, variants: ChosenVariants) -> GenomeParts:
    """Split the SNPs as was asked.

    Raises
    ------
    LoadError
        If a BED file is broken.
    MatchError
        If an annotation holds no SNP, or two have one name.
    """
    if request.parts == "chromosome":
        return GenomeParts(*split_by(variants.chromosomes), 0)
    if request.parts == "annotation":
        return _annotations(request.annotations, variants)
    return GenomeParts(("whole",), np.ones((variants.n_snps, 1), np.bool_), 0)


def _annotations(paths: Sequence[Path], variants: ChosenVariants) -> GenomeParts:
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
    n_in_several = int((membership.sum(axis=1) > 1).sum())
    if not rest.any():
        return GenomeParts(tuple(names), membership, n_in_several)
    return GenomeParts((*names, OTHER), np.column_stack((membership, rest)), n_in_several)
