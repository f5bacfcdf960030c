"""What a person may choose about a mixed-model scan."""

from __future__ import annotations

import dataclasses
from typing import Final, Literal

from models.association.errors import ScanOptionError
from models.association.scan_filters import ScanFilters

FEWEST_NODES: Final = 16
MOST_NODES: Final = 64


@dataclasses.dataclass(frozen=True, slots=True)
class ScanOptions:
    """Choices of a mixed-model scan.

    Attributes
    ----------
    method
        "exact": lambda for every SNP, all three tests. "p3d": lambda of the model without a SNP for all (EMMAX);
        Wald and score tests alone, too few findings at SNPs of large effect.
    filters
        Which SNPs are tested.
    n_nodes
        Chebyshev nodes in log lambda, 16 to 64; 32 gives -log10 p to 1e-6. A window that must be wider has more.
    precision
        Of the rotation of SNPs into the eigenvectors; sums are float64 always.
    """

    method: Literal["exact", "p3d"] = "exact"
    filters: ScanFilters = dataclasses.field(default_factory=ScanFilters)
    n_nodes: int = 32
    precision: Literal["float32", "float64"] = "float32"

    def __post_init__(self) -> None:
        if self.method not in ("exact", "p3d"):
            raise ScanOptionError(f"a scan's method is exact or p3d, not {self.method!r}")
        if self.precision not in ("float32", "float64"):
            raise ScanOptionError(f"a scan's precision is float32 or float64, not {self.precision!r}")
        if not FEWEST_NODES <= self.n_nodes <= MOST_NODES:
            raise ScanOptionError(f"n_nodes must lie between {FEWEST_NODES} and {MOST_NODES}, not at {self.n_nodes}")
