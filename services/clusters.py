"""Groups the molecules that must be hidden together: CpGs close to one another, and genes with their eQTM CpGs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

NEIGHBOUR_DISTANCE_BP = 5_000
"""CpGs within this distance share their mQTLs: one hidden alone would be given away by the other."""

Links = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class MoleculePlaces:
    """Where molecules lie, as far as clusters need it.

    Attributes
    ----------
    chromosome
        Chromosome of each molecule, any integer code, -1 where unknown (n).
    position_bp
        1-based position, 0 where unknown (n).
    is_gene
        True for genes, False for CpGs (n).
    """

    chromosome: NDArray[np.int16]
    position_bp: NDArray[np.int64]
    is_gene: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class MoleculeClusters:
    """Cluster of each molecule, and how the clusters came out.

    Attributes
    ----------
    cluster
        0-based cluster of each molecule; numbered by their first molecule (n).
    n_clusters
        Number of clusters.
    largest
        Sizes of the ten largest clusters, largest first.
    n_links_dropped
        Links given up because their cluster was larger than allowed.
    """

    cluster: NDArray[np.int32]
    n_clusters: int
    largest: tuple[int, ...]
    n_links_dropped: int


def cluster_molecules(
    places: MoleculePlaces, eqtm_links: Links, *, max_cluster_share: float = 0.05, min_limit: int = 200
) -> MoleculeClusters:
    """Connected components of nearby CpGs and of genes with their eQTM CpGs.

    Parameters
    ----------
    places
        Places and kinds of the n molecules.
    eqtm_links
        CpG index and gene index of each eQTM pair.
    max_cluster_share
        A component above this share of all molecules (and above `min_limit` molecules) is cut: first its eQTM links
        are given up, then its chain of CpGs is opened at the widest gaps.
    min_limit
        Components up to this size are always allowed, so that small graphs are not cut.

    Returns
    -------
    MoleculeClusters
        The cluster of every molecule and the sizes.

    Notes
    -----
    A cut lets a hidden pair be given away by a molecule across the cut; ``n_links_dropped`` says how often that can be.
    """
    n_molecules = len(places.chromosome)
    limit = max(min_limit, int(max_cluster_share * n_molecules))
    near = _nearby_links(places)
    labels = _components(n_molecules, near, eqtm_links)
    oversized = np.bincount(labels, minlength=1)[labels] > limit
    eqtm_dropped = oversized[eqtm_links[0]]
    kept_eqtm = (eqtm_links[0][~eqtm_dropped], eqtm_links[1][~eqtm_dropped])
    kept_near, n_near_dropped = _open_long_chains(places, near, _components(n_molecules, near, kept_eqtm), limit)
    labels = _components(n_molecules, kept_near, kept_eqtm)
    sizes = np.sort(np.bincount(labels))[::-1]
    return MoleculeClusters(
        cluster=_by_first_member(labels),
        n_clusters=len(sizes),
        largest=tuple(int(size) for size in sizes[:10]),
        n_links_dropped=int(eqtm_dropped.sum()) + n_near_dropped,
    )


def _nearby_links(places: MoleculePlaces) -> Links:
    """Each CpG with the next one on its chromosome, where that is at most 5 kb away."""
    is_placed = ~places.is_gene & (places.chromosome >= 0) & (places.position_bp > 0)
    index = np.flatnonzero(is_placed)
    order = index[np.lexsort((places.position_bp[index], places.chromosome[index]))]
    left, right = order[:-1], order[1:]
    gap = places.position_bp[right] - places.position_bp[left]
    is_near = (places.chromosome[right] == places.chromosome[left]) & (gap <= NEIGHBOUR_DISTANCE_BP)
    return left[is_near].astype(np.int64), right[is_near].astype(np.int64)


def _components(n_molecules: int, *links: Links) -> NDArray[np.int64]:
    first = np.concatenate([link[0] for link in links])
    second = np.concatenate([link[1] for link in links])
    adjacency = coo_matrix((np.ones(len(first), dtype=np.int8), (first, second)), shape=(n_molecules, n_molecules))
    _, labels = connected_components(adjacency, directed=False)
    return np.asarray(labels, dtype=np.int64)


def _open_long_chains(places: MoleculePlaces, near: Links, labels: NDArray[np.int64], limit: int) -> tuple[Links, int]:
    """Cut chains longer than `limit` into runs of at most that many CpGs, each at the widest gap of its second half."""
    keep = np.ones(len(near[0]), dtype=np.bool_)
    sizes = np.bincount(labels, minlength=1)
    for label in np.flatnonzero(sizes > limit):
        chain = np.flatnonzero(labels[near[0]] == label)
        gaps = places.position_bp[near[1][chain]] - places.position_bp[near[0][chain]]
        start = 0
        while len(chain) + 1 - start > limit:
            window = gaps[start + limit // 2 : start + limit]
            cut = start + limit // 2 + int(np.argmax(window))
            keep[chain[cut]] = False
            start = cut + 1
    return (near[0][keep], near[1][keep]), int((~keep).sum())


def _by_first_member(labels: NDArray[np.int64]) -> NDArray[np.int32]:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return rank[inverse]
