"""What every file of dosages gives, whatever its format: people, variants, and blocks of dosages of chosen ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import pseudo_autosomal_expression
from loaders.errors import FormatError

DOSAGE_VARIANT_SCHEMA: Final = {
    "chromosome": pl.String,
    "rsid": pl.String,
    "position_bp": pl.Int64,
    "allele_1": pl.String,
    "allele_2": pl.String,
}
"""A variant: chromosome as `loaders.builds` writes it (null elsewhere), id and alleles as the file does; allele_1 is
the counted one, of which a dosage gives the copies."""

IndexArray = NDArray[np.int64]
BlockReader = Callable[[int, int], NDArray[np.float32]]
ReadVariants = Callable[[IndexArray], NDArray[np.float32]]


@dataclasses.dataclass(frozen=True)
class DosageFile:
    """A file of dosages whose parts fit.

    Attributes
    ----------
    path
        The file.
    people
        ``family`` (null where the file names none) and ``person``, in the file's order.
    variants
        `DOSAGE_VARIANT_SCHEMA`, in the file's order.
    open_people
        Opens the file for some of the people, in the order given (None for all), as a function that reads variants:
        indices ``[k]`` to dosages of allele 1 ``[k, people]``, NaN where missing.
    is_pseudo_autosomal
        Which variants the file says to lie in the pseudo-autosomal parts of X (chromosome 25, XY, PAR1 or PAR2),
        ``[variants]``; None where it says so of none.
    """

    path: Path
    people: pl.DataFrame
    variants: pl.DataFrame
    open_people: Callable[[IndexArray | None], ReadVariants]
    is_pseudo_autosomal: NDArray[np.bool_] | None = None

    @property
    def n_people(self) -> int:
        """People of the file."""
        return self.people.height

    @property
    def n_variants(self) -> int:
        """Variants of the file."""
        return self.variants.height

    def block_reader(self, people: IndexArray | None = None, variants: IndexArray | None = None) -> BlockReader:
        """A reader of blocks for the models.

        Parameters
        ----------
        people
            Rows of `people` in the order wanted; None for all.
        variants
            Rows of `variants` in the order wanted; None for all.

        Returns
        -------
        Callable[[int, int], NDArray[np.float32]]
            ``read(first, last)``: dosages of allele 1 at the chosen variants first to last - 1, ``[last - first,
            people]`` in C order, NaN where missing; a new array each time.

        Raises
        ------
        FormatError
            If an index lies outside the file.
        """
        _check_index(people, self.n_people, "people", self.path)
        _check_index(variants, self.n_variants, "variants", self.path)
        n_variants = self.n_variants if variants is None else variants.size
        read_variants = self.open_people(people)
        n_people = self.n_people if people is None else people.size

        def read(first: int, last: int) -> NDArray[np.float32]:
            if not 0 <= first <= last <= n_variants:
                raise FormatError(
                    "a block must lie within the variants",
                    seen=f"{first} to {last} of {n_variants}",
                    where=self.path,
                    remedy="ask for fewer",
                )
            if first == last:
                return np.zeros((0, n_people), np.float32)
            chosen = np.arange(first, last) if variants is None else variants[first:last]
            return np.ascontiguousarray(read_variants(chosen.astype(np.int64)))

        return read


def named_pseudo_autosomal(chromosomes: pl.Series) -> NDArray[np.bool_] | None:
    """Which of the chromosomes, as a file writes them, stand for the pseudo-autosomal parts; None where none does."""
    names = pl.DataFrame({"name": chromosomes.unique()}).with_columns(
        is_par=pseudo_autosomal_expression(pl.col("name"))
    )
    found = names.filter("is_par")["name"]
    return chromosomes.is_in(found.implode()).to_numpy() if found.len() else None


def is_run(index: IndexArray) -> bool:
    """Whether indices are consecutive and ascending."""
    return bool(index.size) and index[-1] - index[0] + 1 == index.size and bool((np.diff(index) == 1).all())


def _check_index(index: IndexArray | None, size: int, name: str, path: Path) -> None:
    if index is not None and index.size and not (index.min() >= 0 and index.max() < size):
        raise FormatError(
            f"{name} are counted from 0 to {size - 1}",
            seen=f"{index.min()} to {index.max()}",
            where=path,
            remedy="match the samples against this file",
        )
