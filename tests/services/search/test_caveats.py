"""Warnings that stand beside a result."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.graph.store import Store
from services.search import CandidateOptions, CovariateCheck, Discoveries, FalseDiscoveryTest, caveats
from services.search.exclusion import Unplaced
from services.search.gwas import GwasStudy
from services.search.ld_panel import LdPanel
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.search.world import World

pytestmark = pytest.mark.store

GWAS = GwasStudy("gwas", True, "European", ("UKB", "GIANT"), 100, 5e-8, 3, Path("t"))


def _panel(ancestry: str | None, bed: Path = Path(__file__)) -> LdPanel:
    return LdPanel("panel", ancestry, "GRCh37", bed, Path("t"))


@pytest.mark.parametrize(
    ("panel", "study", "warning"),
    [
        (_panel("African"), GWAS, "LD panel panel is African, GWAS gwas is European: r² may differ"),
        (_panel(None), GWAS, "the ancestry of panel is not given, so r² of panel panel may not fit"),
        (_panel("European"), replace(GWAS, ancestry=None), "the ancestry of gwas is not given"),
    ],
)
def test_warn_of_linkage__names_foreign_and_unknown_ancestry(panel: LdPanel, study: GwasStudy, warning: str) -> None:
    (found,) = caveats.warn_of_linkage([panel], panel, [study], has_blocks=True)
    assert warning in found


def test_warn_of_linkage__is_silent_where_ancestry_fits() -> None:
    panel = _panel("european")
    assert caveats.warn_of_linkage([panel], panel, [GWAS], has_blocks=True) == []


@pytest.mark.parametrize(("has_blocks", "rest"), [(True, "LD blocks and distance"), (False, "distance alone")])
def test_warn_of_linkage__says_what_stands_for_a_missing_panel(tmp_path: Path, has_blocks: bool, rest: str) -> None:
    gone = _panel("European", tmp_path / "gone.bed")
    assert caveats.warn_of_linkage([gone], None, [GWAS], has_blocks=has_blocks) == [
        "LD panel panel: its file gone.bed is gone, so it was not used",
        f"no LD panel could be used: linkage rests on {rest}",
    ]


def test_warn_of_cohorts__names_shared_and_unknown_ones(store: Store, settings: Settings, cypher: Cypher) -> None:
    world = World(settings)
    world.study("mqtl", "mqtl", cohorts=["UKB", "TwinsUK"])
    world.study("eqtl", "eqtl")
    world.write(cypher)
    assert caveats.warn_of_cohorts(store, [GWAS], sorted(world.load_ids)) == [
        "GWAS gwas and molecular study mqtl share the cohorts UKB: their evidence is not independent",
        "the cohorts of eqtl are not given, so shared people cannot be ruled out",
    ]


def test_warn_of_places__counts_and_names() -> None:
    keys = tuple(f"rs{number}" for number in range(5))
    found = caveats.warn_of_places(Unplaced((), 2, keys, (3,), is_anywhere=False))
    assert found[0].startswith("2 known SNPs have no place")
    assert "rs0, rs1, rs2 and 2 more" in found[1]
    assert found[1].endswith("on their chromosomes")
    assert caveats.warn_of_places(Unplaced((), 0, (), (), is_anywhere=False)) == []


def test_warn_of_thresholds__when_the_graph_holds_less_than_asked() -> None:
    (found,) = caveats.warn_of_thresholds([GWAS], CandidateOptions(p_threshold=1e-5))
    assert found.startswith("study gwas keeps p < 5e-08 in the graph")
    assert caveats.warn_of_thresholds([GWAS], CandidateOptions()) == []


def test_warn_of_choice__says_why_nothing_is_tested_or_what_else_could_be() -> None:
    truncated, other = replace(GWAS, study_id="hits", is_complete=False), replace(GWAS, study_id="other")
    assert caveats.warn_of_choice([truncated, GWAS], None) == [
        "the candidates cannot be tested; hits: only hits are published (truncated); "
        "gwas: complete, but holds no candidate"
    ]
    assert caveats.warn_of_choice([truncated, GWAS, other], GWAS)[0].endswith("not looked at: other")
    assert caveats.warn_of_choice([GWAS], GWAS) == caveats.warn_of_choice([], None) == []


@pytest.mark.parametrize(
    ("p_value", "histogram_p", "is_warned"), [(0.3, 0.2, False), (0.005, 0.2, True), (0.3, 1e-4, True)]
)
def test_warn_of_checks__when_the_score_seems_to_know_p(p_value: float, histogram_p: float, is_warned: bool) -> None:
    check = CovariateCheck("candidates", 0.5, 300, 0.1, (0.0, 0.2), p_value, 4, 9.0, 12, histogram_p, None)
    unchecked = CovariateCheck("others", 0.5, None, None, None, None, None, None, None, None, "too few")
    found = Discoveries(3, 2)
    test = FalseDiscoveryTest(0.05, 300, 9, found, found, None, "score", (), (unchecked, check))
    warnings = caveats.warn_of_checks(test)
    assert bool(warnings) == is_warned
    assert all("trust the unweighted false discovery test" in warning for warning in warnings)
    assert caveats.warn_of_checks(replace(test, weighted=None, reason="too few candidates")) == []
    assert caveats.warn_of_checks(None) == []
