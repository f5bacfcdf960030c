"""Do SNPs of one trait share genes? An area under the curve, within chromosomes and across them."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

from services.graph.store import Store
from services.settings import Settings
from services.snapshot import Snapshot

N_PAIRS = 100_000
_TRAIT_COLUMNS = ("trait", "snp", "build", "chromosome", "position_bp", "block", "neg_log10_p")


@dataclass(frozen=True, slots=True)
class SharedGeneScore:
    """How well shared molecules tell pairs of SNPs of one trait from pairs of different traits.

    Attributes
    ----------
    auc
        Area under the curve: the chance that a pair of one trait shares more molecules than a pair of two traits.
    n_same_trait, n_other
        Pairs compared.
    share_sharing
        Share of the pairs of one trait that share any molecule.
    """

    auc: float
    n_same_trait: int
    n_other: int
    share_sharing: float


@dataclass(frozen=True, slots=True)
class SharedGenes:
    """The score for pairs on different chromosomes, and for pairs in different LD blocks of one chromosome.

    Attributes
    ----------
    across, within
        None where there are no pairs.
    n_traits, n_snps
        Traits with two or more significant SNPs in the snapshot, and those SNPs.
    """

    across: SharedGeneScore | None
    within: SharedGeneScore | None
    n_traits: int
    n_snps: int


def measure_shared_genes(store: Store, settings: Settings, snapshot: Snapshot, *, seed: int = 1) -> SharedGenes:
    """Score pairs of significant SNPs by the molecules they share.

    Parameters
    ----------
    store, settings
        The graph, and ``trait_p_threshold``.
    snapshot
        The exported graph; SNPs outside it take no part.
    seed
        Of the pairs drawn, at most 100,000 of each kind.

    Notes
    -----
    A pair scores the number of CpGs and genes that both SNPs act on. It counts as one trait's when some trait has
    both; the others are pairs of SNPs of different traits. Pairs of one LD block are left out: they share through LD.
    """
    columns = store.read_columns(
        "write_back/trait_queries",
        _TRAIT_COLUMNS,
        load_ids=list(snapshot.load_ids),
        neg_log10_p=-float(np.log10(settings.trait_p_threshold)),
    )
    number = pl.DataFrame(
        {"snp": snapshot.snp_keys.tolist(), "number": np.arange(len(snapshot.snp_keys))},
        schema={"snp": pl.String, "number": pl.Int64},
    )
    hits = pl.DataFrame(
        {name: columns[name] for name in ("trait", "snp")}, schema={"trait": pl.String, "snp": pl.String}
    )
    hits = hits.join(number, on="snp", how="inner").unique().sort("trait", "number")
    hits = hits.filter(pl.len().over("trait") >= 2)
    if hits.height == 0:
        return SharedGenes(None, None, 0, 0)
    pairs = _draw_pairs(hits, np.random.default_rng(seed))
    graph = snapshot.graph
    ones = np.ones(len(graph.edge_snp), dtype=np.int32)
    acts_on = csr_matrix((ones, (graph.edge_snp, graph.edge_molecule)), shape=(graph.n_snps, graph.n_molecules))
    together = acts_on[pairs.first].multiply(acts_on[pairs.second])
    shared = np.asarray(together.sum(axis=1), dtype=np.float64).ravel()
    is_elsewhere = graph.snp_block[pairs.first] != graph.snp_block[pairs.second]
    is_across = graph.snp_chromosome[pairs.first] != graph.snp_chromosome[pairs.second]
    return SharedGenes(
        across=_score(shared, pairs.is_same_trait, is_across),
        within=_score(shared, pairs.is_same_trait, is_elsewhere & ~is_across),
        n_traits=hits["trait"].n_unique(),
        n_snps=hits["number"].n_unique(),
    )


def area_under_curve(score: NDArray[np.float64], is_positive: NDArray[np.bool_]) -> float:
    """Chance that a positive scores higher than a negative; ties count half (Mann and Whitney 1947).

    Raises
    ------
    ValueError
        When there are no positives or no negatives.
    """
    n_positive, n_negative = int(is_positive.sum()), int((~is_positive).sum())
    if not n_positive or not n_negative:
        raise ValueError(f"an area needs positives and negatives, got {n_positive} and {n_negative}")
    rank_sum = float(rankdata(score)[is_positive].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)


@dataclass(frozen=True, slots=True)
class _Pairs:
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    is_same_trait: NDArray[np.bool_]


def _draw_pairs(hits: pl.DataFrame, generator: np.random.Generator) -> _Pairs:
    """Distinct pairs of one trait, and pairs of SNPs that no trait has together."""
    n_snps = int(np.max(hits["number"].to_numpy())) + 1
    groups = [group["number"].to_numpy() for _, group in hits.group_by("trait", maintain_order=True)]
    same = np.unique(np.concatenate([_pairs_within(members, n_snps) for members in groups]))
    every = hits["number"].to_numpy()
    drawn = np.sort(generator.choice(every, (2 * N_PAIRS, 2)), axis=1)
    other = np.unique(drawn[:, 0] * n_snps + drawn[:, 1])
    other = other[(other // n_snps != other % n_snps) & ~np.isin(other, same)]
    same = generator.choice(same, min(N_PAIRS, len(same)), replace=False)
    other = generator.choice(other, min(N_PAIRS, len(other)), replace=False)
    code = np.concatenate([same, other])
    return _Pairs(code // n_snps, code % n_snps, np.arange(len(code)) < len(same))


def _pairs_within(members: NDArray[np.int64], n_snps: int) -> NDArray[np.int64]:
    first, second = np.triu_indices(len(members), k=1)
    return members[first] * n_snps + members[second]


def _score(
    shared: NDArray[np.float64], is_same_trait: NDArray[np.bool_], is_kept: NDArray[np.bool_]
) -> SharedGeneScore | None:
    score, is_positive = shared[is_kept], is_same_trait[is_kept]
    if is_positive.all() or not is_positive.any():
        return None
    return SharedGeneScore(
        auc=area_under_curve(score, is_positive),
        n_same_trait=int(is_positive.sum()),
        n_other=int((~is_positive).sum()),
        share_sharing=float((score[is_positive] > 0).mean()),
    )
