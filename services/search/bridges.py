"""Evidence paths over two molecules, for candidates that share none with any query SNP.

A model's walks may take two hops: query SNP, molecule, bridge locus, second molecule, candidate. The model names the
SNPs and molecules of its heaviest walks; the measured edges between them are read from the graph.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from services.graph.store import Store
from services.search.evidence import MOLECULE_KINDS, Edges, PathEnds, read_edges, to_trait_edge
from services.search.neighbours import EmbeddingModel
from services.search.report import EvidencePath, MolecularEdge

_STEPS = ("query_snp", "query_lead", "molecule", "bridge_lead_in", "bridge_lead_out", "second_molecule",
          "candidate_lead")  # fmt: skip

_WALKS = 200
"""Walks of the model that are looked through for those along the measured paths of a candidate."""

Walk = tuple[str, str, str, str, str, str, str]
"""Names of the steps of one walk, in the order of ``EvidencePaths`` of the model; empty where there is none."""


def find_bridged_paths(
    store: Store, model: EmbeddingModel, ends: PathEnds, load_ids: Sequence[str]
) -> dict[str, tuple[EvidencePath, ...]]:
    """Find the heaviest walks of the model that lead to each candidate, as far as the graph holds their edges."""
    number = {str(key): at for at, key in enumerate(model.snp_keys)}
    queries = np.array(sorted(number[key] for key in ends.hits if key in number), dtype=np.int32)
    walks = {
        key: _read_walks(model, model.fitted.explain(queries, number[key], n_paths=ends.max_paths))
        for key in ends.candidates
        if key in number and queries.size
    }
    snps = {walk[step] for listed in walks.values() for walk in listed for step in (1, 3, 4, 6)} - {""}
    edges, names = read_edges(store, snps, load_ids)
    paths = {}
    for key, listed in walks.items():
        found = (_to_path(walk, key, edges, names, ends) for walk in listed)
        paths[key] = tuple(path for path in found if path is not None)
    return paths


Steps = tuple[str, str, str]
"""What a path and a walk have in common: query SNP, molecule, second molecule (empty where there is none)."""


def weigh_by_walks(
    model: EmbeddingModel, ends: PathEnds, paths: Mapping[str, tuple[EvidencePath, ...]]
) -> dict[str, tuple[EvidencePath, ...]]:
    """Give each path of measured edges the weight of the model's heaviest walk along it, where there is one."""
    number = {str(key): at for at, key in enumerate(model.snp_keys)}
    queries = np.array(sorted(number[key] for key in ends.hits if key in number), dtype=np.int32)
    weighed = {}
    for key, listed in paths.items():
        walks: dict[Steps, float] = {}
        if listed and key in number and queries.size:
            explained = model.fitted.explain(queries, number[key], n_paths=_WALKS)
            for walk, weight in zip(_read_walks(model, explained), explained.weight, strict=True):
                walks.setdefault((walk[0], walk[2], walk[5]), float(weight))  # the heaviest comes first
        weighed[key] = tuple(replace(path, walk_weight=walks.get(_steps(path))) for path in listed)
    return weighed


def _steps(path: EvidencePath) -> Steps:
    return path.query_snp, path.molecule, path.second_molecule or ""


def _read_walks(model: EmbeddingModel, explained: Any) -> list[Walk]:
    names = {True: model.molecule_ids, False: model.snp_keys}
    columns = [
        [str(names["molecule" in step][at]) if at >= 0 else "" for at in getattr(explained, step)] for step in _STEPS
    ]
    return list(zip(*columns, strict=True))


def _to_path(walk: Walk, candidate: str, edges: Edges, names: dict[str, str], ends: PathEnds) -> EvidencePath | None:
    """The walk with its measured edges; None where the graph no longer holds one of them."""
    query, query_lead, molecule, bridge_in, bridge_out, second, candidate_lead = walk
    last = second or molecule
    first_edge, last_edge = edges.get(query_lead, {}).get(molecule), edges.get(candidate_lead, {}).get(last)
    bridge = (edges.get(bridge_in, {}).get(molecule), edges.get(bridge_out, {}).get(second)) if second else ()
    found = tuple(edge for edge in bridge if edge is not None)
    if first_edge is None or last_edge is None or len(found) != len(bridge):
        return None
    return EvidencePath(
        query_snp=query,
        candidate_snp=candidate,
        molecule=molecule,
        molecule_kind=MOLECULE_KINDS[first_edge.type],
        molecule_name=names[molecule],
        query_edge=first_edge,
        candidate_edge=last_edge,
        query_trait_edge=to_trait_edge(ends.hits[query]),
        candidate_trait_edge=ends.trait_edges.get(candidate),
        weight=_product((first_edge, *found, last_edge)),
        is_through_ld=query_lead != query or candidate_lead != candidate or bridge_in != bridge_out,
        second_molecule=second or None,
        second_molecule_name=names[second] if second else None,
        bridge_edges=found,
    )


def _product(edges: Sequence[MolecularEdge]) -> float:
    return float(np.prod([edge.weight for edge in edges]))
