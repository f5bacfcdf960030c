"""Rankers of LD blocks for a molecule, fitted to training pairs alone, and their tuning: what PinSage must beat."""

from models.pinsage.rankers.als import ALS, ALS_LD, AlsLdSettings
from models.pinsage.rankers.bpr import BPR, BprSettings
from models.pinsage.rankers.ease import EASE, EaseSettings
from models.pinsage.rankers.factors import AlsSettings
from models.pinsage.rankers.hops import HOPS, TWO_HOP_WALK, HopSettings
from models.pinsage.rankers.neighbours import ITEM_KNN, SHARED_FEATURES, SharedFeatureSettings
from models.pinsage.rankers.popularity import POPULARITY
from models.pinsage.rankers.position import NEAREST_POSITION
from models.pinsage.rankers.ranker import NoSettings, Ranker
from models.pinsage.rankers.svd import SVD, SvdSettings
from models.pinsage.rankers.tuning import Trial, Tuned, cut_validation, tune

RANKERS = (
    POPULARITY,
    NEAREST_POSITION,
    SHARED_FEATURES,
    ITEM_KNN,
    TWO_HOP_WALK,
    HOPS,
    EASE,
    SVD,
    ALS,
    ALS_LD,
    BPR,
)
"""All rankers, in the order of tables."""

__all__ = [
    "ALS",
    "ALS_LD",
    "BPR",
    "EASE",
    "HOPS",
    "ITEM_KNN",
    "NEAREST_POSITION",
    "POPULARITY",
    "RANKERS",
    "SHARED_FEATURES",
    "SVD",
    "TWO_HOP_WALK",
    "AlsLdSettings",
    "AlsSettings",
    "BprSettings",
    "EaseSettings",
    "HopSettings",
    "NoSettings",
    "Ranker",
    "SharedFeatureSettings",
    "SvdSettings",
    "Trial",
    "Tuned",
    "cut_validation",
    "tune",
]
