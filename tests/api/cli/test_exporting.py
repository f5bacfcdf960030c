"""``locusgraph export graph`` and ``export candidates`` on the small graph of a real Neo4j."""

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from graph_schema import EDGES
from services.graph.query_files import list_queries
from services.graph.store import Store
from services.settings import Settings
from services.sharing import ExportError, export_graph
from services.sharing.parts import list_parts
from tests.api.cli.conftest import Run
from tests.api.graph_rows import LEAD, Cypher, write_release

pytestmark = pytest.mark.store


def _read(path: Path) -> pl.DataFrame:
    if path.suffix == ".parquet":
        return pl.read_parquet(path)
    return pl.read_csv(path, separator="\t", infer_schema_length=None)


@pytest.fixture(scope="module", params=["tsv", "parquet"])
def exported(request: pytest.FixtureRequest, graph: Store, api_settings: Settings, tmp_path_factory: Any) -> Path:
    """The small graph as files, written a row or two at a time."""
    settings = api_settings.model_copy(update={"export_fetch_rows": 2})
    folder = tmp_path_factory.mktemp("export") / "graph"
    with Store(graph.address, settings) as store:
        export_graph(store, settings, folder, request.param)
    return folder


def _table(folder: Path, name: str) -> pl.DataFrame:
    return _read(next(folder.glob(f"{name}.*")))


def test_export__every_kind_has_a_file_and_a_query() -> None:
    parts = list_parts()
    assert {part.kind for part in parts} >= set(EDGES)
    assert {f"sharing/{part.name}" for part in parts} == {
        name for name in list_queries() if name.startswith("sharing/")
    }


def test_export__edges_are_those_of_the_release(exported: Path) -> None:
    mqtl = _table(exported, "edges_mqtl")
    assert sorted(mqtl["edge_key"]) == ["m0", "m1", "m10", "m11", "m2", "m3", "m4", "m5", "m9", "superseded"]
    assert set(mqtl["load_id"]) == {"godmc-1"}
    first = mqtl.filter(pl.col("edge_key") == "m0").to_dicts()[0]
    assert (first["source_kind"], first["source"], first["target_kind"], first["target"]) == (
        "SNP",
        LEAD,
        "CpG",
        "cg00000000",
    )
    assert (first["neg_log10_p"], first["cis_trans"], first["is_superseded"]) == (10.0, "trans", False)
    predicted = _table(exported, "edges_predicted_association")
    assert set(predicted["run_id"]) == {"run-2"}
    assert set(predicted["target_kind"]) == {"Trait", "CpG", "Gene"}


def test_export__nodes_are_those_of_the_release(exported: Path) -> None:
    assert _table(exported, "nodes_snp").height == 4
    assert sorted(_table(exported, "nodes_study")["study_id"]) == ["eqtl", "godmc", "gwas", "height"]
    rsids = _table(exported, "nodes_snp").filter(pl.col("key") == LEAD)["rsids"][0]
    assert (json.loads(rsids) if isinstance(rsids, str) else rsids.to_list()) == ["rs1"]


def test_export__manifest_says_what_a_reader_needs(exported: Path, api_settings: Settings) -> None:
    text = (exported / "manifest.json").read_text()
    manifest = json.loads(text)
    assert manifest["release"]["number"] == 3
    assert manifest["release"]["champion_run_id"] == "run-2"
    assert manifest["versions"]["server"].startswith("Neo4j/")
    assert {"study_id": "godmc", "citation": "Min 2021"}.items() <= next(
        one for one in manifest["studies"] if one["study_id"] == "godmc"
    ).items()
    for one in manifest["files"]:
        path = exported / one["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]
        table = _read(path)
        assert (table.height, table.columns) == (one["n_rows"], [column["name"] for column in one["columns"]])
    assert {one["what"] for one in manifest["files"]} == {"node", "measured edge", "predicted edge"}
    password = api_settings.neo4j_password
    assert password is not None
    assert password.get_secret_value() not in text
    assert sorted(path.name for path in exported.parent.iterdir()) == ["graph"]


def test_export__refuses_a_folder_that_is_there(graph: Store, api_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(ExportError, match="exists already"):
        export_graph(graph, api_settings, tmp_path)
    with pytest.raises(ExportError, match="is no folder that can be written"):
        export_graph(graph, api_settings, tmp_path / "none" / "graph")


def test_export__a_release_that_changes_meanwhile_leaves_nothing(
    graph: Store, api_settings: Settings, run_cypher: Cypher, tmp_path: Path
) -> None:
    def switch(done: int, _total: int, _name: str) -> None:
        if done == 5:
            write_release(run_cypher, 4)

    try:
        with pytest.raises(ExportError, match="the release changed from 3 to 4"):
            export_graph(graph, api_settings, tmp_path / "graph", on_progress=switch)
    finally:
        run_cypher("MATCH (r:Release {number: 4}) DELETE r")
        run_cypher("MATCH (r:Release {number: 3}) SET r.is_current = true")
    assert list(tmp_path.iterdir()) == []


def test_export_graph__from_the_command_line(run: Run, graph: Store, tmp_path: Path) -> None:
    shown = run("export", "graph", str(tmp_path / "g"), "--format", "tsv", "--json")
    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout)["n_rows"]["edges_mqtl.tsv"] == 10
    again = run("export", "graph", str(tmp_path / "g"))
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)


def test_export_candidates__says_what_was_asked(run: Run, graph: Store, tmp_path: Path) -> None:
    words = ("--method", "two_hop", "--k", "7")
    shown = run("export", "candidates", "EFO:0000685", str(tmp_path / "ra.tsv"), *words)
    assert shown.exit_code == 0, shown.stderr
    lines = (tmp_path / "ra.tsv").read_text().splitlines()
    about = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    assert json.loads(about["options"])["k"] == 7
    assert about["release"] == "3"
    assert json.loads(about["trait"])["trait_id"] == "EFO:0000685"
    assert "NEO4J_URI" in json.loads(about["settings"])
    header, *rows = [line for line in lines if not line.startswith("# ")]
    assert header.startswith("rank\tkey\trsids")
    assert len(rows) == int(about["n_listed"])
    wrong = run("export", "candidates", "EFO:0000685", str(tmp_path / "ra.xlsx"))
    assert (wrong.exit_code, "must end with .tsv or .parquet" in " ".join(wrong.stderr.split())) == (2, True)
    again = run("export", "candidates", "EFO:0000685", str(tmp_path / "ra.tsv"), *words)
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)
