"""From files to GraphQL: LD scores, heritability, categories, cell types and a genetic correlation of a small world."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.settings import Settings
from tests.api.browser import open_browser
from tests.api.cli.conftest import Run
from tests.api.graph_rows import Cypher
from tests.conftest import EMPTYING
from tests.services.statistics.small_world import N_SNPS, key_of, load_world

pytestmark = [pytest.mark.store, pytest.mark.slow]
FEW = ("--blocks", "20")
PANEL_WORDS = ("--window-kb", "500", "--annotation", "marks", "--pairs", "0.2", "--processes", "1")


@pytest.fixture(scope="module", autouse=True)
def _world(run_cypher: Cypher, api_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A loaded panel, two annotations and a GWAS of two traits."""
    for statement in EMPTYING:
        run_cypher(statement)
    with open_store(api_settings) as store:
        prepare_database(store, "GRCh37")
        load_world(store, api_settings, tmp_path_factory.mktemp("world"))
    yield
    for statement in EMPTYING:
        run_cypher(statement)


def answer(run: Run, *words: str) -> dict[str, Any]:
    shown = run(*words, "--json")
    assert shown.exit_code == 0, shown.stderr or shown.exception
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def test_statistics__go_from_the_command_line_to_graphql(run: Run, api_settings: Settings) -> None:
    early = run("h2", "T:1")
    assert early.exit_code == 1
    assert "locusgraph ldscore PANEL" in early.stderr

    scores = answer(run, "ldscore", "panel", *PANEL_WORDS)
    assert (scores["status"], scores["n_matched"], scores["names"][0]) == ("computed", 2 * N_SNPS, "base")
    assert answer(run, "ldscore", "panel", *PANEL_WORDS)["status"] == "unchanged"

    heritability, again = (answer(run, "h2", "T:1", "T:1", "T:2", *FEW)["results"] for _ in range(2))
    assert [row["status"] for row in heritability + again] == ["computed"] * 2 + ["unchanged"] * 2
    partition = answer(run, "partition", "T:1", *FEW)
    cells = answer(run, "celltypes", "T:1", "--cell-types", "marks/active", *FEW)
    correlation = answer(run, "rg", "T:1", "T:2", *FEW)["results"][0]
    noted = [(entry["event"], entry["state"]) for entry in answer(run, "audit")["entries"]]
    assert noted[:2] == [("h2", "begun"), ("h2", "failed")]
    assert [name for name, state in noted if state == "done"] == (
        ["ldscore"] * 2 + ["h2"] * 2 + ["partition", "celltypes", "rg"]
    )

    with open_browser(create_app(api_settings)) as browser:
        shown = browser.ask(
            """query($snp: ID!) { trait(id: "T:1") {
                 heritability { h2 h2Se flags isStale run { id inputs } study { id } }
                 enrichment(orderBy: TAU_P) { nodes { model tau tauSe enrichment annotation { id } run { id } } }
                 geneticCorrelations { nodes { rg rgSe otherTrait { id } run { id } } } }
               snp(id: $snp) { ldScore ldScoreRun { id } expectedHeritability { nodes { trait { id } run { id } } }
                 ldPartners { nodes { rSquared } } }
               annotation(id: "marks/active") { enrichedTraits { nodes { trait { id } } } } }""",
            snp=key_of(1, 5),
        )
    assert "errors" not in shown, shown
    trait, snp = shown["data"]["trait"], shown["data"]["snp"]
    assert trait["heritability"]["h2"] == heritability[0]["h2"]
    assert trait["heritability"]["run"]["id"] == heritability[0]["run_id"]
    assert (trait["heritability"]["isStale"], trait["heritability"]["study"]) == (False, {"id": "gwas"})
    assert any(line.startswith("statistics=") for line in trait["heritability"]["run"]["inputs"])
    by_model = {(row["model"], row["annotation"]["id"]): row for row in trait["enrichment"]["nodes"]}
    assert set(by_model) == {("s-ldsc", "marks/active"), ("s-ldsc", "marks/quiet"), ("cell-types", "marks/active")}
    assert by_model["cell-types", "marks/active"]["tau"] == cells["cell_types"][0]["tau"]
    tau_of = {row["annotation_id"]: row["tau"] for row in partition["categories"]}
    assert by_model["s-ldsc", "marks/quiet"]["tau"] == tau_of["marks/quiet"]
    assert [row["rg"] for row in trait["geneticCorrelations"]["nodes"]] == [correlation["rg"]]
    assert snp["ldScoreRun"] == {"id": scores["run_id"]}
    assert snp["ldScore"] > 1
    assert snp["expectedHeritability"]["nodes"] == [{"trait": {"id": "gwas/T:1"}, "run": {"id": partition["run_id"]}}]
    assert snp["ldPartners"]["nodes"][0]["rSquared"] >= 0.2
    assert {row["trait"]["id"] for row in shown["data"]["annotation"]["enrichedTraits"]["nodes"]} == {"gwas/T:1"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("h2", "nobody"), "nobody"),
        (("ldscore", "nobody"), "no loaded LD panel is called 'nobody'"),
        (("celltypes", "T:1", "--cell-types", "nobody"), "nobody"),
        (("h2", "T:1", "--study", "nobody"), "nobody"),
        (("partition", "T:1", "--quantiles", "nobody"), "nobody"),
    ],
)
def test_statistics__of_what_is_not_loaded_are_refused(run: Run, words: tuple[str, ...], message: str) -> None:
    answer(run, "ldscore", "panel", *PANEL_WORDS)
    shown = run(*words, COLUMNS="400")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert message in shown.stderr
    assert "Traceback" not in shown.stderr


def test_statistics__of_a_removed_study_are_shown_no_more(run: Run, api_settings: Settings) -> None:
    answer(run, "ldscore", "panel", *PANEL_WORDS)
    answer(run, "h2", "T:1", *FEW)
    answer(run, "studies", "remove", "gwas")
    with open_browser(create_app(api_settings)) as browser:
        gone = browser.ask('{ trait(id: "T:1") { heritability { h2 } } }')
    assert gone["data"]["trait"] is None or gone["data"]["trait"]["heritability"] is None
