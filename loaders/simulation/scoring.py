"""How many planted sub-threshold loci a list of candidates finds, beside matched random candidates."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loaders.simulation.truth import DemoTruth, PlantedLocus

Place = tuple[str, int]
"""Canonical chromosome and 1-based position."""


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """What one list of candidates found.

    Attributes
    ----------
    trait_id
        The trait.
    n_candidates
        Number of different places in the list.
    n_loci
        Number of different planted loci of any kind hit by the list: hidden ones and already significant ones.
    hidden
        The trait's planted sub-threshold loci.
    found
        The ones of them in whose LD block a candidate lies.
    """

    trait_id: str
    n_candidates: int
    n_loci: int
    hidden: tuple[PlantedLocus, ...]
    found: tuple[PlantedLocus, ...]


@dataclass(frozen=True, slots=True)
class ScoreBesideRandom:
    """A list's score beside the scores of random lists.

    Attributes
    ----------
    candidates
        Score of the list itself.
    random_found
        Number of hidden loci that each random list found.
    random_mean
        Their mean; 0 without random lists.
    share_at_least
        (1 + random lists that found as many or more) / (1 + random lists): a permutation p-value.
    """

    candidates: CandidateScore
    random_found: tuple[int, ...]
    random_mean: float
    share_at_least: float


class CandidatePlaceError(ValueError):
    """A candidate whose key holds no place."""


def place_of_key(key: str) -> Place:
    """Read chromosome and position from a SNP key such as `GRCh37:10:100153915:A:G`.

    Raises
    ------
    CandidatePlaceError
        If the key is a bare rsid or of another form.
    """
    parts = key.split(":")
    if len(parts) < 3 or not parts[2].isdecimal():
        raise CandidatePlaceError(
            f"a candidate is scored by its place; {key!r} has none: give build:chromosome:position:allele:allele, or "
            "(chromosome, position)"
        )
    return parts[1], int(parts[2])


def score_candidates(truth: DemoTruth, trait_id: str, candidates: Iterable[str | Place]) -> CandidateScore:
    """Count the planted sub-threshold loci of a trait that candidates find.

    Parameters
    ----------
    truth
        What was planted.
    trait_id
        Key of the trait, `<study>/<id>`.
    candidates
        SNP keys or places. Give all candidates to judge the ranking, or the ones that passed their test to judge the
        whole search.

    Returns
    -------
    CandidateScore
        A locus is found when a candidate lies in its LD block.

    Raises
    ------
    UnknownPlantedTraitError
        If the study has no such trait.
    CandidatePlaceError
        If a key holds no place.
    """
    places = {candidate if isinstance(candidate, tuple) else place_of_key(candidate) for candidate in candidates}
    loci = truth.trait(trait_id).loci
    hit = [locus for locus in loci if any(_is_inside(locus, place) for place in places)]
    return CandidateScore(
        trait_id=trait_id,
        n_candidates=len(places),
        n_loci=len(hit),
        hidden=tuple(locus for locus in loci if locus.is_hidden),
        found=tuple(locus for locus in hit if locus.is_hidden),
    )


def score_beside_random(
    truth: DemoTruth,
    trait_id: str,
    candidates: Iterable[str | Place],
    random_lists: Sequence[Iterable[str | Place]],
) -> ScoreBesideRandom:
    """Score a list of candidates and, in the same way, lists of matched random SNPs.

    Parameters
    ----------
    truth, trait_id, candidates
        As in `score_candidates`.
    random_lists
        Lists matched to the candidates by the caller, as many SNPs each, treated (tested, clumped) in the same way.

    Returns
    -------
    ScoreBesideRandom
        Both, and how often chance does as well.
    """
    score = score_candidates(truth, trait_id, candidates)
    found = tuple(len(score_candidates(truth, trait_id, names).found) for names in random_lists)
    n_as_good = sum(count >= len(score.found) for count in found)
    return ScoreBesideRandom(
        candidates=score,
        random_found=found,
        random_mean=statistics.fmean(found) if found else 0.0,
        share_at_least=(1 + n_as_good) / (1 + len(found)),
    )


def _is_inside(planted: PlantedLocus, place: Place) -> bool:
    chromosome, position_bp = place
    locus = planted.locus
    return chromosome == locus.chromosome and locus.start_bp <= position_bp <= locus.end_bp
