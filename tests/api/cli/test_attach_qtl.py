"""``locusgraph attach`` of a map of molecular traits."""

import json
from pathlib import Path

import pytest

from services.graph.store import Store
from services.settings import Settings
from tests.api.cli.conftest import Run
from tests.services.mixed_models.qtl_cohort import QtlCohort, write_qtl_cohort


@pytest.fixture
def api_settings(settings: Settings) -> Settings:
    """A state folder for each test, as the store is emptied before each."""
    return settings


@pytest.fixture
def cohort(tmp_path: Path) -> QtlCohort:
    return write_qtl_cohort(tmp_path)


def map_to(run: Run, cohort: QtlCohort) -> str:
    """Map into files; the description."""
    out = str(cohort.folder / "blood")
    shown = run("qtl", str(cohort.bed), "--traits", str(cohort.traits), "--permutations", "0", "--out", out)
    assert shown.exit_code == 0, shown.stderr
    return f"{out}.qtl.run.json"


@pytest.mark.store
def test_attach__brings_a_map_into_the_graph(store: Store, run: Run, cohort: QtlCohort) -> None:
    file = map_to(run, cohort)
    words = ("attach", file, "--kind", "eqtl", "--build", "hg19", "--tissue", "blood", "--p-threshold", "1e-4")
    shown = run(*words)
    assert shown.exit_code == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    for part in (
        "QTL in the graph study qtl-",
        "(eqtl, loaded) tissue blood positions GRCh37 people 90",
        "kept in the study's full table (complete)",
        "edges with p < 0.0001",
    ):
        assert part in text, text
    again = json.loads(run(*words, "--json").stdout)
    assert (again["status"], again["kind"], again["tissue"]) == ("unchanged", "eqtl", "blood")
    assert again["n_edges"] > 0
    assert again["study_id"] in run("studies", "list").stdout


def test_attach__wrong_words_about_a_map_are_said_without_a_graph(run_offline: Run, cohort: QtlCohort) -> None:
    file = map_to(run_offline, cohort)
    scan = Path(file).with_name("x.gwas.run.json")
    scan.write_text("{}")
    for typed, exit_code, message in (
        ((file, "--build", "hg19"), 2, "--kind eqtl or --kind mqtl is needed"),
        ((file, "--kind", "eqtl"), 2, "--build is needed"),
        ((file, "--kind", "eqtl", "--build", "hg19", "--trait", "x", "--unit", "y"), 2, "--trait, --unit is about a"),
        ((str(scan), "--build", "hg19"), 2, "--trait is needed"),
        ((str(scan), "--build", "hg19", "--trait", "x", "--tissue", "y"), 2, "--tissue is about a map"),
        ((str(scan), "--build", "hg19", "--trait", "x", "--significant"), 2, "--significant is about a map"),
    ):
        shown = run_offline("attach", *typed)
        assert shown.exit_code == exit_code, shown.stderr
        assert message in " ".join(shown.stderr.replace("│", " ").split())
