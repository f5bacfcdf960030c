"""Kinship of the people analysed: computed from everybody genotyped, whole or by part, or read from files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.kinship_files import KinshipFile, read_gcta_grm, read_gemma_kinship
from models.kinship import Kinship, KinshipOptions, estimate_kinships
from services.mixed_models.errors import MatchError
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.requests import GrmKind
from services.mixed_models.variants import ChosenVariants, OnProgress, watched

_GCTA_ENDINGS = (".grm.bin", ".grm.id", ".grm.N.bin")


def compute_kinships(
    variants: ChosenVariants,
    people: AnalysedPeople,
    membership: NDArray[np.bool_],
    *,
    options: KinshipOptions,
    on_progress: OnProgress,
) -> tuple[Kinship, ...]:
    """The matrices of parts of the genome over everybody genotyped, cut to the people analysed.

    Parameters
    ----------
    variants
        The SNPs.
    people
        Who is analysed.
    membership
        Which SNP belongs to which part, ``[m, parts]``.
    options
        Scaling and bars.
    on_progress
        Told the SNPs that were read.

    Raises
    ------
    KinshipError
        If no SNP of a part is left.

    Notes
    -----
    Means and scales are those of everybody genotyped, as GEMMA and GCTA have them.
    """
    reader = watched(variants.reader(), variants.n_snps, "kinship", on_progress)
    found = estimate_kinships(
        reader, variants.n_snps, variants.dosages.n_people, membership=membership, options=options
    )
    if people.n_people == variants.dosages.n_people:
        return found
    return tuple(kinship.subset(people.index) for kinship in found)


def read_kinships(
    paths: Sequence[Path], people: AnalysedPeople, *, kind: GrmKind | None
) -> tuple[tuple[Kinship, ...], AnalysedPeople]:
    """Read matrices, cut them to the people analysed, and these to those who are in all of them.

    Parameters
    ----------
    paths
        GCTA prefixes (or one of the three files), or GEMMA's text, which follows the genotype file.
    people
        Who is analysed.
    kind
        How they were made; None for what their names say.

    Returns
    -------
    tuple[tuple[Kinship, ...], AnalysedPeople]
        One a path, and the people left; `Kinship.n_snps` is 0 where the file does not say.

    Raises
    ------
    LoadError
        If a file is missing or broken.
    MatchError
        If nobody is in all of them.
    """
    read = [_read(path, people.dosages.n_people) for path in paths]
    places = [_places(people, file) for file in read]
    in_all = np.logical_and.reduce([place >= 0 for place in places])
    left = people.among(np.where(in_all, 0, -1), paths[0])
    found = []
    for path, file, place in zip(paths, read, places, strict=True):
        rows = place[in_all]
        matrix = file.matrix[np.ix_(rows, rows)]
        found.append(Kinship(matrix, kind or kind_of_name(path), file.n_snps or 0))
    return tuple(found), left


def kind_of_name(path: Path) -> GrmKind:
    """How a matrix was made, from its file's name: .sXX standardised, GEMMA's others centred, GCTA's gcta."""
    if ".sXX" in path.suffixes:
        return "standardised"
    return "gcta" if _is_gcta(path) else "centred"


def kinship_files(path: Path) -> tuple[Path, ...]:
    """The files that are read for a matrix."""
    if not _is_gcta(path):
        return (path,)
    prefix = _prefix(path)
    return tuple(file for end in _GCTA_ENDINGS if (file := prefix.with_name(prefix.name + end)).is_file())


def _read(path: Path, n_genotyped: int) -> KinshipFile:
    if _is_gcta(path):
        return read_gcta_grm(_prefix(path))
    if not path.is_file():
        raise MatchError(
            "a kinship is the prefix of a .grm.bin, or a .cXX.txt or .sXX.txt",
            seen="no such file",
            where=path,
            remedy="check the path, or leave it out so that the kinship is computed",
        )
    return read_gemma_kinship(path, n_people=n_genotyped)


def _is_gcta(path: Path) -> bool:
    return path.name.endswith(_GCTA_ENDINGS) or path.with_name(f"{path.name}.grm.bin").is_file()


def _prefix(path: Path) -> Path:
    for ending in _GCTA_ENDINGS:
        if path.name.endswith(ending):
            return path.with_name(path.name.removesuffix(ending))
    return path


def _places(people: AnalysedPeople, file: KinshipFile) -> NDArray[np.int64]:
    """Row of each person analysed in a matrix, -1 for those who are not in it."""
    if file.people is None:
        return people.index
    has_families = people.people["family"].null_count() < people.n_people
    key = pl.concat_str(pl.col("family").fill_null("0"), "person", separator="\t") if has_families else pl.col("person")
    there = file.people.select(key=key).with_row_index("row").unique("key", keep="none")
    wanted = people.people.select(key=key)
    rows = wanted.join(there, on="key", how="left", maintain_order="left")["row"]
    return rows.cast(pl.Int64).fill_null(-1).to_numpy()
