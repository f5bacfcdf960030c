"""Genetic correlation of traits that several complete GWAS hold: the studies that are asked for count."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.graph.store import Store
from services.settings import Settings
from services.statistics import (
    LdScoreRequest,
    NoStatistics,
    RegressionRequest,
    compute_ld_scores,
    estimate_trait_correlation,
    estimate_trait_heritability,
)
from tests.services.statistics.small_world import load_world, write_gwas

pytestmark = pytest.mark.store
TRAITS = ("EFO:0000001", "EFO:0000002")
FIXED = RegressionRequest(n_blocks=20, intercept=1.0, covariance_intercept=0.0)


def test_estimate_trait_correlation__takes_the_studies_that_are_asked_for(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    load_world(
        store,
        settings,
        tmp_path,
        write_gwas(tmp_path, TRAITS, name="first", seed=5),
        write_gwas(tmp_path, TRAITS, name="second", seed=6),
    )
    compute_ld_scores(store, settings, "panel", options=LdScoreRequest(window_kb=500, n_processes=1))
    alone = {
        study: estimate_trait_heritability(store, settings, TRAITS[1], request=replace(FIXED, study=study)).mean_chi2
        for study in ("first", "second")
    }
    assert alone["first"] != alone["second"]
    found = {}
    for studies in (("first", "second"), ("second", "first"), (None, "second")):
        request = replace(FIXED, study=studies[0], second_study=studies[1])
        report = estimate_trait_correlation(store, settings, *TRAITS, request=request)
        shown = (report.first.source.study_id, report.second.source.study_id)
        assert shown == (studies[0] or "first", studies[1])
        found[studies] = report
        assert report.second.mean_chi2 == pytest.approx(alone[str(studies[1])])
    one, other, default = found.values()
    assert one.rg != other.rg
    assert one.run_id == default.run_id != other.run_id
    again = estimate_trait_correlation(store, settings, *TRAITS, request=replace(FIXED, second_study="second"))
    assert (again.status, again.rg) == ("unchanged", one.rg)
    with pytest.raises(NoStatistics, match=r"study gwas must hold complete .* EFO:0000002; the trait's studies: first"):
        estimate_trait_correlation(store, settings, *TRAITS, request=replace(FIXED, second_study="gwas"))
