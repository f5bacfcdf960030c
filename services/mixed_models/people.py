"""Who is analysed: genotypes, traits and covariates read, people matched, every loss counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.dosages import DosageFile, open_dosages
from loaders.errors import FormatError
from loaders.person_tables import read_people_list
from loaders.phenotypes import TraitTable, read_covariates, read_fam_traits, read_phenotypes
from loaders.sample_matching import SampleMatch, match_samples
from models.association.covariate_basis import covariate_basis
from models.association.errors import CollinearCovariatesError, TooFewPeopleError
from services.mixed_models.errors import MatchError
from services.mixed_models.requests import PeopleRequest


@dataclasses.dataclass(frozen=True, slots=True)
class AnalysedPeople:
    """Genotypes and the n people of them who are analysed.

    Attributes
    ----------
    dosages
        The genotype file.
    index
        Rows of the people in it, ``[n]``.
    people
        family and person.
    traits
        ``[n, t]``; NaN where one of several is missing.
    covariate_names, covariates
        ``[n, c]``, without the intercept; None for none.
    counts
        Losses of the matching, by name.
    matched_by
        What told people apart, table by table.
    notes
        What a reader should know, as sentences.
    """

    dosages: DosageFile
    index: NDArray[np.int64]
    people: pl.DataFrame
    traits: NDArray[np.float64]
    covariate_names: tuple[str, ...]
    covariates: NDArray[np.float64] | None
    counts: Mapping[str, int]
    matched_by: Mapping[str, str]
    notes: tuple[str, ...]

    @classmethod
    def of_match(cls, dosages: DosageFile, match: SampleMatch, notes: tuple[str, ...] = ()) -> AnalysedPeople:
        """The people whom a match found, all of them."""
        return cls(
            dosages,
            match.index,
            match.people,
            match.traits,
            match.covariate_names,
            match.covariates,
            dataclasses.asdict(match.counts),
            dict(match.matched_by),
            notes,
        )

    @property
    def n_people(self) -> int:
        """People analysed."""
        return int(self.index.size)

    def facts(self, request: PeopleRequest) -> dict[str, Any]:
        """What every report says of them."""
        return {
            "genotypes": str(request.genotypes),
            "phenotypes": str(request.phenotypes),
            "covariate_table": None if request.covariates is None else str(request.covariates),
            "covariate_names": request.covariate_names,
            "categorical": request.categorical,
            "sample_counts": self.counts,
            "matched_by": self.matched_by,
            "covariates": self.covariate_names,
        }

    def with_outcomes(self, outcomes: NDArray[np.float64]) -> AnalysedPeople:
        """The same with a trait of 0 and 1, without those for whom it is unknown, counted.

        Parameters
        ----------
        outcomes
            NaN where unknown, ``[n]``.
        """
        rows = np.flatnonzero(~np.isnan(outcomes))
        counts = {**self.counts, "n_without_outcome": self.n_people - int(rows.size)}
        return dataclasses.replace(self._chosen(rows, counts), traits=outcomes[rows, None])

    def among(self, places: NDArray[np.int64], where: Path) -> AnalysedPeople:
        """Those who have a place in a matrix of kinship (-1 for those without), the others counted.

        Raises
        ------
        MatchError
            If nobody has.
        """
        rows = np.flatnonzero(places >= 0)
        if not rows.size:
            first = " ".join(str(word or 0) for word in self.people.row(0))
            raise MatchError(
                "the people of the kinship must be those of the genotypes",
                seen=f"none of {self.n_people}, such as {first}",
                where=where,
                remedy="give the matrix that was made from these genotypes, with the same FID and IID",
            )
        return self.without(places < 0, "n_without_kinship")

    def without(self, is_lost: NDArray[np.bool_], name: str) -> AnalysedPeople:
        """The others, those lost counted under a name.

        Parameters
        ----------
        is_lost
            ``[n]``.
        name
            Of the count.
        """
        rows = np.flatnonzero(~is_lost)
        return self._chosen(rows, {**self.counts, name: self.n_people - int(rows.size)})

    def _chosen(self, rows: NDArray[np.intp], counts: Mapping[str, int]) -> AnalysedPeople:
        return dataclasses.replace(
            self,
            index=self.index[rows],
            people=self.people[rows],
            traits=self.traits[rows],
            covariates=None if self.covariates is None else self.covariates[rows],
            counts={**counts, "n_matched": int(rows.size)},
        )


def read_people(request: PeopleRequest, dosages: DosageFile | None = None) -> AnalysedPeople:
    """Open the genotypes, read the tables, and match the people.

    Parameters
    ----------
    request
        Files, traits, people.
    dosages
        The genotypes where they are open already.

    Raises
    ------
    LoadError
        If a file is missing or broken, a column is not there, or nobody has everything.
    """
    dosages = dosages or open_dosages(request.genotypes)
    traits = _read_traits(request)
    covariates = None
    if request.covariates is not None:
        names = request.covariate_names or None
        covariates = read_covariates(request.covariates, names, categorical=request.categorical)
    match = match_samples(
        dosages.people,
        traits,
        covariates,
        keep=None if request.keep is None else read_people_list(request.keep),
        remove=None if request.remove is None else read_people_list(request.remove),
    )
    _check_covariates(match, request)
    return AnalysedPeople.of_match(dosages, match, _notes(traits, request))


def _check_covariates(match: SampleMatch, request: PeopleRequest) -> None:
    """See by their names that covariates differ from each other, before anything is computed."""
    if match.covariates is None:
        return
    try:
        covariate_basis(match.covariates, match.index.size)
    except CollinearCovariatesError as error:
        raise MatchError(
            "covariates must not be constant, nor sums of each other, among the people analysed",
            seen=", ".join(match.covariate_names[column] for column in error.columns),
            where=request.covariates,
            remedy="leave them out: name those to use",
        ) from error
    except TooFewPeopleError:
        return  # the analysis says how many it needs


def _read_traits(request: PeopleRequest) -> TraitTable:
    if request.phenotypes.suffix != ".fam":
        return read_phenotypes(request.phenotypes, request.traits, missing_code=request.missing_code)
    table = read_fam_traits(request.phenotypes, missing_code=request.missing_code)
    unknown = [name for name in request.traits if name not in table.names]
    if unknown:
        raise FormatError(
            "the traits of a .fam are called trait_1, trait_2, …",
            seen=", ".join(unknown),
            where=request.phenotypes,
            remedy=f"choose among {', '.join(table.names)}",
        )
    columns = [table.names.index(name) for name in request.traits]
    return dataclasses.replace(
        table,
        names=request.traits,
        values=table.values[:, columns],
        n_missing=table.n_missing[columns],
        n_coded_missing=table.n_coded_missing[columns],
    )


def _notes(traits: TraitTable, request: PeopleRequest) -> tuple[str, ...]:
    n_coded = int(traits.n_coded_missing.sum())
    if not n_coded:
        return ()
    return (f"{n_coded:,} values of {request.missing_code:g} were read as unknown: give another missing code if not.",)
