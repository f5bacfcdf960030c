"""``locusgraph attach``, and ``--attach`` of the commands on people: results of files in the graph."""

import json
from pathlib import Path

import pytest

from services.graph.store import Store
from services.settings import Settings
from tests.api.cli.conftest import Run
from tests.services.mixed_models.cohort import Cohort, write_cohort

HEIGHT = "EFO:0004339"


@pytest.fixture
def api_settings(settings: Settings) -> Settings:
    """A state folder for each test, as the store is emptied before each."""
    return settings


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return write_cohort(tmp_path)


def words(cohort: Cohort, command: str, *more: str, trait: str = "height") -> tuple[str, ...]:
    return (command, str(cohort.bed), "--phenotypes", str(cohort.traits), "--trait", trait, *more)


@pytest.mark.store
def test_attach__of_a_scan_is_what_gwas_attach_does_in_one_go(store: Store, run: Run, cohort: Cohort) -> None:
    at_once = run(*words(cohort, "gwas", "--attach", HEIGHT, "--build", "hg19", "--json"))
    assert at_once.exit_code == 0, at_once.stderr
    report = json.loads(at_once.stdout)
    assert report["files"] == []
    out = str(cohort.folder / "height")
    assert run(*words(cohort, "gwas", "--out", out)).exit_code == 0
    shown = run("attach", f"{out}.gwas.run.json", "--trait", HEIGHT, "--build", "GRCh37", "--json")
    later = json.loads(shown.stdout)
    assert (later["status"], later["load_status"]) == ("unchanged", "unchanged")
    assert {name: later[name] for name in ("run_id", "study_id", "load_id", "h2", "n_edges")} == {
        name: report["attached"][name] for name in ("run_id", "study_id", "load_id", "h2", "n_edges")
    }


@pytest.mark.store
def test_attach__tells_people_what_became_of_scan_and_reml(store: Store, run: Run, cohort: Cohort) -> None:
    out = str(cohort.folder / "height")
    more = ("--attach", "my height", "--build", "GRCh37", "--study", "mine", "--out", out)
    shown = run(*words(cohort, "gwas", *more))
    assert shown.exit_code == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    for part in (
        "association of each SNP",
        f"written {out}.gwas.run.json",
        "scan in the graph trait my height (mine/my height) study mine (loaded) positions GRCh37 people 120",
        "SNPs of the table 148 kept in the study's full table 148",
        "PVE (h2 of the SNPs) 0.",
        "computed and shown in release 2",
        "The graph had no trait of this id or name, so it is a new one",
        'next locusgraph h2 "mine/my height" --study mine',
    ):
        assert part in text, text
    assert "locusgraph attach" not in text
    text = " ".join(run(*words(cohort, "reml", "--by", "chromosome", "--attach", "my height")).stdout.split())
    for part in (
        "variance components in the graph trait my height (mine/my height) model reml-chromosomes people 120 h2 0.",
        "written properties of the trait",
        "3 parts part share of variance ± se",
    ):
        assert part in text, text
    text = " ".join(run(*words(cohort, "reml", "--out", out)).stdout.split())
    assert f"next locusgraph attach {out}.reml.run.json --trait TRAIT" in text
    shown = run("attach", f"{out}.reml.run.json", "--trait", "mine/my height", "--json")
    assert json.loads(shown.stdout)["model"] == "reml"


@pytest.mark.store
def test_reml__that_does_not_converge_is_kept_and_exits_with_1(store: Store, run: Run, cohort: Cohort) -> None:
    run(*words(cohort, "gwas", "--attach", HEIGHT, "--build", "GRCh37"))
    shown = run(*words(cohort, "reml", "--max-iterations", "1", "--attach", HEIGHT))
    assert shown.exit_code == 1
    assert "written nothing: it did not converge" in " ".join(shown.stdout.split())


@pytest.mark.store
def test_gwas__unknown_traits_and_builds_are_said_before_the_scan(store: Store, run: Run, cohort: Cohort) -> None:
    shown = run(*words(cohort, "reml", "--attach", "nothing like it"))
    assert shown.exit_code == 1
    assert "no trait is called 'nothing like it'" in " ".join(shown.stderr.split())
    assert shown.stdout == ""


@pytest.mark.parametrize(
    ("more", "exit_code", "message"),
    [
        (("gwas", "--attach", HEIGHT), 2, "--build is needed to attach a scan"),
        (("gwas", "--attach", HEIGHT, "--build", "mm10"), 1, "a genome build must be one of GRCh37"),
        (("gwas", "--build", "GRCh37", "--study", "x"), 2, "--study says what a scan is in the graph"),
        (("gwas", "--attach", HEIGHT, "--build", "hg19", "--study", "a b"), 1, "study must be letters"),
        (
            ("reml", "--attach", "a", "--attach", "b"),
            2,
            "--attach names the trait of the graph for each --trait: 2 for 1",
        ),
    ],
)
def test_attach_option__wrong_words_are_said_without_a_graph(
    run_offline: Run, cohort: Cohort, more: tuple[str, ...], exit_code: int, message: str
) -> None:
    shown = run_offline(*words(cohort, *more))
    assert shown.exit_code == exit_code, shown.stderr
    assert message in _plain(shown.stderr)


def test_attach__wrong_files_and_words_are_said_without_a_graph(run_offline: Run, cohort: Cohort) -> None:
    out = cohort.folder / "height"
    assert run_offline(*words(cohort, "gwas", "--out", str(out))).exit_code == 0
    assert run_offline(*words(cohort, "reml", "--out", str(out))).exit_code == 0
    scan, reml = f"{out}.gwas.run.json", f"{out}.reml.run.json"
    for typed, exit_code, message in (
        ((f"{out}.gwas.parquet", "--trait", HEIGHT), 2, "name the file that ends in .gwas.run.json or .reml.run.json"),
        ((scan, "--trait", HEIGHT), 2, "--build is needed"),
        ((scan, "--trait", HEIGHT, "--trait", "x", "--build", "hg19"), 2, "a scan is of one trait"),
        ((scan, "--trait", HEIGHT, "--build", "hg19", "--p-threshold", "2"), 1, "p_threshold must be a number above 0"),
        ((reml, "--trait", HEIGHT, "--build", "hg19", "--trait-name", "x"), 2, "--build, --trait-name is about a scan"),
        ((f"{out}.none", "--trait", HEIGHT), 2, "does not exist"),
    ):
        shown = run_offline("attach", *typed)
        assert shown.exit_code == exit_code, shown.stderr
        assert message in _plain(shown.stderr)


def _plain(text: str) -> str:
    return " ".join(text.replace("│", " ").split())
