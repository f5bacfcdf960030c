"""Trains PinSage on the current release, evaluates it, and shows its predictions."""

from services.training.fitting import pinsage_settings
from services.training.outcome import TrainingOutcome, TrainingState
from services.training.ranks import training_group
from services.training.train import retrain_if_stale, train

__all__ = ["TrainingOutcome", "TrainingState", "pinsage_settings", "retrain_if_stale", "train", "training_group"]
