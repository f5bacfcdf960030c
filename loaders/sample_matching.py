"""Who is analysed: people with genotypes, traits, covariates and predictions, and how many were lost where."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.errors import FormatError
from loaders.loco_files import LocoFile
from loaders.phenotypes import TraitTable

MatchedBy = Literal["family and person", "person", "family_person"]
_Steps = tuple[NDArray[np.bool_], ...]
_SAME_IDS: Final = "write the same FID and IID in all files"
_REMEDIES: Final = {
    "n_without_trait_row": _SAME_IDS,
    "n_without_covariate_row": _SAME_IDS,
    "n_not_in_keep_list": "check the list of people to keep: it must hold FID and IID of the genotypes",
    "n_in_remove_list": "check the list of people to leave out",
    "n_without_trait": "choose a trait that people have, and check which number stands for an unknown one",
    "n_without_covariate": "choose covariates that people have",
    "n_without_prediction": "give predictions that were made from these genotypes",
}
"""What to do where most were lost."""


@dataclasses.dataclass(frozen=True)
class SampleCounts:
    """What became of the genotyped people: each is counted in the first row that applies to them.

    Attributes
    ----------
    n_genotyped
        People of the genotype file; the sum of all that follow but the last two.
    n_not_in_keep_list, n_in_remove_list
        Left out by the lists.
    n_without_trait_row
        Not in the table of traits.
    n_without_trait
        There, but with no value for any trait.
    n_without_covariate_row, n_without_covariate
        Not in the table of covariates; there, but one is missing.
    n_without_prediction
        Not in a file of predictions.
    n_matched
        Left for the analysis.
    n_traits_not_genotyped, n_covariates_not_genotyped
        People of the tables without genotypes.
    """

    n_genotyped: int
    n_not_in_keep_list: int
    n_in_remove_list: int
    n_without_trait_row: int
    n_without_trait: int
    n_without_covariate_row: int
    n_without_covariate: int
    n_without_prediction: int
    n_matched: int
    n_traits_not_genotyped: int
    n_covariates_not_genotyped: int


@dataclasses.dataclass(frozen=True)
class SampleMatch:
    """The people analysed, n of them, in the order of the genotype file.

    Attributes
    ----------
    index
        Their rows in the genotype file, ``[n]``.
    people
        ``family`` and ``person`` as the genotype file has them.
    trait_names, traits
        Of the table of traits; ``[n, t]``, NaN where one of several is missing.
    n_missing
        People of the n without each trait, ``[t]``.
    covariate_names, covariates
        Of the table of covariates; ``[n, c]``, none missing; None without a table.
    predictions
        Of each file ``[chromosomes, n]``.
    matched_by
        What told people apart, table by table.
    counts
        The losses.
    """

    index: NDArray[np.int64]
    people: pl.DataFrame
    trait_names: tuple[str, ...]
    traits: NDArray[np.float64]
    n_missing: NDArray[np.int64]
    covariate_names: tuple[str, ...]
    covariates: NDArray[np.float64] | None
    predictions: tuple[NDArray[np.float64], ...]
    matched_by: dict[str, MatchedBy]
    counts: SampleCounts


def match_samples(
    genotyped: pl.DataFrame,
    traits: TraitTable,
    covariates: TraitTable | None = None,
    *,
    keep: pl.DataFrame | None = None,
    remove: pl.DataFrame | None = None,
    predictions: Sequence[LocoFile] = (),
) -> SampleMatch:
    """Find the people with everything an analysis needs.

    Parameters
    ----------
    genotyped
        ``family`` (null where unknown) and ``person`` of the genotype file.
    traits
        Who has at least one trait stays.
    covariates
        Who has all of them stays.
    keep, remove
        ``family`` and ``person`` of those to keep alone, and of those to leave out.
    predictions
        Who has all of them stays.

    Raises
    ------
    FormatError
        If a file names a person twice, or nobody is left.

    Notes
    -----
    People are told apart by family and person where both files name families, else by person; ids of the kind
    ``FID_IID`` (a BGEN without a .sample) are met with family and person of the other file joined.
    """
    _check_people(genotyped)
    in_traits, by_traits = find_rows(genotyped, traits.people, str(traits.path))
    matched_by = {"traits": by_traits}
    is_kept = _is_listed(genotyped, keep, matched_by, "keep list") if keep is not None else _all(genotyped)
    is_removed = ~_all(genotyped) if remove is None else _is_listed(genotyped, remove, matched_by, "remove list")
    no_row = np.full(genotyped.height, 0)
    in_covariates = no_row
    if covariates is not None:
        in_covariates, matched_by["covariates"] = find_rows(genotyped, covariates.people, str(covariates.path))
    predicted = [file.of(genotyped) for file in predictions]
    has_traits = _has(traits, in_traits, all_of_them=False)
    has_covariates = _all(genotyped)
    if covariates is not None:
        has_covariates = _has(covariates, in_covariates, all_of_them=True)
    has_predictions = _all(genotyped)
    for values in predicted:
        has_predictions &= ~np.isnan(values).any(axis=0)
    steps = (is_kept, ~is_removed, in_traits >= 0, has_traits, in_covariates >= 0, has_covariates, has_predictions)
    index = np.flatnonzero(np.logical_and.reduce(steps)).astype(np.int64)
    counts = SampleCounts(
        genotyped.height,
        *_losses(steps),
        index.size,
        _without(traits, in_traits),
        0 if covariates is None else _without(covariates, in_covariates),
    )
    if not index.size:
        raise _nobody(genotyped, traits, counts)
    values = traits.values[in_traits[index]]
    return SampleMatch(
        index,
        genotyped[index],
        traits.names,
        values,
        np.isnan(values).sum(axis=0),
        () if covariates is None else covariates.names,
        None if covariates is None else covariates.values[in_covariates[index]],
        tuple(of_file[:, index] for of_file in predicted),
        matched_by,
        counts,
    )


def _all(people: pl.DataFrame) -> NDArray[np.bool_]:
    return np.ones(people.height, np.bool_)


def _losses(steps: _Steps) -> tuple[int, int, int, int, int, int, int]:
    """People that each step is the first to lose."""
    first_lost = np.argmin(np.stack([*steps, np.zeros_like(steps[0])]), axis=0)
    keep, remove, trait_row, trait, covariate_row, covariate, prediction, _ = np.bincount(
        first_lost, minlength=len(steps) + 1
    ).tolist()
    return keep, remove, trait_row, trait, covariate_row, covariate, prediction


def _without(table: TraitTable, rows: NDArray[np.int64]) -> int:
    """People of a table who are not genotyped."""
    return table.people.height - int((rows >= 0).sum())


def _has(table: TraitTable, rows: NDArray[np.int64], *, all_of_them: bool) -> NDArray[np.bool_]:
    """Whether the table has a row of each person with a value, or with all values."""
    is_known = ~np.isnan(table.values)
    is_good = np.append(is_known.all(axis=1) if all_of_them else is_known.any(axis=1), False)
    return np.asarray(is_good[rows] & (rows >= 0))


def _check_people(people: pl.DataFrame) -> None:
    doubled = people.filter(people.is_duplicated())
    if doubled.height:
        raise FormatError(
            "a person must stand once in the genotypes",
            seen=f"{doubled['family'][0] or 0} {doubled['person'][0]} twice",
            remedy="leave out the copies",
        )


def _is_listed(
    genotyped: pl.DataFrame, listed: pl.DataFrame, matched_by: dict[str, MatchedBy], name: str
) -> NDArray[np.bool_]:
    rows, matched_by[name] = find_rows(genotyped, listed.unique(maintain_order=True), name)
    return rows >= 0


def find_rows(genotyped: pl.DataFrame, table: pl.DataFrame, name: str) -> tuple[NDArray[np.int64], MatchedBy]:
    """Row of each genotyped person in a table, -1 where there is none, and by what they were told apart.

    Parameters
    ----------
    genotyped, table
        ``family`` and ``person``.
    name
        Of the table, for messages.

    Raises
    ------
    FormatError
        If the table names a person twice.
    """
    both = genotyped["family"].null_count() < genotyped.height and table["family"].null_count() < table.height
    if both:
        return _look_up(_pairs(genotyped), _pairs(table), name), "family and person"
    rows = _look_up(genotyped["person"], table["person"], name)
    if (rows >= 0).any():
        return rows, "person"
    joined = _look_up(_joined(genotyped), _joined(table), name)
    return (joined, "family_person") if (joined >= 0).any() else (rows, "person")


def _pairs(people: pl.DataFrame) -> pl.Series:
    return people.select(pl.concat_str(pl.col("family").fill_null("0"), "person", separator="\t")).to_series()


def _joined(people: pl.DataFrame) -> pl.Series:
    """``FID_IID``, or the person's id alone where there is no family."""
    return people.select(pl.concat_str(pl.col("family") + "_", "person", ignore_nulls=True).alias("person")).to_series()


def _look_up(wanted: pl.Series, there: pl.Series, name: str) -> NDArray[np.int64]:
    if there.is_duplicated().any():
        doubled = there.filter(there.is_duplicated())[0]
        raise FormatError(
            "a person must be told apart by FID and IID, or by IID where a file names no families",
            seen=f"{str(doubled).replace(chr(9), ' ')} twice",
            where=name,
            remedy="give FID and IID in both files, and one row a person",
        )
    rows = pl.DataFrame({"key": there, "row": np.arange(there.len())})
    found = pl.DataFrame({"key": wanted}).join(rows, on="key", how="left", maintain_order="left")["row"]
    return found.fill_null(-1).to_numpy().astype(np.int64)


def _nobody(genotyped: pl.DataFrame, traits: TraitTable, counts: SampleCounts) -> FormatError:
    named = dataclasses.asdict(counts)
    lost = ", ".join(f"{name[2:].replace('_', ' ')} {number}" for name, number in named.items() if number)
    first = [
        " ".join(str(word or 0) for word in people.row(0)) for people in (genotyped, traits.people) if people.height
    ]
    losses = list(_REMEDIES)
    return FormatError(
        "somebody must have genotypes, a trait and all covariates",
        seen=f"nobody ({lost}; first ids {' and '.join(first)})",
        where=traits.path,
        remedy=_REMEDIES[max(losses, key=lambda name: named[name])],
    )
