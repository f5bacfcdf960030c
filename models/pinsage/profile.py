"""Walk profiles: spectral features of LD blocks from expected visits, and SNPs projected by their own visits."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import eigh
from scipy.sparse.linalg import eigsh

from models.pinsage.bipartite import FloatArray, IntArray
from models.pinsage.ld_jump import Place
from models.pinsage.settings import PinSageSettings
from models.pinsage.visits import ExpectedVisits
from models.pinsage.walk_graph import WalkGraph
from models.pinsage.walks import WalkPlan, sample_visits

_CHUNK_ROWS = 4096
_DENSE_EIGEN_LIMIT = 400
_KEPT_BYTES = 600_000_000

VisitFunction = Callable[[Place, sparse.csr_matrix], FloatArray]


@dataclass(frozen=True, eq=False)
class VisitRows:
    """What the walks from some nodes (SNPs or blocks) say of them.

    Attributes
    ----------
    features
        Shape (nodes, n_dimensions): position in the space of walk profiles; zero where no walk leaves the node.
    neighbour, neighbour_weight
        Shape (nodes, n_neighbours): most visited blocks (-1 = none) and visits, L1-normalised.
    strength
        Shape (nodes,): expected evidence weight, degree times visits.
    """

    features: FloatArray
    neighbour: IntArray
    neighbour_weight: FloatArray
    strength: FloatArray


@dataclass(frozen=True, eq=False)
class WalkProfile:
    """The space of walk profiles of one walk graph.

    Attributes
    ----------
    blocks
        Features and neighbours of every block.
    projection
        Shape (n_blocks, n_dimensions): from a node's transformed visits to its features.
    block_scale
        Shape (n_blocks,): D^-1/2, 0 for blocks that no walk reaches.
    prior_visits
        What D adds to every block's visits.
    visit
        Gives the visits, shape (starts, n_blocks), of walks from SNPs.
    """

    blocks: VisitRows
    projection: FloatArray
    block_scale: FloatArray
    prior_visits: float
    visit: VisitFunction


def fit_profile(walk_graph: WalkGraph, settings: PinSageSettings, *, seed: int) -> WalkProfile:
    """Compute the walk profile of all blocks: top eigenpairs of log(1 + a D^-1/2 K D^-1/2).

    K[a, b] is the sum over lead SNPs of block a, weighted by their degree, of their visits to block b, symmetrised.

    References
    ----------
    Qin & Rohe 2013, NeurIPS 26, "Regularized spectral clustering under the degree-corrected stochastic blockmodel":
    D plus its mean.
    """
    visit = visit_function(walk_graph, settings, seed=seed)
    visits = _visits_between_blocks(walk_graph, visit)
    total = visits.sum(axis=1, dtype=np.float64)
    prior_visits = settings.regularisation * float(total[total > 0].mean()) if total.any() else 0.0
    scale = np.sqrt(total + prior_visits)
    block_scale = np.divide(1.0, scale, out=np.zeros_like(total), where=total > 0).astype(np.float32)
    similarity = np.log1p(settings.log_scale * block_scale[:, None] * visits * block_scale[None, :])
    values, vectors = _top_eigenpairs(similarity, settings.n_dimensions)
    features = (vectors * values**settings.eigenvalue_power).astype(np.float32)
    inverse = np.divide(values**settings.eigenvalue_power, values, out=np.zeros_like(values), where=values > 0)
    neighbour, weight = most_visited(visits, settings.n_neighbours)
    return WalkProfile(
        blocks=VisitRows(features, neighbour, weight, total.astype(np.float32)),
        projection=(vectors * inverse).astype(np.float32),
        block_scale=block_scale,
        prior_visits=prior_visits,
        visit=visit,
    )


def project_snps(
    profile: WalkProfile, walk_graph: WalkGraph, start: Place, jump: sparse.csr_matrix, settings: PinSageSettings
) -> VisitRows:
    """Place SNPs in the space of a profile by their own visits, chunk by chunk.

    Parameters
    ----------
    profile, walk_graph
        The space and the walks it came from.
    start, jump
        The SNPs and their first LD jump, shape (starts, leads).
    settings
        Scale of the logarithm, number of neighbours.
    """
    degree = (jump @ walk_graph.lead_degree).astype(np.float32)
    chunks = [
        _project_chunk(profile, start, jump, degree, slice(low, low + _CHUNK_ROWS), settings)
        for low in range(0, max(start.snp.size, 1), _CHUNK_ROWS)
    ]
    return VisitRows(
        np.concatenate([chunk.features for chunk in chunks]),
        np.concatenate([chunk.neighbour for chunk in chunks]),
        np.concatenate([chunk.neighbour_weight for chunk in chunks]),
        np.concatenate([chunk.strength for chunk in chunks]),
    )


def align_profile(profile: WalkProfile, target: WalkProfile) -> WalkProfile:
    """Rotate a profile onto another one: the orthogonal R that minimises |Z R - Z_target| (Procrustes).

    References
    ----------
    Schönemann 1966, Psychometrika 31:1, doi:10.1007/BF02289451.
    """
    cross = profile.blocks.features.astype(np.float64).T @ target.blocks.features.astype(np.float64)
    left, _, right = np.linalg.svd(cross)
    rotation = (left @ right).astype(np.float32)
    blocks = replace(profile.blocks, features=profile.blocks.features @ rotation)
    return replace(profile, blocks=blocks, projection=profile.projection @ rotation)


def visit_function(walk_graph: WalkGraph, settings: PinSageSettings, *, seed: int) -> VisitFunction:
    """Choose expected or sampled visits: the exact law while its table fits, walks beyond."""
    expected = ExpectedVisits(walk_graph, n_hops=settings.n_hops, decay=settings.hop_decay)
    fits = expected.table_bytes <= settings.expected_limit_bytes
    if settings.visits == "expected" or (settings.visits == "auto" and fits):
        return expected
    n_keep = min(walk_graph.n_blocks, settings.n_walks * settings.n_hops)
    plan = WalkPlan(settings.n_walks, settings.n_hops, settings.hop_decay, n_keep, seed)
    return lambda start, jump: _sampled_visits(walk_graph, start, jump, plan)


def forget_visits(profile: WalkProfile) -> None:
    """Free the table behind a profile's visits where it is large; it is made again when asked for."""
    if isinstance(profile.visit, ExpectedVisits) and profile.visit.table_bytes > _KEPT_BYTES:
        profile.visit.forget()


@numba.njit(cache=True)
def _select_most_visited(visits: FloatArray, neighbour: IntArray, weight: FloatArray) -> None:
    """Insert each row's positive entries into a short list sorted by falling weight, then rising block."""
    n_keep = neighbour.shape[1]
    for row in range(visits.shape[0]):
        for block in range(visits.shape[1]):
            value = visits[row, block]
            if value <= weight[row, n_keep - 1]:
                continue
            place = n_keep - 1
            while place > 0 and weight[row, place - 1] < value:
                weight[row, place] = weight[row, place - 1]
                neighbour[row, place] = neighbour[row, place - 1]
                place -= 1
            weight[row, place] = value
            neighbour[row, place] = block


def most_visited(visits: FloatArray, n_neighbours: int) -> tuple[IntArray, FloatArray]:
    """Give each row's most visited blocks (-1 = none) and their visits, L1-normalised; ties to the lower block."""
    neighbour = np.full((visits.shape[0], n_neighbours), -1, dtype=np.int32)
    weight = np.zeros((visits.shape[0], n_neighbours), dtype=np.float32)
    _select_most_visited(np.ascontiguousarray(visits, dtype=np.float32), neighbour, weight)
    total = weight.sum(axis=1, keepdims=True)
    return neighbour, np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)


def _sampled_visits(walk_graph: WalkGraph, start: Place, jump: sparse.csr_matrix, plan: WalkPlan) -> FloatArray:
    counts = sample_visits(walk_graph, start, jump, plan)
    visits = np.zeros((start.snp.size, walk_graph.n_blocks), dtype=np.float32)
    row, place = np.nonzero(counts.label >= 0)
    visits[row, counts.label[row, place]] = counts.count[row, place] / np.float32(plan.n_walks)
    return visits


def _visits_between_blocks(walk_graph: WalkGraph, visit: VisitFunction) -> FloatArray:
    """Sum the leads' visits by block, weighted by degree, and symmetrise."""
    lead, n_blocks = walk_graph.lead, walk_graph.n_blocks
    visits = np.zeros((n_blocks, n_blocks), dtype=np.float32)
    for low in range(0, walk_graph.n_leads, _CHUNK_ROWS):
        rows = np.arange(low, min(low + _CHUNK_ROWS, walk_graph.n_leads))
        chunk = Place(lead.snp[rows], lead.block[rows], lead.position_bp[rows])
        weight = walk_graph.lead_degree[rows]
        gather = sparse.csr_matrix((weight, (chunk.block, np.arange(rows.size))), shape=(n_blocks, rows.size))
        visits += gather @ visit(chunk, walk_graph.jump[rows])
    return ((visits + visits.T) / 2).astype(np.float32)


def _project_chunk(
    profile: WalkProfile,
    start: Place,
    jump: sparse.csr_matrix,
    degree: FloatArray,
    rows: slice,
    settings: PinSageSettings,
) -> VisitRows:
    visits = profile.visit(Place(start.snp[rows], start.block[rows], start.position_bp[rows]), jump[rows])
    total = visits.sum(axis=1)
    weight = degree[rows]
    expected = weight * total + np.float32(profile.prior_visits)
    scale = np.divide(weight, np.sqrt(expected), out=np.zeros_like(total), where=total > 0)
    transformed = np.log1p(settings.log_scale * scale[:, None] * visits * profile.block_scale[None, :])
    neighbour, neighbour_weight = most_visited(visits, settings.n_neighbours)
    return VisitRows(transformed @ profile.projection, neighbour, neighbour_weight, weight * total)


def _top_eigenpairs(similarity: FloatArray, n_dimensions: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the largest positive eigenvalues and their vectors; missing ones are zero columns."""
    active = np.flatnonzero(similarity.any(axis=1))
    core = similarity[np.ix_(active, active)].astype(np.float64)
    n_found = min(n_dimensions, active.size)
    values, vectors = np.zeros(n_dimensions), np.zeros((similarity.shape[0], n_dimensions))
    if n_found == 0:
        return values, vectors
    if active.size <= max(_DENSE_EIGEN_LIMIT, 2 * n_dimensions):
        found_values, found_vectors = eigh(core, subset_by_index=(active.size - n_found, active.size - 1))
    else:
        found_values, found_vectors = eigsh(core, k=n_found, which="LA", v0=np.ones(active.size))
    order = np.argsort(-found_values, kind="stable")
    values[:n_found] = np.maximum(found_values[order], 0.0)
    vectors[active, :n_found] = found_vectors[:, order] * (found_values[order] > 0)
    return values, vectors
