"""Runs the command line inside the test's process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from services.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def run(api_settings: Settings) -> Run:
    """Run a command on the test's server: ``run("studies", "list")``."""
    password = api_settings.neo4j_password
    environment = {
        "LOCUSGRAPH_HOME": str(api_settings.home),
        "NEO4J_URI": api_settings.neo4j_uri,
        "NEO4J_USER": api_settings.neo4j_user,
        "NEO4J_PASSWORD": password.get_secret_value() if password else None,
        "NEO4J_DATABASE": api_settings.neo4j_database,
        "COLUMNS": "100",
    }

    def call(*words: str, **more: str | None) -> Result:
        return CliRunner(env={**environment, **more}).invoke(app, list(words), prog_name="locusgraph")

    return call


@pytest.fixture
def run_offline(tmp_path: Path) -> Run:
    """Run a command where no graph can be reached, so that a command which asks for it fails."""
    environment = {
        "LOCUSGRAPH_HOME": str(tmp_path / "home"),
        "NEO4J_URI": "bolt://127.0.0.1:1",
        "NEO4J_PASSWORD": "none",
        "LOCUSGRAPH_NEO4J_RETRY_SECONDS": "0",
        "COLUMNS": "200",
    }

    def call(*words: str, **more: str | None) -> Result:
        return CliRunner(env={**environment, **more}).invoke(app, list(words), prog_name="locusgraph")

    return call
