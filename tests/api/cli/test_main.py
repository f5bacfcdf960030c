"""Every command: help, examples, exit codes, and how errors look."""

import json
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from api.cli import app
from api.cli.reference import walk_commands
from graph_schema import SCHEMA_VERSION
from services.graph.store import Store
from services.search import CandidateOptions
from tests.api.cli.conftest import Run

pytestmark = pytest.mark.store
COMMANDS = dict(walk_commands("locusgraph", typer.main.get_command(app)))
LEAVES = {name: command for name, command in COMMANDS.items() if not getattr(command, "commands", None)}


@pytest.mark.parametrize("name", LEAVES)
def test_help__has_an_example_of_the_command(name: str) -> None:
    shown = CliRunner(env={"COLUMNS": "100"}).invoke(app, [*name.split()[1:], "--help"], prog_name="locusgraph")
    assert shown.exit_code == 0
    assert f"Example: {name}" in shown.stdout
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", [name for name in LEAVES if name != "locusgraph serve"])
def test_commands__speak_json_to_machines(name: str) -> None:
    assert any("--json" in parameter.opts for parameter in LEAVES[name].params)


def test_commands__are_those_of_the_contract() -> None:
    expected = [
        "demo",
        "real",
        "ingest",
        "train",
        "retrain",
        "evaluate",
        "candidates",
        "search",
        "serve",
        "settings",
        "migrate",
    ]
    expected += ["ldscore", "h2", "partition", "celltypes", "rg", "munge", "kinship", "gwas", "reml", "qtl", "attach"]
    expected += ["simulate-graphs", "load"]
    expected += ["graph start", "graph stop", "graph status", "studies list", "studies remove"]
    expected += ["models list", "models show", "models promote", "models rollback", "models prune"]
    expected += ["tokens add", "tokens list", "tokens revoke", "audit"]
    expected += ["schedule history"]
    expected += ["doctor", "backup", "restore", "export graph", "export candidates"]
    expected += ["cypher", "query", "schema"]
    assert set(LEAVES) == {f"locusgraph {name}" for name in expected}


def test_candidates__defaults_are_those_of_the_protocol() -> None:
    names = {"null_sets": "n_null_sets", "paths": "max_paths", "fdr": "false_discovery_rate"}
    protocol = CandidateOptions()
    for parameter in LEAVES["locusgraph candidates"].params:
        if getattr(parameter, "rich_help_panel", None) == "Protocol":
            assert parameter.default == getattr(protocol, names.get(parameter.name, parameter.name))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("canddates", "x"), "Did you mean 'candidates'"),
        (("candidates",), "Missing argument"),
        (("ingest", "no-such-file.toml"), "does not exist"),
        (("candidates", "Height", "--k", "many"), "a valid integer"),
    ],
)
def test_wrong_usage__exits_2_and_writes_to_stderr_only(run: Run, words: tuple[str, ...], message: str) -> None:
    shown = run(*words)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert message in shown.stderr


def test_outage__is_one_panel_without_a_traceback(run: Run) -> None:
    shown = run("studies", "list", "--json", NEO4J_URI="bolt://127.0.0.1:1", LOCUSGRAPH_NEO4J_RETRY_SECONDS="0")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "StoreUnavailable" in shown.stderr
    assert "does not answer" in " ".join(shown.stderr.replace("│", " ").split())
    assert "Traceback" not in shown.stderr


def test_debug__keeps_the_error(run: Run) -> None:
    shown = run("--debug", "studies", "list", LOCUSGRAPH_API_PORT="x")
    assert type(shown.exception).__name__ == "SettingsError"


def test_settings__hides_secrets_and_says_what_is_set(run: Run) -> None:
    shown = run("settings", "--json", NEO4J_PASSWORD="do-not-show-me")
    rows = {row["variable"]: row for row in json.loads(shown.stdout)["settings"]}
    assert rows["NEO4J_URI"]["is_set"]
    assert "do-not-show-me" not in shown.stdout
    assert "LOCUSGRAPH_API_PORT" in run("settings").stdout


def test_version__is_printed() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert shown.stdout.startswith("locusgraph ")


def test_manifest_with_a_typo__names_file_line_and_key(run: Run, tmp_path: Path) -> None:
    manifest = tmp_path / "studies.toml"
    manifest.write_text('[[study]]\nid = "x"\nkidn = "gwas"\n')
    shown = run("ingest", str(manifest), "--check", COLUMNS="300")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "studies.toml:3" in shown.stderr
    assert "did you mean kind" in shown.stderr


def test_serve__refuses_to_let_other_machines_in(run: Run) -> None:
    shown = run("serve", "--host", "0.0.0.0", COLUMNS="300")  # noqa: S104
    assert shown.exit_code == 1
    assert "locusgraph tokens add --name NAME --role reader" in shown.stderr


def test_graph_stop__leaves_a_server_that_is_not_ours(run: Run) -> None:
    shown = run("graph", "stop", COLUMNS="300")
    assert shown.exit_code == 1
    assert "is not ours to stop" in shown.stderr


def test_graph_status__of_no_server_exits_1(run: Run, tmp_path: Path) -> None:
    shown = run("graph", "status", "--json", NEO4J_URI=None, LOCUSGRAPH_HOME=str(tmp_path))
    assert shown.exit_code == 1
    assert json.loads(shown.stdout)["is_running"] is False
    assert "graph start" in run("graph", "status", NEO4J_URI=None, LOCUSGRAPH_HOME=str(tmp_path)).stdout
    stopped = run("graph", "stop", "--json", NEO4J_URI=None, LOCUSGRAPH_HOME=str(tmp_path))
    assert json.loads(stopped.stdout) == {"was_running": False}


def test_graph_status__counts_nodes_and_edges(run: Run, graph: Store) -> None:
    facts = json.loads(run("graph", "status", "--json").stdout)
    assert facts["n_nodes"]["SNP"] == 4
    assert facts["n_edges"]["MQTL"] == 12
    assert {"uri", "user", "password_file", "server_version"} <= set(facts)
    assert "PREDICTED_ASSOCIATION" in run("graph", "start").stdout


def test_migrate__leaves_a_current_graph_as_it_is(run: Run, graph: Store) -> None:
    assert json.loads(run("migrate", "--json").stdout) == {
        "schema_version": SCHEMA_VERSION,
        "reference_build": "GRCh37",
        "steps": [],
        "history": [],
    }
    assert json.loads(run("migrate", "--plan", "--json").stdout) == {"steps": []}
