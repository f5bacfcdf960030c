"""ALS-LD told what PinSage is told of molecules' places, so that a gain by that knowledge alone is seen as such."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.pinsage.bipartite import BipartiteGraph, LocusPairs
from models.pinsage.rankers import ALS_LD, AlsLdSettings, Ranker
from models.pinsage.rankers.als import fit_als_ld_model
from models.pinsage.ranking import Ids, Scorer

NAME = "ALS-LD told homes"
_CIS_WEIGHTS = (0.1, 0.3)


def _fit(graph: BipartiteGraph, pairs: LocusPairs, settings: AlsLdSettings) -> Scorer:
    """ALS-LD in which pairs at home weigh less; a molecule's own block comes before all others."""
    model = fit_als_ld_model(graph, pairs, settings)

    def score(molecules: Ids) -> NDArray[np.float32]:
        scores = model.score_molecule_blocks(molecules)
        home = graph.molecule_home_block[molecules]
        placed = np.flatnonzero(home >= 0)
        scores[placed, home[placed]] = scores[placed].max(axis=1) + 1.0
        return scores

    return score


ALS_LD_HOMES = Ranker(
    NAME, _fit, tuple(replace(settings, cis_weight=weight) for settings in ALS_LD.grid for weight in _CIS_WEIGHTS)
)
