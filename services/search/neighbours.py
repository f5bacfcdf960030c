"""Proposes candidates: the neighbours of each query SNP in a model's embedding space, or over shared molecules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.association import WeightedEdges, abs_z_score, best_of_row, two_hop_scores
from services.graph.store import Store
from services.neighbour_table import NeighbourTable, find_nearest
from services.search.snp_table import SnpTable, read_snps

_EDGE_COLUMNS = ("molecule", "key", "z_score", "neg_log10_p")
SNP_EDGE_COLUMNS = (
    "key", "type", "molecule", "symbol", "study_id", "z_score", "neg_log10_p", "cis_trans", "effect_allele",
    "other_allele", "is_p_bound",
)  # fmt: skip
"""What ``search/molecular_edges_of_snps`` returns."""


class EmbeddingModel(Protocol):
    """A fitted model with the names behind its numbers, such as ``services.registry.TrainedModel``."""

    @property
    def fitted(self) -> Any:
        """The model; it answers ``nearest_snps``, ``score_query_blocks`` and ``explain`` as ``FittedPinSage`` does."""
        ...

    @property
    def snp_keys(self) -> NDArray[np.str_]:
        """Key of each SNP number."""
        ...

    @property
    def snp_number(self) -> Mapping[str, int]:
        """Number of each SNP by its key."""
        ...

    @property
    def neighbour_table(self) -> NeighbourTable | None:
        """Neighbours that were worked out when the model was written."""
        ...

    @property
    def snp_block(self) -> NDArray[np.int32]:
        """LD block number of each SNP number, -1 for none."""
        ...

    @property
    def molecule_ids(self) -> NDArray[np.str_]:
        """CpG or gene id of each molecule number."""
        ...

    @property
    def description(self) -> Any:
        """The run; it has a ``run_id``."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """One SNP proposed as a candidate.

    Attributes
    ----------
    key
        The SNP.
    score
        Its best score over the query SNPs; comparable within one search only.
    query_snp
        The query SNP that gave this score; of equal ones the first by key.
    """

    key: str
    score: float
    query_snp: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """Everything proposed.

    Attributes
    ----------
    ranked
        Best score first, ties by key; no query SNP is among them.
    n_queries
        Query SNPs that the method knows.
    """

    ranked: tuple[Proposal, ...]
    n_queries: int


def nearest_in_model(model: EmbeddingModel, query_keys: Sequence[str], k: int, max_per_block: int) -> Proposals:
    """Union of the `k` nearest SNPs of each query SNP, from other LD blocks and few from each."""
    number = model.snp_number
    known = sorted(key for key in query_keys if key in number)
    if not known:
        return Proposals((), 0)
    rows = np.array([number[key] for key in known], dtype=np.int32)
    nearest, scores = find_nearest(model.fitted, model.neighbour_table, rows, k, max_per_block)
    pairs = [
        (str(model.snp_keys[snp]), float(score), known[query])
        for query in range(len(known))
        for snp, score in zip(nearest[query], scores[query], strict=True)
        if snp >= 0 and np.isfinite(score)
    ]
    return Proposals(_best_of_each(pairs, set(query_keys)), len(known))


@dataclass(frozen=True, slots=True)
class NeighbourRank:
    """How near a SNP is to the query SNP that it is nearest to.

    Attributes
    ----------
    query_snp, rank
        That query SNP, and the SNP's place among its neighbours without a limit a block; 1 is the nearest.
    n_nearer_in_block
        Neighbours of the same LD block that come before it.
    """

    query_snp: str
    rank: int
    n_nearer_in_block: int


def rank_in_model(model: EmbeddingModel, query_keys: Sequence[str], key: str) -> NeighbourRank | None:
    """Best rank of a SNP among the neighbours of each query SNP; None where it or all of them have no vector.

    Neighbours are asked for in growing numbers, so that a near one is found without sorting the genome.
    """
    number = model.snp_number
    known = sorted(name for name in query_keys if name in number)
    if key not in number or not known:
        return None
    rows, snp, n_snps = np.array([number[name] for name in known], dtype=np.int32), number[key], len(model.snp_keys)
    for k in sorted({min(k, n_snps) for k in (500, 5_000, 50_000, n_snps)}):
        best: NeighbourRank | None = None
        for at, name in enumerate(known):  # one query at a time: k may be the whole genome
            nearest, _ = model.fitted.nearest_snps(rows[at : at + 1], k, exclude_same_block=True, max_per_block=None)
            place = np.flatnonzero(nearest[0] == snp)
            if place.size and (best is None or place[0] + 1 < best.rank):
                before = model.snp_block[nearest[0][: place[0]]]
                best = NeighbourRank(name, int(place[0]) + 1, int(np.sum(before == model.snp_block[snp])))
        if best is not None:
            return best
    return None


def score_loci(model: EmbeddingModel, query_keys: Sequence[str], keys: Sequence[str]) -> NDArray[np.float64]:
    """Score of each SNP's LD block for the query SNPs together; NaN for SNPs that the model has not in a block."""
    number = model.snp_number
    rows = np.array(sorted(number[key] for key in query_keys if key in number), dtype=np.int32)
    blocks = np.array([model.snp_block[number[key]] if key in number else -1 for key in keys], dtype=np.int64)
    scores = np.asarray(model.fitted.score_query_blocks(rows), dtype=np.float64)
    return np.where(blocks >= 0, scores[blocks], np.nan)


def nearest_over_molecules(
    store: Store, query_keys: Sequence[str], k: int, *, load_ids: Sequence[str], build: str, window_bp: int
) -> Proposals:
    """Union of the `k` best SNPs of each query SNP by the shared-molecule score.

    The score is the chance that a walk from the query SNP over one molecule, each step by its share of |z|, ends at
    the SNP. SNPs of the query's own LD block, or within `window_bp` of it, are no neighbours.
    """
    known = sorted(set(query_keys))
    away = store.read_columns("search/molecular_edges_of_snps", SNP_EDGE_COLUMNS, keys=known, load_ids=list(load_ids))
    back = _edges_of_molecules(store, away, load_ids)
    snps = read_snps(store, {*back["key"], *known}, load_ids=load_ids, build=build)
    molecule_at = {name: at for at, name in enumerate(sorted(set(away["molecule"])))}
    query_at = {key: at for at, key in enumerate(known)}
    scores = two_hop_scores(
        _weighted(away, query_at, molecule_at),
        _weighted(back, snps.index, molecule_at),
        n_queries=len(known),
        n_molecules=len(molecule_at),
        n_snps=len(snps.keys),
    )
    pairs = []
    for query, key in enumerate(known):
        found, values = best_of_row(scores, query, k, _is_elsewhere(snps, snps.index[key], window_bp))
        pairs += [(snps.keys[snp], float(value), key) for snp, value in zip(found, values, strict=True)]
    return Proposals(_best_of_each(pairs, set(known)), len(set(away["key"])))


def absolute_z(z_scores: Sequence[float | None], neg_log10_p: Sequence[float]) -> NDArray[np.float64]:
    """|z| of each association: of its z where it has one, else of its p-value."""
    z = np.array(z_scores, dtype=np.float64)
    p = np.array(neg_log10_p, dtype=np.float64)
    return np.where(np.isnan(z), abs_z_score(p), np.abs(z))


def _best_of_each(pairs: Sequence[tuple[str, float, str]], query_keys: set[str]) -> tuple[Proposal, ...]:
    best: dict[str, Proposal] = {}
    for key, score, query in sorted(pairs, key=lambda pair: (-pair[1], pair[2])):
        if key not in query_keys:
            best.setdefault(key, Proposal(key, score, query))
    return tuple(sorted(best.values(), key=lambda proposal: (-proposal.score, proposal.key)))


def _edges_of_molecules(store: Store, away: dict[str, list[Any]], load_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Every edge of the molecules that some edges lead to."""
    both: dict[str, list[Any]] = {name: [] for name in _EDGE_COLUMNS}
    for query, edge_type in (("search/edges_of_cpgs", "MQTL"), ("search/edges_of_genes", "EQTL")):
        found = zip(away["molecule"], away["type"], strict=True)
        molecules = sorted({molecule for molecule, found_type in found if found_type == edge_type})
        if molecules:
            part = store.read_columns(query, _EDGE_COLUMNS, molecules=molecules, load_ids=list(load_ids))
            both = {name: both[name] + part[name] for name in _EDGE_COLUMNS}
    return both


def _weighted(edges: dict[str, list[Any]], snp_at: dict[str, int], molecule_at: dict[str, int]) -> WeightedEdges:
    return WeightedEdges(
        snp=np.array([snp_at[key] for key in edges["key"]], dtype=np.int64),
        molecule=np.array([molecule_at[name] for name in edges["molecule"]], dtype=np.int64),
        weight=absolute_z(edges["z_score"], edges["neg_log10_p"]),
    )


def _is_elsewhere(snps: SnpTable, query: int, window_bp: int) -> NDArray[np.bool_]:
    """Whether each SNP has a place outside the query's LD block and window."""
    same_chromosome = snps.chromosome == snps.chromosome[query]
    is_near = same_chromosome & (np.abs(snps.position_bp - snps.position_bp[query]) <= window_bp)
    same_block = (snps.block == snps.block[query]) & bool(snps.block[query])
    return np.asarray(snps.is_placed & ~is_near & ~same_block, dtype=np.bool_)
