"""S4: loci of traits that were published after a date, ranked from what was known before it."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.pinsage import Measure, fit_pinsage
from models.pinsage.block_means import block_means
from models.pinsage.hybrid import fit_hybrid
from models.pinsage.metrics import MHC_BP
from services.evaluation.dated_traits import DatedSplit, Fate, read_dated_hits, split_by_date
from services.evaluation.split_tables import show_estimate, show_interval
from services.evaluation.tables import Table
from services.evaluation.trait_ranking import (
    EARLIER_TRAITS,
    HYBRID,
    PINSAGE,
    POPULARITY,
    TraitRanks,
    mean_ranks,
    model_scorers,
    plain_scorers,
    rank_traits,
)
from services.export import export_bipartite
from services.graph.store import Store
from services.settings import Settings
from services.training.fitting import pinsage_settings
from services.write_back.loci import LociOfSnapshot
from services.write_back.targets import chromosome_code

logger = logging.getLogger(__name__)

METRICS = ("recall@10", "recall@50", "recall@100", "MRR")
Progress = Callable[[int, int, str], None]
"""Called with (done, total, text)."""


@dataclass(frozen=True)
class InTimeOptions:
    """How the catalog is split.

    Attributes
    ----------
    cutoff
        Published before it = known; on or after it = to be found.
    seeds
        Fits.
    n_bootstrap
        Resamples of LD blocks.
    """

    cutoff: date = date(2013, 1, 1)
    seeds: tuple[int, ...] = (0, 1, 2)
    n_bootstrap: int = 1000


@dataclass(frozen=True)
class InTimeRow:
    """One method on one subset of the targets.

    Attributes
    ----------
    method, subset, n_targets
        Name; "all" or "without the MHC"; (trait, LD block) pairs.
    measures
        Recall at 10, 50 and 100 and MRR, by name.
    matched_50, excess_50
        Share of random blocks of like degree within 50, and recall@50 beyond it.
    """

    method: str
    subset: str
    n_targets: int
    measures: dict[str, Measure]
    matched_50: Measure
    excess_50: Measure


@dataclass(frozen=True)
class InTimeDifference:
    """Recall@50 of one method minus another's, paired."""

    method: str
    against: str
    subset: str
    recall_50: Measure


@dataclass(frozen=True)
class InTimeReport:
    """Result of `evaluate_in_time`.

    Attributes
    ----------
    cutoff, seeds, fingerprint
        Date, fits, snapshot.
    n_blocks
        LD blocks that can be ranked.
    n_traits, n_traits_before, n_traits_after, n_traits_with_query, n_traits_ranked
        Traits with a dated significant SNP; with one before, after; with later ones and enough earlier loci in the
        graph; with a target that was ranked.
    fates
        Later (trait, LD block) pairs by what became of them.
    rows, differences
        The figures; none where no target can be ranked.
    """

    cutoff: str
    seeds: tuple[int, ...]
    fingerprint: str
    n_blocks: int
    n_traits: int
    n_traits_before: int
    n_traits_after: int
    n_traits_with_query: int
    n_traits_ranked: int
    fates: dict[str, int]
    rows: tuple[InTimeRow, ...]
    differences: tuple[InTimeDifference, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return asdict(self)

    def tables(self) -> tuple[Table, ...]:
        """Give the table of loci by what became of them, the figures, and the differences."""
        fates = Table(
            f"S4, loci of traits published on or after {self.cutoff}",
            ("(trait, LD block) pairs", "number"),
            tuple((name, f"{number:,}") for name, number in self.fates.items()),
            f"{self.n_traits:,} traits with a dated significant SNP: {self.n_traits_before:,} before, "
            f"{self.n_traits_after:,} after, {self.n_traits_with_query:,} of these with enough earlier loci in the "
            f"graph, {self.n_traits_ranked:,} with a locus that could be ranked",
        )
        paired = [
            (f"{one.method} − {one.against}", one.subset, show_interval(one.recall_50, is_signed=True))
            for one in self.differences
        ]
        return (
            fates,
            *(self._figures(subset) for subset in dict.fromkeys(row.subset for row in self.rows)),
            Table("S4, paired differences", ("difference", "loci", "recall@50"), tuple(paired)),
        )

    def _figures(self, subset: str) -> Table:
        """Give every method's figures on one subset; the intervals of all of them are in the JSON."""
        chosen = [row for row in self.rows if row.subset == subset]
        rows = [
            (
                row.method, show_estimate(row.measures["recall@10"]), show_interval(row.measures["recall@50"]),
                show_estimate(row.measures["recall@100"]), show_estimate(row.measures["MRR"]),
                show_estimate(row.matched_50), show_interval(row.excess_50, is_signed=True),
            )
            for row in chosen
        ]  # fmt: skip
        return Table(
            f"S4, later loci found from earlier ones, {subset} ({chosen[0].n_targets:,} pairs)",
            ("method", *METRICS, "matched @50", "excess @50"),
            tuple(rows),
            f"ranks among {self.n_blocks:,} LD blocks less the trait's known ones; mean of {len(self.seeds)} seeds",
        )


def evaluate_in_time(
    store: Store, settings: Settings, options: InTimeOptions | None = None, *, on_progress: Progress | None = None
) -> InTimeReport:
    """Split the dated GWAS associations at a date, and rank the LD blocks of each trait from its earlier SNPs.

    Parameters
    ----------
    store, settings
        The graph; ``trait_p_threshold``, ``trait_exclusion_bp``, ``prediction_minimum_known_loci`` and the model's.
    options
        None = the defaults.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StoreError
        When the graph cannot be read.
    TooFewPairsError
        When there is too little evidence to train on.

    Notes
    -----
    Only GWAS rows with a publication date take part. The model sees molecular edges alone, no association with a trait;
    these edges themselves may have been published after the date.
    """
    chosen = options or InTimeOptions()
    report = on_progress or (lambda _done, _total, _text: None)
    snapshot = export_bipartite(store, settings, on_progress)
    hits = read_dated_hits(store, settings, snapshot.load_ids)
    model = pinsage_settings(settings)
    fitted = []
    for number, seed in enumerate(chosen.seeds):
        report(number, len(chosen.seeds), "training")
        fitted.append(fit_hybrid(snapshot.graph, fit_pinsage(snapshot.graph, model, seed=seed)))
    report(len(chosen.seeds), len(chosen.seeds), "training")
    loci = LociOfSnapshot(snapshot, fitted[0].n_blocks, fitted[0].is_embedded)
    split = split_by_date(hits, chosen.cutoff, loci, settings)
    runs = [
        {
            name: rank_traits(split.traits, score, loci, name=name)
            for name, score in {**model_scorers(one), **plain_scorers(loci, split)}.items()
        }
        for one in fitted
    ]
    return _report(chosen, split, loci, runs)


def _report(
    options: InTimeOptions, split: DatedSplit, loci: LociOfSnapshot, runs: list[dict[str, TraitRanks]]
) -> InTimeReport:
    rows, differences = _figures(options, split, loci, runs) if split.traits else ((), ())
    return InTimeReport(
        cutoff=options.cutoff.isoformat(),
        seeds=options.seeds,
        fingerprint=loci.snapshot.fingerprint,
        n_blocks=int((loci.lead_snp >= 0).sum()),
        n_traits=split.n_traits,
        n_traits_before=split.n_traits_before,
        n_traits_after=split.n_traits_after,
        n_traits_with_query=split.n_traits_with_query,
        n_traits_ranked=len(split.traits),
        fates={fate.value: split.fates[fate] for fate in Fate},
        rows=rows,
        differences=differences,
    )


def _figures(
    options: InTimeOptions, split: DatedSplit, loci: LociOfSnapshot, runs: list[dict[str, TraitRanks]]
) -> tuple[tuple[InTimeRow, ...], tuple[InTimeDifference, ...]]:
    """Average over targets, with intervals over LD blocks; methods are resampled on the same blocks."""
    block = np.concatenate([trait.target_block for trait in split.traits])
    figures = {name: mean_ranks(runs, name) for name in runs[0]}
    rows, differences = [], []
    for subset, kept in _subsets(loci, block).items():
        for name, values in figures.items():
            rows.append(_row(name, subset, {key: value[kept] for key, value in values.items()}, block[kept], options))
        for method in (PINSAGE, HYBRID):
            for against in (POPULARITY, EARLIER_TRAITS):
                gap = (figures[method]["recall@50"] - figures[against]["recall@50"])[kept]
                (measure,) = _means(gap[:, None], block[kept], options)
                differences.append(InTimeDifference(method, against, subset, measure))
    return tuple(rows), tuple(differences)


def _row(
    method: str, subset: str, values: dict[str, NDArray[np.float64]], block: NDArray[np.int64], options: InTimeOptions
) -> InTimeRow:
    recall, matched = values["recall@50"], values["matched@50"]
    columns = np.stack([*(values[name] for name in METRICS), matched, recall - matched], axis=1)
    *measures, matched_50, excess_50 = _means(columns, block, options)
    return InTimeRow(
        method=method,
        subset=subset,
        n_targets=int(block.size),
        measures=dict(zip(METRICS, measures, strict=True)),
        matched_50=matched_50,
        excess_50=excess_50,
    )


def _means(values: NDArray[np.float64], block: NDArray[np.int64], options: InTimeOptions) -> tuple[Measure, ...]:
    return block_means(values, block.astype(np.int32), n_bootstrap=options.n_bootstrap, seed=0)


def _subsets(loci: LociOfSnapshot, block: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """Mark all targets, and those whose block's lead SNP lies outside the MHC."""
    lead = loci.lead_snp[block]
    graph = loci.snapshot.graph
    position = graph.snp_position_bp[lead]
    is_mhc = (graph.snp_chromosome[lead] == chromosome_code("6")) & (position >= MHC_BP[0]) & (position <= MHC_BP[1])
    return {"all": np.ones(block.size, dtype=np.bool_), "without the MHC": ~is_mhc}
