"""The targets of predictions: molecules with several known loci, and traits with several significant ones."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.pinsage.pair_scores import log_shares
from services.graph.store import Store
from services.settings import Settings
from services.write_back.loci import LociOfSnapshot, nearest_queries
from services.write_back.prediction import PredictedEdge, TopLoci, top_loci

if TYPE_CHECKING:
    from models.pinsage.predictors import Predictor
    from models.pinsage.trust import Trust

logger = logging.getLogger(__name__)

MOLECULES_AT_ONCE = 512
_TRAIT_COLUMNS = {
    "trait": pl.String,
    "snp": pl.String,
    "build": pl.String,
    "chromosome": pl.String,
    "position_bp": pl.Int64,
    "block": pl.String,
    "neg_log10_p": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class TraitQuery:
    """What stands for a trait in the snapshot.

    Attributes
    ----------
    trait_id
        The trait.
    query_snp
        SNP numbers: the most significant SNP with a vector of each block, in the order of blocks (n_queries).
    is_excluded
        Blocks that are not new for the trait: significant ones, and those near one (n_blocks).
    """

    trait_id: str
    query_snp: NDArray[np.int64]
    is_excluded: NDArray[np.bool_]


def predict_molecules(
    fitted: "Predictor", loci: LociOfSnapshot, settings: Settings, *, k: int, trust: "Trust | None" = None
) -> Iterator[PredictedEdge]:
    """Predict the best new loci of every CpG and gene with enough known loci.

    Parameters
    ----------
    fitted, loci
        The model and the snapshot it was fitted on.
    settings
        ``prediction_minimum_known_loci`` and ``prediction_query_snps``.
    k
        Loci a molecule.
    trust
        Makes probabilities and null percentiles of scores; without it the edges have neither.
    """
    known = loci.known_leads
    n_known, log_degree = np.diff(known.indptr), np.log(np.bincount(known.indices, minlength=loci.n_blocks) + 0.5)
    targets = molecules_to_predict(loci, settings)
    for start in range(0, len(targets), MOLECULES_AT_ONCE):
        chunk = targets[start : start + MOLECULES_AT_ONCE]
        is_known = known[chunk].toarray() > 0
        score = fitted.score_molecule_blocks(chunk)
        best = top_loci(score, is_known | (loci.lead_snp < 0), k)
        believed = _believe(best, log_shares(score, ~is_known), trust, log_degree + np.log(n_known[chunk])[:, None])
        for row, molecule in enumerate(chunk):
            leads = known.data[known.indptr[molecule] : known.indptr[molecule + 1]] - 1
            label = "Gene" if loci.snapshot.graph.molecule_is_gene[molecule] else "CpG"
            shell = _Target(label, str(loci.snapshot.molecule_ids[molecule]), leads, settings.prediction_query_snps)
            yield from _edges_of(shell, best, row, fitted, loci, believed)


def molecules_to_predict(loci: LociOfSnapshot, settings: Settings) -> NDArray[np.int64]:
    """Numbers of the molecules that have enough known loci."""
    n_known = np.diff(loci.known_leads.indptr)
    return np.flatnonzero(n_known >= settings.prediction_minimum_known_loci)


def predict_traits(
    fitted: "Predictor",
    loci: LociOfSnapshot,
    queries: Sequence[TraitQuery],
    settings: Settings,
    *,
    k: int,
    trust: "Trust | None" = None,
) -> Iterator[PredictedEdge]:
    """Predict the best new loci of every trait with enough significant loci in the snapshot.

    Parameters are those of `predict_molecules`; no trait's locus was held out, so that the edges have no probability.
    """
    for query in queries:
        score = np.asarray(fitted.score_query_blocks(query.query_snp))[None, :]
        best = top_loci(score, (query.is_excluded | (loci.lead_snp < 0))[None, :], k)
        believed = _believe(best, log_shares(score, ~query.is_excluded[None, :]), trust, None)
        shell = _Target("Trait", query.trait_id, query.query_snp, settings.prediction_query_snps)
        yield from _edges_of(shell, best, 0, fitted, loci, believed)


def best_trait_shares(fitted: "Predictor", loci: LociOfSnapshot, query: TraitQuery, k: int) -> NDArray[np.float64]:
    """Shares of the loci that `predict_traits` would choose for one trait (at most k)."""
    score = np.asarray(fitted.score_query_blocks(query.query_snp))[None, :]
    best = top_loci(score, (query.is_excluded | (loci.lead_snp < 0))[None, :], k)
    shares = log_shares(score, ~query.is_excluded[None, :])[0]
    return np.asarray(shares[best.block[0][best.block[0] >= 0]])


def read_trait_queries(
    store: Store, loci: LociOfSnapshot, settings: Settings, load_ids: Sequence[str]
) -> tuple[TraitQuery, ...]:
    """Read each trait's significant SNPs; keep the traits with enough of them, in different blocks of the snapshot.

    Parameters
    ----------
    store, loci
        The graph and the snapshot.
    settings
        ``trait_p_threshold``, ``trait_exclusion_bp`` and ``prediction_minimum_known_loci``.
    load_ids
        Loads of the release that the snapshot was exported from.
    """
    table = read_trait_snps(store, settings, load_ids)
    queries = [
        query_of(str(trait), rows, loci, settings) for (trait,), rows in table.group_by("trait", maintain_order=True)
    ]
    kept = tuple(query for query in queries if len(query.query_snp) >= settings.prediction_minimum_known_loci)
    logger.info("%d of %d traits have enough significant loci in the snapshot", len(kept), len(queries))
    return kept


def read_trait_snps(store: Store, settings: Settings, load_ids: Sequence[str]) -> pl.DataFrame:
    """Read the significant placed SNPs of all traits: trait, snp, place, block, neg_log10_p, by trait and SNP."""
    columns = store.read_columns(
        "write_back/trait_queries",
        _TRAIT_COLUMNS,
        load_ids=list(load_ids),
        neg_log10_p=-float(np.log10(settings.trait_p_threshold)),
    )
    return pl.DataFrame(columns, schema=_TRAIT_COLUMNS).sort("trait", "snp")


def query_of(trait_id: str, rows: pl.DataFrame, loci: LociOfSnapshot, settings: Settings) -> TraitQuery:
    """Make a trait's query of its significant SNPs.

    Parameters
    ----------
    trait_id
        The trait.
    rows
        Its significant SNPs: snp, build, chromosome, position_bp, block (null: not placed), neg_log10_p.
    loci, settings
        The snapshot, and ``trait_exclusion_bp``.
    """
    graph = loci.snapshot.graph
    number = np.array([loci.snp_number.get(key, -1) for key in rows["snp"]], dtype=np.int64)
    strength = rows["neg_log10_p"].to_numpy()
    order = np.flatnonzero((number >= 0) & loci.is_embedded[number])
    order = order[np.lexsort((number[order], -strength[order], graph.snp_block[number[order]]))]
    _, first = np.unique(graph.snp_block[number[order]], return_index=True)
    return TraitQuery(trait_id, number[order[first]], _excluded_blocks(rows, loci, settings.trait_exclusion_bp))


@dataclass(frozen=True, slots=True)
class _Target:
    """A target with the SNPs that stand for it."""

    label: str
    key: str
    query_snp: NDArray[np.int64]
    n_named: int


@dataclass(frozen=True, slots=True)
class _Believed:
    """Probability and null percentile of chosen loci, NaN for none (n_targets, k)."""

    probability: NDArray[np.float64]
    percentile: NDArray[np.float64]


def _believe(
    best: TopLoci, shares: NDArray[np.float64], trust: "Trust | None", log_expected: NDArray[np.float64] | None
) -> _Believed:
    """What the scores of chosen loci are worth; `log_expected` (n_targets, n_blocks) is None for traits."""
    nothing = np.full(best.block.shape, np.nan)
    believed = _Believed(nothing.copy(), nothing.copy())
    row, place = np.nonzero(best.block >= 0)
    if trust is None or not row.size:
        return believed
    block = best.block[row, place]
    believed.percentile[row, place] = trust.percentile(shares[row, block], is_trait=log_expected is None)
    if log_expected is not None:
        believed.probability[row, place] = trust.probability(shares[row, block], log_expected[row, block])
    return believed


def _edges_of(
    target: _Target, best: TopLoci, row: int, fitted: "Predictor", loci: LociOfSnapshot, believed: _Believed
) -> Iterator[PredictedEdge]:
    vectors = np.asarray(fitted.snp_vectors)[target.query_snp]
    keys = loci.snapshot.snp_keys
    for place, block in enumerate(best.block[row]):
        if block < 0:
            return
        nearest = nearest_queries(vectors, np.asarray(fitted.block_vectors)[block], target.n_named)
        yield PredictedEdge(
            target_label=target.label,  # type: ignore[arg-type]
            target=target.key,
            snp=str(keys[loci.lead_snp[block]]),
            block_id=str(loci.snapshot.block_ids[block]),
            rank=place + 1,
            score=float(best.score[row, place]),
            query_snps=tuple(str(keys[snp]) for snp in target.query_snp[nearest]),
            probability=_number(believed.probability[row, place]),
            null_percentile=_number(believed.percentile[row, place]),
        )


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


def _excluded_blocks(rows: pl.DataFrame, loci: LociOfSnapshot, distance_bp: int) -> NDArray[np.bool_]:
    """Blocks of significant SNPs, and blocks whose lead SNP is near one."""
    graph = loci.snapshot.graph
    block_ids = loci.snapshot.block_ids[: loci.n_blocks]
    is_excluded = np.isin(block_ids, np.array(rows["block"].drop_nulls().to_list(), dtype=np.str_))
    lead = loci.lead_snp
    build = str(block_ids[0]).split(":", 1)[0] if len(block_ids) else ""
    placed = rows.filter(pl.col("position_bp").is_not_null() & (pl.col("build") == build))
    lead_chromosome = np.where(lead >= 0, graph.snp_chromosome[lead], -1)
    lead_position = np.where(lead >= 0, graph.snp_position_bp[lead], 0)
    for (chromosome,), near in placed.group_by("chromosome", maintain_order=True):
        places = np.sort(near["position_bp"].to_numpy())
        here = np.flatnonzero(lead_chromosome == chromosome_code(str(chromosome)))
        is_excluded[here] |= _distance_to_nearest(lead_position[here], places) <= distance_bp
    return is_excluded


def chromosome_code(chromosome: str) -> int:
    """Number of a chromosome in the snapshot: 1-22, 23 X, 24 Y, 25 MT, 0 for any other."""
    named = {"X": 23, "Y": 24, "MT": 25}
    return int(chromosome) if chromosome.isdigit() else named.get(chromosome, 0)


def _distance_to_nearest(position: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    right = np.searchsorted(places, position)
    before = np.abs(position - places[np.maximum(right - 1, 0)])
    after = np.abs(places[np.minimum(right, len(places) - 1)] - position)
    return np.asarray(np.minimum(before, after), dtype=np.int64)
