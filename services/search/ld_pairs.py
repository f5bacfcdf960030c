"""Pairs of SNPs in LD that a run of LD scores left in the graph: they answer for r² within the run's window."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.graph.store import Store
from services.registry import artefact_folder
from services.releases import Release
from services.runs import active_runs
from services.search.ld_panel import LdPanel, match_panel
from services.search.snp_table import SnpTable
from services.settings import Settings

IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_LD_SCORES: Final = "ld-scores"
_VARIANTS_NAME: Final = "variants.parquet"
_ROUNDING: Final = 2e-6
"""Pairs are stored as float32; so near the limit the genotypes decide."""


@dataclass(frozen=True)
class PairSource:
    """A run of LD scores whose pairs may stand for a panel's genotypes.

    Attributes
    ----------
    run_id
        The run.
    window
        Half width of its window, in the unit of its variants' coordinate.
    variants
        Its variants: names, places, coordinate, whether a genotype is missing.
    panel
        The panel, with these variants instead of the panel's own.
    """

    store: Store
    run_id: str
    window: float
    variants: Path
    panel: LdPanel


def find_pair_source(
    store: Store, settings: Settings, release: Release, panel: LdPanel | None, *, r_squared: float
) -> PairSource | None:
    """The current run of LD scores of this panel, where it kept pairs down to the limit; None where there is none.

    Parameters
    ----------
    r_squared
        The limit above which SNPs count as linked.
    """
    if panel is None:
        return None
    for run in active_runs(store, _LD_SCORES):
        choices = json.loads(run.settings)
        threshold = choices.get("pair_threshold")
        is_of_panel = run.scope == panel.study_id and choices.get("loads", {}).get(panel.study_id) in release.load_ids
        variants = artefact_folder(settings, run.run_id) / _VARIANTS_NAME
        if is_of_panel and threshold is not None and threshold <= r_squared and variants.exists():
            own = LdPanel(panel.study_id, panel.ancestry, panel.build, panel.bed, variants)
            return PairSource(store, run.run_id, float(choices["window"]), variants, own)
    return None


@dataclass
class KnownPairs:
    """The pairs of a run among the SNPs of a table; neighbours once read are kept.

    Attributes
    ----------
    source
        The run.
    snps
        The table (n).
    coordinate
        Place of each SNP in the unit of the window; NaN where the run does not answer for it (n).
    """

    source: PairSource
    snps: SnpTable
    coordinate: NDArray[np.float64]
    _neighbours: dict[str, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: PairSource, snps: SnpTable, build: str) -> "KnownPairs":
        """Find the table's SNPs among the run's variants.

        A variant with a missing genotype is left to the genotypes: the run imputes what they leave out.
        """
        found = match_panel(source.panel, snps, build)
        table = pl.read_parquet(source.variants, columns=["variant_index", "coordinate", "has_missing"])
        usable = table.filter(~pl.col("has_missing"))
        place = dict(zip(usable["variant_index"].to_list(), usable["coordinate"].to_list(), strict=True))
        coordinate = np.array([place.get(int(variant), np.nan) for variant in found], dtype=np.float64)
        return cls(source, snps, coordinate)

    def answers_for(self, first: IndexArray, second: IndexArray) -> BoolArray:
        """Whether the run looked at each pair (len(first), len(second))."""
        with np.errstate(invalid="ignore"):
            gap = np.abs(self.coordinate[first][:, None] - self.coordinate[second][None, :])
            is_near = gap <= self.source.window * (1.0 - 1e-9)
        same = self.snps.chromosome[first][:, None] == self.snps.chromosome[second][None, :]
        return np.asarray(is_near & same, dtype=np.bool_)

    def compare(self, first: IndexArray, second: IndexArray, limit: float) -> tuple[BoolArray, BoolArray]:
        """Whether the r² of each pair is above a limit, and whether it is too near to tell.

        Parameters
        ----------
        first, second
            Rows of the table; the answer holds where the run answers for the pair.
        limit
            At least the run's threshold.
        """
        if len(second) < len(first):
            above, unsure = self.compare(second, first, limit)
            return above.T, unsure.T
        self._read((self.snps.keys[row] for row in first), limit)
        column = {self.snps.keys[row]: at for at, row in enumerate(second)}
        r_squared = np.zeros((len(first), len(second)))
        for at, row in enumerate(first):
            key = self.snps.keys[row]
            for other, value in self._neighbours[key].items():
                if other in column:
                    r_squared[at, column[other]] = value
            if key in column:
                r_squared[at, column[key]] = 1.0
        return r_squared > limit, np.abs(r_squared - limit) <= _ROUNDING

    def _read(self, keys: Iterable[str], limit: float) -> None:
        missing = sorted({*keys} - self._neighbours.keys())
        if not missing:
            return
        for key in missing:
            self._neighbours[key] = {}
        rows = self.source.store.read(
            "search/ld_neighbours", keys=missing, run_id=self.source.run_id, r_squared=limit - _ROUNDING
        )
        for row in rows:
            self._neighbours[row["key"]][row["other"]] = row["r_squared"]
