"""Trains PinSage on the current release, evaluates it, and shows its predictions."""

from services.training.fitting import pinsage_settings
from services.training.outcome import TrainingOutcome, TrainingState
from services.training.promotion import (
    ListedRun,
    Promotion,
    Pruned,
    find_model,
    list_models,
    promote,
    prune,
    rollback,
)
from services.training.ranks import training_group
from services.training.train import find_fresh, inputs_of_training, retrain_if_stale, train

__all__ = [
    "ListedRun",
    "Promotion",
    "Pruned",
    "TrainingOutcome",
    "TrainingState",
    "find_fresh",
    "find_model",
    "inputs_of_training",
    "list_models",
    "pinsage_settings",
    "promote",
    "prune",
    "retrain_if_stale",
    "rollback",
    "train",
    "training_group",
]
