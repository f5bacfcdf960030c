"""The LD jump: from a SNP to lead SNPs of its own block, with probability proportional to r squared.

Here r squared is stood for by a distance kernel; a panel's r squared can replace `ld_kernel`, the walks stay.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from models.pinsage.bipartite import IntArray

_SMALLEST = 1e-30  # smaller kernel values would underflow in float32


@dataclass(frozen=True, eq=False)
class Place:
    """Where SNPs lie.

    Attributes
    ----------
    snp
        Ids, ascending.
    block
        LD block of each.
    position_bp
        1-based position of each; <= 0 = unknown (near no other SNP).
    """

    snp: IntArray
    block: IntArray
    position_bp: NDArray[np.int64]


def jump_probabilities(
    start: Place,
    lead: Place,
    *,
    scale_bp: float,
    minimum: float,
    shared: sparse.csr_matrix | None = None,
    lead_weight: NDArray[np.float32] | None = None,
) -> sparse.csr_matrix:
    """Give the probability that a walk standing at a SNP goes on from each lead SNP of the same block.

    Parameters
    ----------
    start, lead
        Starting SNPs and lead SNPs.
    scale_bp, minimum
        Kernel exp(-distance / scale_bp), 0 where below `minimum`; a lead always reaches itself.
    shared
        Optional kernel values, shape (starts, leads), that hold whatever the distance (a start and a lead of one block
        that are associated with one molecule); the larger of the two kernels counts.
    lead_weight
        Shape (leads,), positive: the probability is proportional to it too; by default all are equal.

    Returns
    -------
    scipy.sparse.csr_matrix
        float32, shape (starts, leads); rows sum to 1, or to 0 where no lead is in reach.
    """
    kernel = ld_kernel(start, lead, scale_bp=scale_bp, minimum=minimum)
    if shared is not None:
        kernel = kernel.maximum(shared).tocsr()
    if lead_weight is not None:
        kernel = (kernel @ sparse.diags(lead_weight.astype(np.float64))).tocsr()
    total = np.asarray(kernel.sum(axis=1)).ravel()
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    jump: sparse.csr_matrix = (sparse.diags(scale) @ kernel).astype(np.float32).tocsr()
    jump.sort_indices()
    return jump


def ld_kernel(start: Place, lead: Place, *, scale_bp: float, minimum: float) -> sparse.csr_matrix:
    """Compute exp(-distance / scale_bp) between starts and leads of the same block, 0 where below `minimum`."""
    start_order, lead_order = np.argsort(start.block, kind="stable"), np.argsort(lead.block, kind="stable")
    blocks = np.intersect1d(start.block, lead.block)
    start_bounds = _bounds(start.block[start_order], blocks)
    lead_bounds = _bounds(lead.block[lead_order], blocks)
    rows, columns, values = [], [], []
    for (start_low, start_high), (lead_low, lead_high) in zip(start_bounds, lead_bounds, strict=True):
        here, there = start_order[start_low:start_high], lead_order[lead_low:lead_high]
        near = _block_kernel(start, here, lead, there, scale_bp)
        row, column = np.nonzero(near >= max(minimum, _SMALLEST))
        rows.append(here[row])
        columns.append(there[column])
        values.append(near[row, column])
    shape = (start.snp.size, lead.snp.size)
    if not rows:
        return sparse.csr_matrix(shape, dtype=np.float64)
    places = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(values), places), shape=shape)


def _block_kernel(
    start: Place, here: NDArray[np.intp], lead: Place, there: NDArray[np.intp], scale_bp: float
) -> NDArray[np.float64]:
    start_position, lead_position = start.position_bp[here][:, None], lead.position_bp[there][None, :]
    near: NDArray[np.float64] = np.exp(-np.abs(start_position - lead_position) / scale_bp)
    near[np.broadcast_to((start_position <= 0) | (lead_position <= 0), near.shape)] = 0.0
    near[start.snp[here][:, None] == lead.snp[there][None, :]] = 1.0
    return near


def _bounds(sorted_block: IntArray, blocks: IntArray) -> NDArray[np.intp]:
    low = np.searchsorted(sorted_block, blocks, side="left")
    high = np.searchsorted(sorted_block, blocks, side="right")
    return np.stack([low, high], axis=1)
