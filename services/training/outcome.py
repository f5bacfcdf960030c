"""What came of a call to train: four named results, none of them an error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.snapshot import SnapshotCounts


class TrainingState(StrEnum):
    """How a call to train ended."""

    TRAINED = "trained"
    UNCHANGED = "unchanged"
    BUSY = "busy"
    TOO_LITTLE = "too_little"


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """Result of a call to train.

    Attributes
    ----------
    state
        trained; unchanged (the run that readers see has these inputs already); busy (another process trains);
        too_little (the loaded studies hold too little evidence, and no predictions are shown).
    message
        One sentence for a person.
    run_id
        The run that readers see now; None where there is none.
    n_predictions
        Its predicted edges.
    metrics
        Its evaluation: method, then figure.
    counts
        What entered the snapshot; None where none was read.
    trained_run_id
        The best run of the training that was made, or that was found to have these inputs; it may be kept out.
    """

    state: TrainingState
    message: str
    run_id: str | None = None
    n_predictions: int = 0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    counts: SnapshotCounts | None = None
    trained_run_id: str | None = None
