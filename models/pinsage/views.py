"""Cross-fitted views: each hides a fold of pairs from walks, features, degrees and queries, and predicts only it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import BipartiteGraph, BoolArray, FloatArray, IntArray, LocusPairs
from models.pinsage.ld_jump import jump_probabilities
from models.pinsage.profile import VisitRows, WalkProfile, align_profile, fit_profile, project_snps
from models.pinsage.settings import PinSageSettings
from models.pinsage.split import KeyArray, assert_no_leak, hiding_keys
from models.pinsage.walk_graph import WalkGraph, build_walk_graph, places_of

_SHARED_MOLECULE_R2 = 0.2


@dataclass(frozen=True, eq=False)
class NodeTable:
    """Inputs of the network for the SNPs or blocks of one view.

    Attributes
    ----------
    node
        Global ids (SNPs or blocks), ascending.
    walk
        Walk features, neighbours, strength.
    properties
        Shape (nodes, 3 + F): log degree, log trans degree, log strength, given SNP features (blocks: mean over leads).
    """

    node: IntArray
    walk: VisitRows
    properties: FloatArray


@dataclass(frozen=True, eq=False)
class View:
    """The graph as seen with some pairs hidden.

    Attributes
    ----------
    visible
        Pairs that walks, features, degrees and queries were made of.
    walk_graph, profile
        Walks over the visible pairs and the space of their profiles.
    blocks
        Every block.
    degree, trans_degree
        Shape (n_snps,): visible pairs, and visible trans pairs, that each SNP leads.
    """

    visible: LocusPairs
    walk_graph: WalkGraph
    profile: WalkProfile
    blocks: NodeTable
    degree: IntArray
    trans_degree: IntArray


def build_view(
    graph: BipartiteGraph,
    pairs: LocusPairs,
    hidden_keys: KeyArray,
    settings: PinSageSettings,
    *,
    seed: int,
    align_to: WalkProfile | None = None,
) -> View:
    """Build a view in which the pairs with these keys do not exist.

    Parameters
    ----------
    graph, pairs
        The graph and its (block, molecule) pairs.
    hidden_keys
        Keys (`hiding_keys`) of the pairs to hide; may be empty.
    settings, seed
        Of the fit.
    align_to
        Profile onto which this one's features are rotated.

    Raises
    ------
    LeakError
        When a hidden pair is still visible.
    """
    keys = hiding_keys(pairs.block, pairs.cluster, graph.n_clusters)
    visible = pairs.select(~np.isin(keys, hidden_keys))
    assert_no_leak(visible, hidden_keys, n_clusters=graph.n_clusters, where="a view's walks, features and degrees")
    walk_graph = build_walk_graph(graph, visible, settings)
    profile = fit_profile(walk_graph, settings, seed=seed)
    if align_to is not None:
        profile = align_profile(profile, align_to)
    degree = np.bincount(visible.lead_snp, minlength=graph.n_snps).astype(np.int32)
    trans_degree = np.bincount(visible.lead_snp[visible.is_trans], minlength=graph.n_snps).astype(np.int32)
    blocks = NodeTable(
        np.arange(graph.n_blocks, dtype=np.int32), profile.blocks, _block_properties(graph, visible, profile)
    )
    return View(visible, walk_graph, profile, blocks, degree, trans_degree)


def snp_table(graph: BipartiteGraph, view: View, snp: IntArray, settings: PinSageSettings) -> NodeTable:
    """Make the network's inputs for SNPs (ids ascending, all inside blocks): leads and any other alike."""
    start = places_of(graph, snp)
    jump = jump_probabilities(
        start,
        view.walk_graph.lead,
        scale_bp=settings.ld_scale_bp,
        minimum=settings.ld_minimum,
        shared=_shared_molecules(graph, view, snp),
        lead_weight=view.walk_graph.lead_degree,
    )
    walk = project_snps(view.profile, view.walk_graph, start, jump, settings)
    properties = np.column_stack(
        [np.log1p(view.degree[snp]), np.log1p(view.trans_degree[snp]), np.log1p(walk.strength), graph.snp_features[snp]]
    )
    return NodeTable(snp, walk, properties.astype(np.float32))


def _block_properties(graph: BipartiteGraph, visible: LocusPairs, profile: WalkProfile) -> FloatArray:
    n_blocks = graph.n_blocks
    degree = np.bincount(visible.block, minlength=n_blocks)
    trans_degree = np.bincount(visible.block[visible.is_trans], minlength=n_blocks)
    lead = np.unique(visible.lead_snp)
    gather = sparse.csr_matrix(
        (np.ones(lead.size), (graph.snp_block[lead], np.arange(lead.size))), shape=(n_blocks, lead.size)
    )
    n_leads = np.maximum(np.asarray(gather.sum(axis=1)), 1.0)
    mean_features = (gather @ graph.snp_features[lead]) / n_leads
    columns = [np.log1p(degree), np.log1p(trans_degree), np.log1p(profile.blocks.strength), mean_features]
    return np.column_stack(columns).astype(np.float32)


def _shared_molecules(graph: BipartiteGraph, view: View, snp: IntArray) -> sparse.csr_matrix:
    """Give the LD that evidence implies: a SNP that is no lead, with the leads of its own (block, molecule) pairs."""
    leads = view.walk_graph.lead.snp
    shape = (snp.size, leads.size)
    row_of_snp, lead_of_snp = _index_of(snp, graph.n_snps), _index_of(leads, graph.n_snps)
    row = row_of_snp[graph.edge_snp]
    of_interest = (row >= 0) & (lead_of_snp[graph.edge_snp] < 0)
    row, edge_snp, molecule = row[of_interest], graph.edge_snp[of_interest], graph.edge_molecule[of_interest]
    lead = _pair_lead(view.visible, graph.snp_block[edge_snp], molecule, graph.n_blocks)
    column = np.where(lead >= 0, lead_of_snp[lead], -1)
    row, column = np.unique(np.stack([row, column])[:, column >= 0], axis=1)
    values = np.full(row.size, _SHARED_MOLECULE_R2)
    return sparse.csr_matrix((values, (row, column)), shape=shape)


def _pair_lead(visible: LocusPairs, block: IntArray, molecule: IntArray, n_blocks: int) -> IntArray:
    """Look up the lead SNP of (block, molecule) pairs, -1 where the pair is not visible."""
    keys = visible.molecule.astype(np.int64) * n_blocks + visible.block
    wanted = molecule.astype(np.int64) * n_blocks + block
    place = np.minimum(np.searchsorted(keys, wanted), max(keys.size - 1, 0))
    if keys.size == 0:
        return np.full(wanted.size, -1, dtype=np.int32)
    return np.where(keys[place] == wanted, visible.lead_snp[place], -1).astype(np.int32)


def _index_of(ids: IntArray, n: int) -> NDArray[np.int32]:
    index = np.full(n, -1, dtype=np.int32)
    index[ids] = np.arange(ids.size, dtype=np.int32)
    return index


def is_predictable(pairs: LocusPairs, is_hidden: BoolArray, n_blocks: int, n_molecules: int) -> BoolArray:
    """Mark the hidden pairs whose block and molecule both occur among the visible ones (protocol S1)."""
    visible = ~is_hidden
    block_seen = np.bincount(pairs.block[visible], minlength=n_blocks) > 0
    molecule_seen = np.bincount(pairs.molecule[visible], minlength=n_molecules) > 0
    marked: BoolArray = is_hidden & block_seen[pairs.block] & molecule_seen[pairs.molecule]
    return marked
