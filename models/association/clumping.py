"""Greedy clumping: each clump is led by its strongest item and holds what is linked to the lead."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

IndexArray = NDArray[np.int64]
Linked = Callable[[int, IndexArray], NDArray[np.bool_]]


def clump(strength: NDArray[np.float64], is_linked: Linked) -> IndexArray:
    """Lead of each item's clump.

    The strongest item leads the first clump and takes every item linked to it; the strongest of those left leads the
    next one, and so on. Among equals the smaller index is first, so sort the items by name for a result that does not
    depend on their order.

    Parameters
    ----------
    strength
        Minus log10 p, or anything that grows with importance (n).
    is_linked
        Called with a lead and the indices still free; says for each whether it is linked to the lead.

    Returns
    -------
    NDArray[np.int64]
        Index of the lead of each item; a lead's own index stands at its place (n).

    References
    ----------
    Purcell et al. 2007, doi:10.1086/519795 (``--clump``).
    """
    lead_of = np.full(len(strength), -1, dtype=np.int64)
    remaining = np.lexsort((np.arange(len(strength)), -np.asarray(strength, dtype=np.float64)))
    while remaining.size:
        lead, rest = int(remaining[0]), remaining[1:]
        linked = is_linked(lead, rest) if rest.size else np.zeros(0, dtype=np.bool_)
        lead_of[lead] = lead
        lead_of[rest[linked]] = lead
        remaining = rest[~linked]
    return lead_of
