"""What a reader may believe of a predicted pair: its calibrated probability and its place among a null's scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage.calibration import null_percentile
from models.pinsage.pair_calibration import PairCalibration

FloatArray = NDArray[np.float64]
_N_QUANTILES = 1001


@dataclass(frozen=True, eq=False)
class Trust:
    """Turns shares (`pair_scores.log_shares`) into what is written on predicted edges.

    Attributes
    ----------
    calibration
        Of molecules' predictions; None where too few held-out pairs could be ranked.
    null_molecules, null_traits
        Quantiles of the shares that the same recipe gives its best loci on a degree-preserving null, ascending; empty
        where nothing was predicted there.
    """

    calibration: PairCalibration | None
    null_molecules: FloatArray
    null_traits: FloatArray

    def probability(self, share: FloatArray, log_expected: FloatArray) -> FloatArray:
        """Calibrated probability of pairs of molecules; NaN where nothing was calibrated (any shape)."""
        if self.calibration is None:
            return np.full(share.shape, np.nan)
        return self.calibration.probability(share, log_expected)

    def percentile(self, share: FloatArray, *, is_trait: bool) -> FloatArray:
        """Percentile among the null's shares, 0 to 100; NaN where there are none (any shape)."""
        null = self.null_traits if is_trait else self.null_molecules
        return null_percentile(share, null) if null.size else np.full(share.shape, np.nan)

    def to_dict(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "calibration": None if self.calibration is None else self.calibration.to_dict(),
            "null_molecules": self.null_molecules.tolist(),
            "null_traits": self.null_traits.tolist(),
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> "Trust":
        """Give back what `to_dict` gave."""
        calibration = saved["calibration"]
        return cls(
            None if calibration is None else PairCalibration.from_dict(calibration),
            np.array(saved["null_molecules"], dtype=np.float64),
            np.array(saved["null_traits"], dtype=np.float64),
        )


def null_quantiles(shares: FloatArray) -> FloatArray:
    """At most 1,001 evenly spaced order statistics of the finite shares, ascending."""
    ordered = np.sort(shares[np.isfinite(shares)])
    if ordered.size <= _N_QUANTILES:
        return ordered
    return ordered[np.round(np.linspace(0, ordered.size - 1, _N_QUANTILES)).astype(np.int64)]
