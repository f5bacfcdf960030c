"""``locusgraph doctor`` on a set-up that is right and on broken ones."""

import json
from pathlib import Path

import pytest

from services.graph.store import Store
from tests.api.cli.conftest import Run

pytestmark = pytest.mark.store


def test_doctor__of_the_tests_server(run: Run, graph: Store) -> None:
    shown = run("doctor", "--json", LOCUSGRAPH_API_PORT="0")
    report = json.loads(shown.stdout)
    by_subject = {one["subject"]: one for one in report["findings"]}
    assert by_subject["store"]["state"] == "fine"
    assert by_subject["champion"]["state"] == "broken"  # the small graph names a run without files
    assert (shown.exit_code, report["n_broken"] >= 1) == (1, True)


def test_doctor__says_what_to_do_in_a_table(run: Run, tmp_path: Path) -> None:
    password = tmp_path / "graph" / "password"
    password.parent.mkdir()
    password.write_text("secret-one")
    password.chmod(0o644)
    more = {"NEO4J_URI": None, "NEO4J_PASSWORD": None, "LOCUSGRAPH_HOME": str(tmp_path), "LOCUSGRAPH_API_PORT": "0"}
    shown = run("doctor", COLUMNS="250", **more)
    assert shown.exit_code == 1
    assert "✗" in shown.stdout
    assert "chmod 600" in shown.stdout
    assert "1 broken" in shown.stdout
    assert "secret-one" not in shown.stdout
    password.chmod(0o600)
    mended = run("doctor", **more)
    assert (mended.exit_code, "nothing is broken" in mended.stdout) == (0, True)
