"""A simulated study with known truth, written as files in the published formats and loaded like anybody's files."""

from loaders.simulation.cohort_size import CohortSize
from loaders.simulation.cohort_truth import PlantedCategory, PlantedCohort, PlantedFamilies, PolygenicTrait
from loaders.simulation.demo import DEFAULT_SEED, TRUTH_NAME, write_demo
from loaders.simulation.genome import DemoSizeError
from loaders.simulation.scoring import (
    CandidatePlaceError,
    CandidateScore,
    ScoreBesideRandom,
    score_beside_random,
    score_candidates,
)
from loaders.simulation.truth import (
    DemoSize,
    DemoTruth,
    OutdatedTruthError,
    PlantedLocus,
    PlantedModule,
    PlantedTrait,
    RegulatorLocus,
    UnknownPlantedTraitError,
    read_truth,
)

__all__ = [
    "DEFAULT_SEED",
    "TRUTH_NAME",
    "CandidatePlaceError",
    "CandidateScore",
    "CohortSize",
    "DemoSize",
    "DemoSizeError",
    "DemoTruth",
    "OutdatedTruthError",
    "PlantedCategory",
    "PlantedCohort",
    "PlantedFamilies",
    "PlantedLocus",
    "PlantedModule",
    "PlantedTrait",
    "PolygenicTrait",
    "RegulatorLocus",
    "ScoreBesideRandom",
    "UnknownPlantedTraitError",
    "read_truth",
    "score_beside_random",
    "score_candidates",
    "write_demo",
]
