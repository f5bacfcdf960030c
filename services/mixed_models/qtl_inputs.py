"""The people and traits of a map: tables read, people matched, traits summed, filtered, placed and transformed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from loaders.dosages import open_dosages
from loaders.molecular_covariates import read_molecular_covariates
from loaders.molecular_genes import place_traits, read_gene_places, scale_to_millions, sum_to_genes
from loaders.molecular_traits import MolecularTraits, read_molecular_traits
from loaders.person_tables import read_people_list
from loaders.sample_matching import match_samples
from models.association.covariate_basis import covariate_basis
from models.association.errors import CollinearCovariatesError
from models.association.normal_scores import inverse_normal
from models.association.trait_factors import trait_factors
from services.mixed_models.errors import MatchError
from services.mixed_models.people import AnalysedPeople
from services.mixed_models.qtl_requests import QtlRequest


@dataclasses.dataclass(frozen=True, slots=True)
class QtlInputs:
    """Who and what is mapped.

    Attributes
    ----------
    people
        Those analysed; `traits` are the values as they are tested.
    traits
        The same traits as they were read, with names and places, ``[t]``.
    counts
        Rows of the table and traits left out, by name.
    """

    people: AnalysedPeople
    traits: MolecularTraits
    counts: Mapping[str, int]

    def among(self, people: AnalysedPeople) -> QtlInputs:
        """The same of people cut to fewer (`AnalysedPeople.among`)."""
        return dataclasses.replace(self, people=people)


def read_qtl_inputs(request: QtlRequest) -> QtlInputs:
    """Read genotypes' people, traits and covariates, and match them by IID.

    Raises
    ------
    LoadError
        If a file is missing or broken, or nobody has genotypes, a trait and all covariates.
    MatchError
        If no trait is left.
    """
    people, traits = _matched(request)
    chosen, counts = _filtered(people.traits, traits, request)
    if not chosen.size:
        lost = ", ".join(f"{name.removeprefix('n_').replace('_', ' ')} {number}" for name, number in counts.items())
        raise MatchError(
            "there must be traits to map",
            seen=f"none of {traits.n_traits} ({lost})",
            where=request.people.phenotypes,
            remedy="give the places of genes (a BED, or a table of genes) in the genotypes' build, or lower the bars",
        )
    values = people.traits[:, chosen]
    if request.is_inverse_normal:
        values = inverse_normal(values)
    return QtlInputs(_with_factors(dataclasses.replace(people, traits=values), request), traits.take(chosen), counts)


def _with_factors(people: AnalysedPeople, request: QtlRequest) -> AnalysedPeople:
    """The same with components of the traits among the covariates; covariates that are sums are refused by name."""
    try:
        covariate_basis(people.covariates, people.n_people)
    except CollinearCovariatesError as error:
        raise MatchError(
            "covariates must vary among the people analysed, and not be sums of each other",
            seen=", ".join(people.covariate_names[column] for column in error.columns),
            where=request.people.covariates,
            remedy="leave them out: name the others",
        ) from error
    if not request.n_factors:
        return people
    factors = trait_factors(people.traits, people.covariates, request.n_factors)
    known = () if people.covariates is None else (people.covariates,)
    names = tuple(f"trait_component_{number}" for number in range(1, request.n_factors + 1))
    return dataclasses.replace(
        people, covariates=np.column_stack((*known, factors)), covariate_names=(*people.covariate_names, *names)
    )


def _read_traits(request: QtlRequest) -> MolecularTraits:
    traits = read_molecular_traits(request.people.phenotypes, other_columns=_other_columns(request))
    if request.sum_by is not None:
        traits = sum_to_genes(traits, request.sum_by)
    if request.is_scaled:
        traits = scale_to_millions(traits)
    return traits if request.genes is None else place_traits(traits, read_gene_places(request.genes))


def _other_columns(request: QtlRequest) -> tuple[str, ...]:
    return (*request.other_columns, *(() if request.sum_by is None else (request.sum_by,)))


def _matched(request: QtlRequest) -> tuple[AnalysedPeople, MolecularTraits]:
    asked = request.people
    dosages, traits = open_dosages(asked.genotypes), _read_traits(request)
    covariates = None
    if asked.covariates is not None:
        names = asked.covariate_names or None
        covariates = read_molecular_covariates(asked.covariates, names, categorical=asked.categorical)
    match = match_samples(
        dosages.people,
        traits.as_table(),
        covariates,
        keep=None if asked.keep is None else read_people_list(asked.keep),
        remove=None if asked.remove is None else read_people_list(asked.remove),
    )
    return AnalysedPeople.of_match(dosages, match), traits


def _filtered(
    values: NDArray[np.float64], traits: MolecularTraits, request: QtlRequest
) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Traits that are left, and the counts of the others; the first reason that holds counts."""
    is_seen = ~np.isnan(values)
    share = (values > 0.0).sum(axis=0) / np.maximum(is_seen.sum(axis=0), 1)
    reasons = {
        "n_without_place": np.array([name is None for name in traits.chromosomes], np.bool_),
        "n_without_values": ~is_seen.any(axis=0),
        "n_low_expression": share < request.minimum_expressed,
        "n_with_missing_values": (~is_seen).any(axis=0) & (request.method == "p3d"),
    }
    left = np.ones(traits.n_traits, np.bool_)
    counts = {**traits.counts, "n_traits": traits.n_traits}
    for name, is_lost in reasons.items():
        counts[name] = int((left & is_lost).sum())
        left &= ~is_lost
    return np.flatnonzero(left).astype(np.int64), counts
