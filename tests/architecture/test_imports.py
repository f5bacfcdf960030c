"""Imports go down only: the contracts of pyproject.toml, run with the tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

PACKAGES = ("graph_schema", "loaders", "models", "services", "api")


def test_import_contracts__kept() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_packages__come_from_this_checkout(package: str) -> None:
    module = __import__(package)
    assert Path(str(module.__file__)).resolve().is_relative_to(ROOT)


def test_docker_folder__is_no_package() -> None:
    assert not (ROOT / "docker" / "__init__.py").exists()
