"""The container files, as far as they can be checked where no container engine is."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.paths import ROOT

TOOLS = Path(sys.executable).parent
PROGRAMS = ("app", "scheduler")


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
    for name in PROGRAMS:
        assert set(_compose()["services"][name]["environment"]) <= known


def test_compose__programs_can_do_no_more_than_they_need() -> None:
    services = _compose()["services"]
    for name in PROGRAMS:
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["user"] == "10001:10001"
        assert service["networks"] == ["graph"]
        assert any(mount.startswith("/tmp") for mount in service["tmpfs"])  # noqa: S108 (the container's)
        assert service["depends_on"]["neo4j"]["condition"] == "service_healthy"
    assert all("no-new-privileges:true" in service["security_opt"] for service in services.values())


def test_compose__secrets_come_by_file_only() -> None:
    compose = _compose()
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    text = (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"NEO4J_(PASSWORD|AUTH):", text)


def test_compose__every_service_says_whether_it_is_well() -> None:
    services = _compose()["services"]
    assert "healthcheck" in services["neo4j"]
    assert "healthcheck" in services["scheduler"]
    assert "HEALTHCHECK" in _dockerfile()  # of the app


def test_compose__runs_the_locked_neo4j() -> None:
    from services.graph.jars import read_jar_lock

    assert _compose()["services"]["neo4j"]["image"] == f"neo4j:{read_jar_lock().neo4j_version}-community"


def test_dockerfile__last_stage_has_no_tools_and_no_root() -> None:
    last = _dockerfile().split("\nFROM ")[-1]
    for line in ("USER 10001:10001", "pip uninstall --yes pip setuptools wheel", "org.opencontainers.image.version"):
        assert line in last
    assert "apt-get" not in last
    assert "pip install" not in last


def test_dockerfile__base_is_an_exact_version() -> None:
    assert re.search(r"^ARG BASE=python:3\.11\.\d+-slim-bookworm$", _dockerfile(), re.MULTILINE)
    assert "latest" not in _dockerfile()


def test_dockerignore__lets_in_what_is_copied_and_no_secret() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", _dockerfile(), re.MULTILINE))
    assert {name for names in copied for name in names.split()} == allowed
    assert "docker" not in allowed


def _compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def _dockerfile() -> str:
    return (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
