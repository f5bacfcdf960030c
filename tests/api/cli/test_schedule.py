"""``locusgraph schedule``: what is said of things that ended, and with which exit code."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.graph.opening import open_store
from services.graph.setup import prepare_database
from services.graph.store import Store
from services.settings import Settings
from tests.api.cli.conftest import Run
from tests.conftest import EMPTYING, Cypher

pytestmark = pytest.mark.store


@pytest.fixture
def graph(api_settings: Settings, run_cypher: Cypher) -> Iterator[Store]:
    """An empty graph."""
    for statement in EMPTYING:
        run_cypher(statement)
    with open_store(api_settings) as opened:
        prepare_database(opened, "GRCh37")
        yield opened
    for statement in EMPTYING:
        run_cypher(statement)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_schedule__without_anything_to_watch_is_wrong_usage(run: Run, graph: Store) -> None:
    shown = run("schedule")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "needs a --cron expression or an --inbox" in shown.stderr.replace("\n", " ").replace("│", "")


def test_schedule__refuses_a_cron_expression_that_means_something_else(run: Run, graph: Store) -> None:
    shown = run("schedule", "--once", "--cron", "0 0 1 * 1")
    assert shown.exit_code == 1
    assert "cannot both be named" in shown.stderr


def test_schedule_once__rejects_a_bad_manifest_with_exit_code_1_and_history_says_why(
    run: Run, graph: Store, inbox: Path
) -> None:
    (inbox / "bad.toml").write_text("[[study]]\nid = 1\n")
    once = ("schedule", "--once", "--inbox", str(inbox))
    shown = run(*once, "--json", LOCUSGRAPH_SCHEDULE_SETTLE_SECONDS="0")
    assert shown.exit_code == 1
    said = json.loads(shown.stdout)
    assert said["waiting"] == said["left"] == []
    rejected = said["jobs"][0]
    assert (rejected["kind"], rejected["status"], rejected["source"]) == ("load", "rejected", "bad.toml")
    assert [path.suffix for path in sorted((inbox / "rejected").iterdir())] == [".json", ".md", ".toml"]
    history = json.loads(run("schedule", "history", "--json").stdout)["jobs"]
    assert rejected["fingerprint"] in {job["fingerprint"] for job in history}
    table = run("schedule", "history", COLUMNS="240").stdout
    assert rejected["fingerprint"][:12] in table
    again = run(*once, LOCUSGRAPH_SCHEDULE_SETTLE_SECONDS="0")
    assert (again.exit_code, again.stdout.strip()) == (0, "nothing to do")
