"""The nearest SNPs of a SNP by a model, by position, and by number of CpGs: three ways to recapitulate associations."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from models.pinsage import BipartiteGraph, FittedPinSage
from models.pinsage.recapitulation import Neighbours

PINSAGE, BY_POSITION, MOST_CPGS = "PinSage", "nearest position", "most CpGs"

IntArray = NDArray[np.int32]
Order = Callable[[int], NDArray[np.intp]]


def nearest_finders(
    fitted: Sequence[FittedPinSage], known: BipartiteGraph, *, k: int, is_other_block: bool
) -> dict[str, list[Neighbours]]:
    """Give each method's way to find the k nearest SNPs of SNPs.

    Parameters
    ----------
    fitted
        Models with different seeds.
    known
        The graph they were fitted on; only SNPs with an edge and a block are found.
    k
        SNPs wanted.
    is_other_block
        Leave the query's own LD block out.

    Returns
    -------
    dict
        Of PinSage one entry a model, of the others one.
    """
    degree = np.bincount(known.edge_snp, minlength=known.n_snps)
    candidates = np.flatnonzero((degree > 0) & (known.snp_block >= 0))
    by_degree = candidates[np.lexsort((candidates, -degree[candidates]))]

    def by_position(snp: int) -> NDArray[np.intp]:
        here = candidates[known.snp_chromosome[candidates] == known.snp_chromosome[snp]]
        order: NDArray[np.intp] = here[
            np.argsort(np.abs(known.snp_position_bp[here] - known.snp_position_bp[snp]), kind="stable")
        ]
        return order

    def of(order: Order) -> list[Neighbours]:
        return [partial(_first_allowed, order, block=known.snp_block, k=k, is_other_block=is_other_block)]

    models: list[Neighbours] = [partial(_of_model, model, k=k, is_other_block=is_other_block) for model in fitted]
    return {PINSAGE: models, BY_POSITION: of(by_position), MOST_CPGS: of(lambda _snp: by_degree)}


def _of_model(model: FittedPinSage, asked: IntArray, *, k: int, is_other_block: bool) -> IntArray:
    return model.nearest_snps(asked, k, exclude_same_block=is_other_block)[0]


def _first_allowed(order: Order, asked: IntArray, *, block: IntArray, k: int, is_other_block: bool) -> IntArray:
    """Take the first k of an order of SNPs for each query, without itself or, where asked, without its LD block."""
    found = np.full((asked.size, k), -1, dtype=np.int32)
    for row, snp in enumerate(asked.tolist()):
        listed = order(snp)
        is_allowed = block[listed] != block[snp] if is_other_block else listed != snp
        chosen = listed[is_allowed][:k]
        found[row, : chosen.size] = chosen
    return found
