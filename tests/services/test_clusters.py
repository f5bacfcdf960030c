"""Molecule clusters: nearby CpGs, genes with their eQTM CpGs, and the guard against giants."""

import numpy as np

from services.clusters import Links, MoleculePlaces, cluster_molecules

NO_LINKS: Links = (np.array([], dtype=np.int64), np.array([], dtype=np.int64))


def _places(
    positions: list[int], genes: list[bool] | None = None, chromosomes: list[int] | None = None
) -> MoleculePlaces:
    return MoleculePlaces(
        chromosome=np.array(chromosomes or [1] * len(positions), dtype=np.int16),
        position_bp=np.array(positions, dtype=np.int64),
        is_gene=np.array(genes or [False] * len(positions), dtype=np.bool_),
    )


def _links(*pairs: tuple[int, int]) -> Links:
    return np.array([a for a, _ in pairs], dtype=np.int64), np.array([b for _, b in pairs], dtype=np.int64)


def test_cluster_molecules__chains_cpgs_within_5_kb_of_one_another() -> None:
    found = cluster_molecules(_places([10_000, 15_000, 20_000, 25_001]), NO_LINKS)
    assert found.cluster.tolist() == [0, 0, 0, 1]
    assert found.n_clusters == 2
    assert found.largest == (3, 1)
    assert found.n_links_dropped == 0


def test_cluster_molecules__does_not_join_chromosomes_or_unplaced_cpgs() -> None:
    found = cluster_molecules(_places([10_000, 10_001, 0, 0], chromosomes=[1, 2, -1, -1]), NO_LINKS)
    assert found.cluster.tolist() == [0, 1, 2, 3]


def test_cluster_molecules__does_not_join_genes_by_distance() -> None:
    found = cluster_molecules(_places([10_000, 10_001], genes=[True, True]), NO_LINKS)
    assert found.n_clusters == 2


def test_cluster_molecules__joins_genes_with_their_eqtm_cpgs() -> None:
    places = _places([10_000, 500_000, 900_000, 20_000], genes=[False, False, False, True])
    found = cluster_molecules(places, _links((0, 3), (1, 3)))
    assert found.cluster.tolist() == [0, 0, 1, 0]


def test_cluster_molecules__gives_up_eqtm_links_of_a_giant_first() -> None:
    places = _places([1000, 2000, 50_000, 51_000, 1], genes=[False] * 4 + [True])
    found = cluster_molecules(places, _links((0, 4), (2, 4)), max_cluster_share=0.1, min_limit=4)
    assert found.cluster.tolist() == [0, 0, 1, 1, 2]
    assert found.n_links_dropped == 2


def test_cluster_molecules__opens_a_giant_chain_at_its_widest_gap() -> None:
    positions = [1000, 2000, 3000, 7900, 8000, 9000]
    found = cluster_molecules(_places(positions), NO_LINKS, max_cluster_share=0.1, min_limit=4)
    assert found.cluster.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.n_links_dropped == 1


def test_cluster_molecules__of_nothing_is_nothing() -> None:
    found = cluster_molecules(_places([]), NO_LINKS)
    assert (found.n_clusters, found.cluster.tolist(), found.largest) == (0, [], ())


def test_cluster_molecules__matches_a_slow_twin() -> None:
    rng = np.random.default_rng(3)
    positions = rng.integers(1, 300_000, size=60)
    is_gene = rng.random(60) < 0.2
    cpgs, genes = np.flatnonzero(~is_gene), np.flatnonzero(is_gene)
    links = _links(*((int(rng.choice(cpgs)), int(rng.choice(genes))) for _ in range(6)))
    found = cluster_molecules(_places(positions.tolist(), is_gene.tolist()), links)
    assert found.cluster.tolist() == _slow_clusters(positions, is_gene, links)


def _slow_clusters(positions: np.ndarray, is_gene: np.ndarray, links: Links) -> list[int]:
    joined = {(int(a), int(b)) for a, b in zip(*links, strict=True)}
    joined |= {
        (a, b)
        for a in range(60)
        for b in range(60)
        if not is_gene[a] and not is_gene[b] and abs(positions[a] - positions[b]) <= 5000
    }
    cluster = list(range(60))
    changed = True
    while changed:
        changed = False
        for a, b in joined:
            low = min(cluster[a], cluster[b])
            changed |= cluster[a] != low or cluster[b] != low
            cluster[a] = cluster[b] = low
    number = {label: rank for rank, label in enumerate(dict.fromkeys(cluster))}
    return [number[label] for label in cluster]
