"""S3: how many SNP-RNA associations of the loaded release a model trained on its mQTL edges alone recapitulates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loaders.simulation.shared_graphs import read_shared_graph
from models.pinsage import BipartiteGraph, FittedPinSage, PinSageSettings, fit_pinsage
from models.pinsage.recapitulation import (
    Neighbours,
    RecapitulationRow,
    match_bins,
    possible_associations,
    recapitulate,
    summarise,
)
from services.evaluation.eqtl_associations import all_eqtl, eqtl_without
from services.evaluation.graph_files import to_bipartite
from services.evaluation.nearest import nearest_finders
from services.evaluation.split_tables import show_estimate, show_interval
from services.evaluation.tables import Table
from services.export import Snapshot, export_bipartite
from services.graph.store import Store
from services.settings import Settings
from services.training.fitting import pinsage_settings

ANY_BLOCK, OTHER_BLOCK = "any LD block", "another LD block"

Progress = Callable[[int, int, str], None]
IntArray = NDArray[np.int32]


@dataclass(frozen=True)
class RecapitulationGroup:
    """One method under one definition.

    Attributes
    ----------
    method
        Whose nearest SNPs; "most CpGs" takes the SNPs with most CpGs whatever the query.
    query_block
        Where the RNA's other SNP may lie: in any LD block, or only in another one than the SNP's.
    associations
        All, or without the studies that tested trait-associated SNPs only.
    rows
        One a k.
    """

    method: str
    query_block: str
    associations: str
    rows: tuple[RecapitulationRow, ...]


@dataclass(frozen=True)
class RecapitulationReport:
    """Result of `evaluate_recapitulation`.

    Attributes
    ----------
    fingerprint
        Of the snapshot.
    n_mqtl_edges, n_mqtl_snps
        What the model was trained on.
    n_eqtl_edges, n_with_known_snp
        SNP-RNA associations below the training threshold with a placed SNP, and those of them whose SNP has an mQTL.
    n_embedded
        SNPs with an mQTL that have a vector; the others find nothing and are never found by PinSage.
    seeds
        Of the fits.
    groups
        The figures.
    """

    fingerprint: str
    n_mqtl_edges: int
    n_mqtl_snps: int
    n_eqtl_edges: int
    n_with_known_snp: int
    n_embedded: float
    seeds: tuple[int, ...]
    groups: tuple[RecapitulationGroup, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return asdict(self)

    def tables(self) -> tuple[Table, ...]:
        """Give one table a set of associations."""
        names = dict.fromkeys(group.associations for group in self.groups)
        return tuple(self._table(name) for name in names)

    def _table(self, associations: str) -> Table:
        header = ("method", "LD block", "k", "possible", "RNAs", "recapitulated", "matched", "excess", "precision")
        rows = [
            (
                group.method, group.query_block.removesuffix(" LD block"), str(row.k), f"{row.n_possible:,}",
                f"{row.n_rnas:,}", show_interval(row.share), show_estimate(row.matched),
                show_interval(row.excess, is_signed=True), show_estimate(row.precision),
            )
            for group in self.groups
            if group.associations == associations
            for row in group.rows
        ]  # fmt: skip
        note = (
            f"trained on {self.n_mqtl_edges:,} mQTL edges of {self.n_mqtl_snps:,} SNPs ({self.n_embedded:,.0f} with a "
            f"vector); {self.n_with_known_snp:,} of {self.n_eqtl_edges:,} SNP-RNA associations have such a SNP; "
            f"mean of {len(self.seeds)} seeds, 95 % intervals over LD blocks"
        )
        return Table(f"S3, recapitulated SNP-RNA associations: {associations}", header, tuple(rows), note)


@dataclass(frozen=True)
class RecapitulationOptions:
    """How associations are asked about.

    Attributes
    ----------
    k
        Numbers of nearest SNPs.
    seeds
        Fits.
    trait_snps_only
        Ids of eQTL studies that tested trait-associated SNPs only (eQTLGen's trans scan is one): figures without their
        associations are given beside those with them.
    n_bootstrap
        Resamples of LD blocks.
    """

    k: tuple[int, ...] = (10, 50, 100)
    seeds: tuple[int, ...] = (0, 1, 2)
    trait_snps_only: tuple[str, ...] = ()
    n_bootstrap: int = 1000


def evaluate_recapitulation(
    store: Store,
    settings: Settings,
    options: RecapitulationOptions | None = None,
    *,
    on_progress: Progress | None = None,
) -> RecapitulationReport:
    """Train on the mQTL edges of the current release, and look for its SNP-RNA associations among nearest SNPs.

    Parameters
    ----------
    store, settings
        The graph; training thresholds and the model's settings.
    options
        None = the defaults.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StoreError
        When the graph cannot be read.
    TooFewPairsError
        When the mQTL edges are too few to train on.

    Notes
    -----
    Our reading of doi:10.1371/journal.pone.0324183: an association is possible when its SNP has an mQTL and the RNA has
    another SNP with one; it is recapitulated when the SNP is among the k nearest of one of the RNA's other SNPs. For
    "another LD block" the query's own block is left out of its nearest SNPs.
    """
    chosen = options or RecapitulationOptions()
    snapshot = export_bipartite(store, settings, on_progress)
    subsets = {"all associations": all_eqtl(snapshot.graph)}
    if chosen.trait_snps_only:
        kept = eqtl_without(store, settings, snapshot, chosen.trait_snps_only)
        subsets[f"without {', '.join(sorted(chosen.trait_snps_only))}"] = kept
    material = RecapitulationMaterial(snapshot.graph, ld_scores(snapshot), subsets, snapshot.fingerprint)
    return recapitulate_graph(material, pinsage_settings(settings), chosen, on_progress=on_progress)


def recapitulate_file(
    path: Path,
    model: PinSageSettings,
    options: RecapitulationOptions | None = None,
    *,
    on_progress: Progress | None = None,
) -> RecapitulationReport:
    """Do it on a simulated graph with genes; its test split is not used, all edges of CpGs train.

    Raises
    ------
    FormatError
        When the file is no simulated graph.
    """
    shared = read_shared_graph(path)
    graph = to_bipartite(shared)
    subsets = {"all associations": all_eqtl(graph)}
    material = RecapitulationMaterial(graph, shared.snps.ld_score, subsets, graph.fingerprint())
    return recapitulate_graph(material, model, options or RecapitulationOptions(), on_progress=on_progress)


@dataclass(frozen=True, eq=False)
class RecapitulationMaterial:
    """What is asked about.

    Attributes
    ----------
    graph
        SNPs with their CpGs and genes; the edges of genes are taken out before training.
    ld_score
        Shape (n_snps,): in any unit that grows with it, NaN where unknown.
    subsets
        Sets of (SNP, RNA) associations by name.
    fingerprint
        Of the graph and its names.
    """

    graph: BipartiteGraph
    ld_score: NDArray[np.float64]
    subsets: Mapping[str, tuple[IntArray, IntArray]]
    fingerprint: str


def recapitulate_graph(
    material: RecapitulationMaterial,
    model: PinSageSettings,
    options: RecapitulationOptions,
    *,
    on_progress: Progress | None = None,
) -> RecapitulationReport:
    """Train on the edges of CpGs and look for the associations among nearest SNPs (see `evaluate_recapitulation`)."""
    graph = material.graph
    is_eqtl = graph.molecule_is_gene[graph.edge_molecule]
    known = graph.without_edges(is_eqtl)
    degree = np.bincount(known.edge_snp, minlength=graph.n_snps)
    is_in_graph = (degree > 0) & (graph.snp_block >= 0)
    bins = match_bins(degree, material.ld_score, is_in_graph)
    report = on_progress or (lambda _done, _total, _text: None)
    fitted: list[FittedPinSage] = []
    for number, seed in enumerate(options.seeds):
        report(number, len(options.seeds), "training on mQTL edges")
        fitted.append(fit_pinsage(known, model, seed=seed))
    report(len(options.seeds), len(options.seeds), "training on mQTL edges")
    frame = _Frame(graph, is_in_graph, bins)
    groups = [
        RecapitulationGroup(method, where, name, _rows(finders, subset, where, frame, options))
        for where in (ANY_BLOCK, OTHER_BLOCK)
        for method, finders in nearest_finders(
            fitted, known, k=max(options.k), is_other_block=where == OTHER_BLOCK
        ).items()
        for name, subset in material.subsets.items()
    ]
    return RecapitulationReport(
        fingerprint=material.fingerprint,
        n_mqtl_edges=int(known.edge_snp.size),
        n_mqtl_snps=int(is_in_graph.sum()),
        n_eqtl_edges=int(is_eqtl.sum()),
        n_with_known_snp=int(is_in_graph[graph.edge_snp[is_eqtl]].sum()),
        n_embedded=float(np.mean([model.is_embedded.sum() for model in fitted])),
        seeds=options.seeds,
        groups=tuple(groups),
    )


def ld_scores(snapshot: Snapshot) -> NDArray[np.float64]:
    """Give the standardised log LD score of each SNP, NaN where unknown (all of them where the release has none)."""
    names = list(snapshot.feature_names)
    if "log_ld_score" not in names:
        return np.full(snapshot.graph.n_snps, np.nan)
    score = snapshot.graph.snp_features[:, names.index("log_ld_score")].astype(np.float64)
    if "log_ld_score_is_missing" in names:
        score[snapshot.graph.snp_features[:, names.index("log_ld_score_is_missing")] > 0] = np.nan
    return score


@dataclass(frozen=True, eq=False)
class _Frame:
    """The whole graph, which SNPs have an mQTL, and their matching bins."""

    graph: BipartiteGraph
    is_in_graph: NDArray[np.bool_]
    bins: IntArray


def _rows(
    finders: Sequence[Neighbours],
    subset: tuple[IntArray, IntArray],
    where: str,
    frame: _Frame,
    options: RecapitulationOptions,
) -> tuple[RecapitulationRow, ...]:
    """Figures at every k: one fit or several."""
    block = frame.graph.snp_block
    asked = possible_associations(*subset, frame.is_in_graph, snp_block=block if where == OTHER_BLOCK else None)
    snps = np.unique(asked.snp)
    tables = [finder(snps) for finder in finders]
    rows = []
    for k in options.k:
        runs = [recapitulate(asked, partial(_first, snps, table[:, :k]), frame.bins) for table in tables]
        rows.append(summarise(runs, k, block, n_bootstrap=options.n_bootstrap))
    return tuple(rows)


def _first(snps: IntArray, table: IntArray, asked: IntArray) -> IntArray:
    """Give the rows of a table of nearest SNPs that belong to the SNPs asked about; `snps` is sorted."""
    rows: IntArray = table[np.searchsorted(snps, asked)]
    return rows
