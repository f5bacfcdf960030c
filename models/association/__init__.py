"""Association statistics in log space: thresholds, clumps, linkage, matched sets, intervals."""

from models.association.clumping import clump
from models.association.intervals import wilson_interval
from models.association.linkage import squared_correlation
from models.association.matching import Strata, draw_matched_sets, match_strata
from models.association.p_values import abs_z_score, bonferroni_neg_log10, render_p_value
from models.association.two_hop import WeightedEdges, best_of_row, two_hop_scores

__all__ = [
    "Strata",
    "WeightedEdges",
    "abs_z_score",
    "best_of_row",
    "bonferroni_neg_log10",
    "clump",
    "draw_matched_sets",
    "match_strata",
    "render_p_value",
    "squared_correlation",
    "two_hop_scores",
    "wilson_interval",
]
