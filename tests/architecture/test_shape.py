"""The shape rules: small files, no dump files, tests beside sources, no addresses, no Cypher in strings."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT

PACKAGES = ("graph_schema", "loaders", "models", "services", "api")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
BANNED = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py"}
HARD_LINES = 500
HARD_FUNCTION_LINES = 60


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_file__is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= HARD_LINES
    assert path.name not in BANNED
    assert ast.get_docstring(ast.parse(text)), "no module docstring"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_functions__are_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = {f.name: _body_lines(f) for f in functions if _body_lines(f) > HARD_FUNCTION_LINES}
    assert not too_long


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    has_doc = ast.get_docstring(function) is not None
    body = function.body[1:] if has_doc else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("package", PACKAGES)
def test_folders__are_packages(package: str) -> None:
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert all((folder / "__init__.py").exists() for folder in folders)


def test_cypher__only_in_query_files() -> None:
    """No Cypher text in Python but the schema statements made from the registry, and the example in a help."""
    pattern = re.compile(r"""["'](?:\s*)(?:MATCH|MERGE|UNWIND|CALL db\.|OPTIONAL MATCH)\s""")
    allowed = {ROOT / "graph_schema" / "constraints.py", ROOT / "api" / "cli" / "cypher.py"}
    found = [_name(p) for p in SOURCES if p not in allowed and pattern.search(p.read_text(encoding="utf-8"))]
    assert not found


def test_project__holds_no_address_of_a_registry_and_no_machine_path() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    pattern = re.compile(
        r"(?<![\w.$~}])/(?:work|root|tmp)/\w|"
        + "|".join(("pypi" + r"\.org", "maven" + r"\.org", "npmjs" + r"\.org", "pythonhosted" + r"\.org"))
    )
    found = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 5_000_000:
            text = path.read_bytes().decode("utf-8", errors="ignore")
            if pattern.search(text) and path != Path(__file__):
                found.append(name)
    assert not found
