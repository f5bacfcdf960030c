"""Finds the evidence path of a candidate: query SNP, shared molecule, candidate SNP, trait."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.association import render_p_value
from services.graph.store import Store
from services.search.neighbours import SNP_EDGE_COLUMNS, absolute_z
from services.search.query_snps import KnownHit
from services.search.report import EvidencePath, MolecularEdge, NearGene, TraitEdge
from services.search.snp_table import SnpTable

MOLECULE_KINDS = {"MQTL": "CpG", "EQTL": "Gene"}

Edges = dict[str, dict[str, MolecularEdge]]
"""Strongest edge of each SNP to each molecule: SNP key, then molecule id."""


@dataclass(frozen=True, slots=True)
class PathEnds:
    """Between what the paths run.

    Attributes
    ----------
    candidates
        Best query SNP of each candidate.
    hits
        The query SNPs that asked, by key.
    trait_edges
        The trait's association of each candidate that was tested.
    max_paths
        Paths a candidate.
    """

    candidates: Mapping[str, str]
    hits: Mapping[str, KnownHit]
    trait_edges: Mapping[str, TraitEdge]
    max_paths: int


def find_paths(
    store: Store, ends: PathEnds, snps: SnpTable, load_ids: Sequence[str]
) -> dict[str, tuple[EvidencePath, ...]]:
    """Find the heaviest evidence paths of each candidate.

    Shared molecules with any query SNP come first. A candidate without any gets paths through the LD blocks of
    itself and its best query SNP, marked ``is_through_ld``: a neighbour in the one block shares a molecule with a
    neighbour in the other.

    Parameters
    ----------
    store
        The graph.
    ends
        Candidates, query SNPs and their associations with the trait.
    snps
        Table that holds all of them.
    load_ids
        Loads of the release.
    """
    edges, names = read_edges(store, {*ends.candidates, *ends.hits}, load_ids)
    queries = {query: {query: edges.get(query, {})} for query in sorted(ends.hits)}
    paths = {key: _finish(_shared(key, {key: edges.get(key, {})}, queries, names), ends) for key in ends.candidates}
    lonely = {key: query for key, query in ends.candidates.items() if not paths[key] and query in ends.hits}
    return paths | _through_blocks(store, replace(ends, candidates=lonely), snps, load_ids)


def read_nearest_genes(store: Store, keys: Iterable[str], load_ids: Sequence[str]) -> dict[str, tuple[NearGene, ...]]:
    """Nearest genes of each SNP, the nearest first."""
    found: dict[str, list[NearGene]] = defaultdict(list)
    for row in store.read("search/nearest_genes", keys=sorted(set(keys)), load_ids=list(load_ids)):
        found[row["key"]].append(NearGene(row["gene_id"], row["symbol"], row["distance_bp"]))
    return {key: tuple(genes) for key, genes in found.items()}


def read_edges(store: Store, keys: Iterable[str], load_ids: Sequence[str]) -> tuple[Edges, dict[str, str]]:
    """Read the strongest edge of each SNP to each molecule, and a name for each molecule."""
    columns = store.read_columns(
        "search/molecular_edges_of_snps", SNP_EDGE_COLUMNS, keys=sorted(set(keys)), load_ids=list(load_ids)
    )
    z = absolute_z(columns["z_score"], columns["neg_log10_p"])
    order = sorted(range(len(z)), key=lambda at: (columns["key"][at], -z[at], columns["study_id"][at]))
    chosen: dict[str, dict[str, int]] = defaultdict(dict)
    for at in order:
        chosen[columns["key"][at]].setdefault(columns["molecule"][at], at)
    edges: Edges = {}
    for key, molecules in chosen.items():
        total = float(np.sum(z[list(molecules.values())]))
        edges[key] = {
            molecule: _to_edge(columns, at, float(z[at]) / total if total else 0.0)
            for molecule, at in molecules.items()
        }
    names = zip(columns["molecule"], columns["symbol"], strict=True)
    return edges, {molecule: symbol or molecule for molecule, symbol in names}


def _to_edge(columns: dict[str, list[Any]], at: int, weight: float) -> MolecularEdge:
    return MolecularEdge(
        snp=columns["key"][at],
        type=columns["type"][at],
        study_id=columns["study_id"][at],
        z_score=columns["z_score"][at],
        neg_log10_p=columns["neg_log10_p"][at],
        p_value=render_p_value(columns["neg_log10_p"][at], is_bound=columns["is_p_bound"][at]),
        weight=weight,
        cis_trans=columns["cis_trans"][at],
        effect_allele=columns["effect_allele"][at],
        other_allele=columns["other_allele"][at],
    )


_Pair = tuple[str, str, str, str, MolecularEdge, MolecularEdge]


def _shared(candidate: str, own: Edges, queries: Mapping[str, Edges], names: Mapping[str, str]) -> list[_Pair]:
    """Pairs of edges that meet at a molecule: one from the query's side, one from the candidate's."""
    pairs: list[_Pair] = []
    for query, side in queries.items():
        for query_molecules in side.values():
            for molecules in own.values():
                for molecule in query_molecules.keys() & molecules.keys():
                    edges = (query_molecules[molecule], molecules[molecule])
                    pairs.append((candidate, query, molecule, names[molecule], *edges))
    return pairs


def _finish(pairs: Sequence[_Pair], ends: PathEnds) -> tuple[EvidencePath, ...]:
    """The heaviest of the pairs as paths; of those with one molecule and one query SNP only the heaviest."""
    weight = {at: pair[4].weight * pair[5].weight for at, pair in enumerate(pairs)}
    order = sorted(weight, key=lambda at: (-weight[at], pairs[at][1], pairs[at][2], pairs[at][4].snp, pairs[at][5].snp))
    paths: dict[tuple[str, str], EvidencePath] = {}
    for at in order:
        candidate, query, molecule, name, query_edge, candidate_edge = pairs[at]
        if len(paths) == ends.max_paths:
            break
        path = EvidencePath(
            query_snp=query,
            candidate_snp=candidate,
            molecule=molecule,
            molecule_kind=MOLECULE_KINDS[query_edge.type],
            molecule_name=name,
            query_edge=query_edge,
            candidate_edge=candidate_edge,
            query_trait_edge=to_trait_edge(ends.hits[query]),
            candidate_trait_edge=ends.trait_edges.get(candidate),
            weight=weight[at],
            is_through_ld=query_edge.snp != query or candidate_edge.snp != candidate,
        )
        paths.setdefault((query, molecule), path)
    return tuple(paths.values())


def to_trait_edge(hit: KnownHit) -> TraitEdge:
    """The association of a query SNP with the trait."""
    p_value = render_p_value(hit.neg_log10_p, is_bound=hit.is_p_bound)
    return TraitEdge(hit.key, hit.study_id, hit.z_score, hit.neg_log10_p, p_value)


def _through_blocks(
    store: Store, ends: PathEnds, snps: SnpTable, load_ids: Sequence[str]
) -> dict[str, tuple[EvidencePath, ...]]:
    """Paths over neighbours in the LD blocks of a candidate and its best query SNP."""
    both = {*ends.candidates, *ends.candidates.values()}
    block = {key: snps.block[snps.index[key]] for key in both if key in snps.index}
    wanted = sorted({name for name in block.values() if name})
    if not wanted:
        return {}
    members: dict[str, list[str]] = defaultdict(list)
    for row in store.read("search/snps_in_blocks", blocks=wanted, load_ids=list(load_ids)):
        members[row["block"]].append(row["key"])
    edges, names = read_edges(store, [key for keys in members.values() for key in keys], load_ids)
    sides = {end: {key: edges[key] for key in members.get(name, ()) if key in edges} for end, name in block.items()}
    return {
        candidate: _finish(_shared(candidate, sides.get(candidate, {}), {query: sides.get(query, {})}, names), ends)
        for candidate, query in ends.candidates.items()
    }
