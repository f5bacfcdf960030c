"""``locusgraph attach``, and ``--attach`` of the commands on people: results of files in the graph."""

import json
from pathlib import Path

import pytest

from services.graph.store import Store
from tests.api.cli.conftest import Run
from tests.services.mixed_models.cohort import Cohort, write_cohort

pytestmark = pytest.mark.store


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)


def words(cohort: Cohort, command: str, *more: str, trait: str = "height") -> tuple[str, ...]:
    return (command, str(cohort.bed), "--phenotypes", str(cohort.traits), "--trait", trait, *more)


def test_attach__of_a_scan_is_what_gwas_attach_does_in_one_go(store: Store, run: Run, cohort: Cohort) -> None:
    at_once = run(*words(cohort, "gwas", "--attach", "EFO:0004339", "--build", "hg19", "--json"))
    assert at_once.exit_code == 0, at_once.stderr
    report = json.loads(at_once.stdout)
    assert report["files"] == []
    out = str(cohort.folder / "height")
    assert run(*words(cohort, "gwas", "--out", out)).exit_code == 0
    shown = run("attach", f"{out}.gwas.run.json", "--trait", "EFO:0004339", "--build", "GRCh37", "--json")
    later = json.loads(shown.stdout)
    assert (later["status"], later["load_status"]) == ("unchanged", "unchanged")
    assert {name: later[name] for name in ("run_id", "study_id", "load_id", "h2", "n_edges")} == {
        name: report["attached"][name] for name in ("run_id", "study_id", "load_id", "h2", "n_edges")
    }
