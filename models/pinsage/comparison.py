"""Which of two methods ranks held-out pairs better: the paired difference in hit@50, resampled by LD block."""

import numpy as np

from models.pinsage.bipartite import LocusPairs
from models.pinsage.evaluation.intervals import Measure, draw_blocks
from models.pinsage.ranking import Ranks

_CUTOFF = 50


def hit_difference(ours: Ranks, theirs: Ranks, targets: LocusPairs, *, seed: int, n_bootstrap: int = 1000) -> Measure:
    """Hit@50 of one ranking minus that of another over the same targets, with its 95 % interval over LD blocks.

    Parameters
    ----------
    ours, theirs
        Rank of each target (n).
    targets
        The held-out pairs ranked.
    seed, n_bootstrap
        Of the resamples of blocks.
    """
    value = (ours <= _CUTOFF).astype(np.float64) - (theirs <= _CUTOFF)
    return draw_blocks(targets.block, np.random.default_rng([seed, 29]), n_bootstrap).mean(value)
