"""Scans beside a ridge, of several traits in one run, in the graph: each by its own description."""

from pathlib import Path

import pytest

from services.graph.store import Store
from services.mixed_models import RidgeChoices, ScanAttachment, attach_scan, scan_traits
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.mixed_models.cohort import Cohort

pytestmark = pytest.mark.store


def test_attach_scan__each_trait_of_a_ridge_of_several(
    store: Store, settings: Settings, cypher: Cypher, cohort: Cohort
) -> None:
    ridge = RidgeChoices(block_snps=20, is_written=True)
    people = cohort.people("height", "weight")
    reports = scan_traits(cohort.scan(people=people, method="ridge", ridge=ridge, out=cohort.folder / "both"))
    for report, term in zip(reports, ("EFO:0004339", "EFO:0004338"), strict=True):
        request = ScanAttachment(trait=term, build="GRCh37", p_threshold=0.05)
        found = attach_scan(store, settings, Path(report.files[-1]), request)
        assert (found.method, found.test, found.n_people, found.n_rows) == ("ridge", "score", 120, report.n_tested)
        (row,) = cypher("MATCH (t:Trait {trait_id: $id}) RETURN properties(t) AS p", id=term)
        assert row["p"]["lmm_lambda_gc"] == report.lambda_gc["score"]
        assert (row["p"]["lmm_method"], row["p"]["lmm_n"]) == ("ridge", 120)
        assert "lmm_h2" not in row["p"]
    alone = cohort.scan(people=cohort.people("weight"), method="ridge", ridge=ridge, out=cohort.folder / "both.weight")
    (again,) = scan_traits(alone)
    request = ScanAttachment(trait="EFO:0004338", build="GRCh37", p_threshold=0.05)
    assert attach_scan(store, settings, Path(again.files[-1]), request).n_rows == again.n_tested
    repeated = attach_scan(store, settings, Path(scan_traits(alone)[0].files[-1]), request)
    assert (repeated.status, repeated.load_status) == ("unchanged", "unchanged")
    (counted,) = cypher("MATCH (s:SNP) WHERE size(s.lmm_run_ids) = 2 RETURN count(s) AS n")
    assert counted["n"] > 0
