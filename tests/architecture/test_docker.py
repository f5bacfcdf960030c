"""The container files, as far as they can be checked where no container engine is."""

import subprocess
import sys
from pathlib import Path

import yaml

from tests.paths import ROOT

TOOLS = Path(sys.executable).parent


def _run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_compose__fits_its_published_schema() -> None:
    done = _run(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker/compose.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_dockerfile__has_no_lint() -> None:
    done = _run(TOOLS / "hadolint", "docker/Dockerfile")
    assert done.returncode == 0, done.stdout + done.stderr


def test_dockerfile__copies_every_package() -> None:
    text = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    for package in ("graph_schema", "loaders", "models", "services", "api"):
        assert f"COPY {package} {package}" in text


def test_compose__publishes_on_loopback_only() -> None:
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_compose__sets_only_settings_that_exist() -> None:
    from services.settings import describe_settings

    known = {row.environment_variable for row in describe_settings()}
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]["app"]["environment"]) <= known
