"""From findings to the records of a report."""

import numpy as np
import pytest

from services.graph.store import Store
from services.search.gwas import GwasStudy, Statistics
from services.search.linkage import Linkage
from services.search.listing import Findings, list_candidates, list_loci
from services.search.neighbours import Proposal
from services.search.options import CandidateOptions
from services.search.testing import judge_candidates
from services.settings import Settings
from tests.services.search.tables import snp_table

pytestmark = pytest.mark.store

KEYS = [f"GRCh37:{chromosome}:{position}:A:G" for chromosome, position in [(1, 10), (1, 400), (2, 10), (3, 10)]]


def _findings(settings: Settings, neg_log10_p: list[float] | None, limit: int = 50) -> Findings:
    snps = snp_table([{"key": key, "block": None} for key in KEYS])
    linkage = Linkage(snps, r_squared=0.1, window_bp=1_000_000)
    candidates, statistics, outcome, study = np.array([2, 0, 3, 1]), None, None, None
    if neg_log10_p is not None:
        p, unknown = np.array(neg_log10_p), np.full(4, np.nan)
        statistics = Statistics(p, unknown, unknown, unknown, unknown)
        outcome = judge_candidates(p, candidates, linkage, 0.05)
        study = GwasStudy("gwas", True, None, (), None, None, 0, settings.home)
    return Findings(
        trait_id="EFO:1", options=CandidateOptions(limit=limit), snps=snps, linkage=linkage, candidates=candidates,
        proposals=[Proposal(KEYS[row], 1.0 - row / 10, "q") for row in candidates],
        is_assessed=np.array([True, True, True, False]), hits={}, model=None,
        study=study, statistics=statistics, outcome=outcome,
    )  # fmt: skip


def test_list_candidates__untested_come_by_rank_up_to_the_limit(store: Store, settings: Settings) -> None:
    found = list_candidates(store, _findings(settings, None, limit=3), [])
    assert [(c.key, c.rank, c.novelty, c.is_significant) for c in found] == [
        (KEYS[2], 1, "not tested", None),
        (KEYS[0], 2, "not tested", None),
        (KEYS[3], 3, "not tested", None),
    ]
    assert list_loci(store, _findings(settings, None), []) == ()


def test_list_candidates__tested_come_by_p_with_every_significant_one(store: Store, settings: Settings) -> None:
    found = list_candidates(store, _findings(settings, [400.0, 3.0, 0.1, 5.0], limit=1), [])
    assert [(c.key, c.p_value, c.novelty, c.rank) for c in found] == [
        (KEYS[0], "1E-400", "novel", 2),
        (KEYS[3], "1E-5", "not assessed", 3),
        (KEYS[1], "1E-3", "novel", 4),
    ]


def test_list_loci__are_clumps_with_the_lead_first(store: Store, settings: Settings) -> None:
    found = list_loci(store, _findings(settings, [3.0, 9.0, 0.1, 5.0]), [])
    assert [(locus.lead, locus.members, locus.start_bp, locus.end_bp, locus.novelty) for locus in found] == [
        (KEYS[1], (KEYS[1], KEYS[0]), 10, 400, "novel"),
        (KEYS[3], (KEYS[3],), 10, 10, "not assessed"),
    ]
    assert found[0].ld_source == "distance up to 1,000,000 bp"
