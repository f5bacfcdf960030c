"""The web application as a module."""

import subprocess
import sys

from tests.paths import ROOT


def test_app__loads_neither_torch_nor_dgl() -> None:
    code = "import sys, api.app, api.gql.candidate_search; print(sorted({'torch', 'dgl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_command_line__help_loads_no_service() -> None:
    code = (
        "import sys, api.cli; heavy = {'torch', 'dgl', 'polars', 'neo4j', 'strawberry', 'services'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
