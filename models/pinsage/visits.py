"""Expected visits of LD-aware walks to each LD block, by sparse algebra: the exact law of the sampled walks."""

import numpy as np
from scipy import sparse

from models.pinsage.bipartite import FloatArray, IntArray
from models.pinsage.ld_jump import Place
from models.pinsage.walk_graph import WalkGraph

_CHUNK_BLOCKS = 64


class ExpectedVisits:
    """Gives the expected visits, shape (starts, n_blocks), of walks from SNPs; its table is made when first asked for.

    The table (leads by blocks) is the largest array of a fit: `forget` frees it until it is needed again.
    """

    def __init__(self, walk_graph: WalkGraph, *, n_hops: int, decay: float) -> None:
        self.walk_graph, self.n_hops, self.decay = walk_graph, n_hops, decay
        self._after_jump: FloatArray | None = None

    def __call__(self, start: Place, jump: sparse.csr_matrix) -> FloatArray:
        """Compute the visits of walks whose first LD jump, shape (starts, leads), is given."""
        if self._after_jump is None:
            self._after_jump = hop_visits(self.walk_graph, n_hops=self.n_hops, decay=self.decay)
        return visits_from(jump, self._after_jump, start.block)

    @property
    def table_bytes(self) -> int:
        """Size of the table."""
        return 4 * self.walk_graph.n_leads * self.walk_graph.n_blocks

    def forget(self) -> None:
        """Free the table."""
        self._after_jump = None


def hop_visits(walk_graph: WalkGraph, *, n_hops: int, decay: float) -> FloatArray:
    """Compute the expected visits to each block of a walk whose first LD jump has just landed on a lead SNP.

    Parameters
    ----------
    walk_graph
        Leads, molecules and the LD jump.
    n_hops
        Most hops lead -> molecule -> other lead.
    decay
        Probability to go on after each hop.

    Returns
    -------
    float32 array, shape (n_leads, n_blocks)
        Visits per walk.

    Notes
    -----
    A hop takes a molecule of the lead with a probability proportional to its weight w, then another of its leads at
    random, where the walk is counted and goes on with probability w: T[s, v] = sum over shared molecules c of
    w_sc w_vc / (d_s (n_c - 1)) for v != s, d_s the lead's summed weight, n_c the molecule's number of leads. With L
    the LD jump and G the lead-to-block incidence, the visits are sum over t < n_hops of decay^t (T L)^t T G. T is never
    formed: each product goes through the molecules, for some blocks at a time, so that little else is held.
    """
    there, back = _steps(walk_graph)
    returning = np.asarray(there.multiply(back.T.tocsr()).sum(axis=1)).ravel().astype(np.float32)
    n_leads, n_blocks = walk_graph.n_leads, walk_graph.n_blocks
    ones = np.ones(n_leads, dtype=np.float32)
    here = sparse.csr_matrix((ones, (np.arange(n_leads), walk_graph.lead.block)), shape=(n_leads, n_blocks))
    first = (there @ (back @ here)).tocsc()
    total = np.empty((n_leads, n_blocks), dtype=np.float32)
    for low in range(0, n_blocks, _CHUNK_BLOCKS):
        columns = slice(low, low + _CHUNK_BLOCKS)
        arrived = first[:, columns].toarray(order="C")
        inside = np.flatnonzero((walk_graph.lead.block >= low) & (walk_graph.lead.block < low + _CHUNK_BLOCKS))
        arrived[inside, walk_graph.lead.block[inside] - low] -= returning[inside]
        np.maximum(arrived, 0.0, out=arrived)
        chunk = arrived.copy()
        for hop in range(1, n_hops):
            jumped = walk_graph.jump @ arrived
            arrived = there @ (back @ jumped)
            arrived -= returning[:, None] * jumped
            np.maximum(arrived, 0.0, out=arrived)  # rounding may leave -1e-9 where a molecule only leads back
            chunk += np.float32(decay**hop) * arrived
        total[:, columns] = chunk
    return total


def visits_from(jump: sparse.csr_matrix, visits_after_jump: FloatArray, start_block: IntArray) -> FloatArray:
    """Compute the expected visits of walks from starting SNPs, their own block excluded.

    Parameters
    ----------
    jump
        Shape (starts, leads), the first LD jump.
    visits_after_jump
        Result of `hop_visits`.
    start_block
        LD block of each start.

    Returns
    -------
    float32 array, shape (starts, n_blocks)
    """
    visits: FloatArray = np.asarray(jump @ visits_after_jump, dtype=np.float32)
    visits[np.arange(start_block.size), start_block] = 0.0
    return visits


def _steps(walk_graph: WalkGraph) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Give D_s^-1 W (N_c - 1)^-1, shape (leads, molecules), and W transposed."""
    n_leads, n_molecules = walk_graph.n_leads, walk_graph.n_molecules
    back = sparse.csr_matrix(
        (walk_graph.molecule_weight, walk_graph.molecule_lead, walk_graph.molecule_start), shape=(n_molecules, n_leads)
    )
    n_others = np.diff(walk_graph.molecule_start) - 1
    row = np.repeat(np.arange(n_leads), np.diff(walk_graph.lead_start))
    weight = walk_graph.lead_weight / (walk_graph.lead_degree[row] * n_others[walk_graph.lead_molecule])
    there = sparse.csr_matrix(
        (weight.astype(np.float32), walk_graph.lead_molecule, walk_graph.lead_start), shape=(n_leads, n_molecules)
    )
    return there, back
