"""The scheduler's units for systemd and Kubernetes: readable, with settings and options that exist."""

import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main
import yaml

from api.cli import app
from services.settings import describe_settings
from tests.paths import ROOT

UNIT = ROOT / "docker" / "systemd" / "locusgraph-schedule.service"
CRON_JOB = ROOT / "docker" / "kubernetes" / "cronjob.yaml"
KNOWN = {row.environment_variable for row in describe_settings()}


def _is_a_command(words: list[str]) -> bool:
    command = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    return all(word in options for word in words[1:])


def test_systemd_unit__runs_the_command_with_settings_that_exist() -> None:
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    (start,) = [line.partition("=")[2] for line in lines if line.startswith("ExecStart=")]
    assert start.startswith("/usr/bin/env locusgraph ")
    assert _is_a_command(start.split()[2:])
    names = [line.split("=")[1] for line in lines if line.startswith("Environment=")]
    assert names
    assert set(names) <= KNOWN
    assert "Restart=always" in lines


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_unit__passes_systemds_own_check(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    found = [line for line in (done.stdout + done.stderr).splitlines() if UNIT.name in line]
    assert not found


def test_cron_job__runs_the_command_once_with_settings_that_exist() -> None:
    job = yaml.safe_load(CRON_JOB.read_text(encoding="utf-8"))
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert "--once" in container["args"]
    assert _is_a_command(container["args"])
    assert {entry["name"] for entry in container["env"]} <= KNOWN
    assert container["securityContext"]["readOnlyRootFilesystem"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]}
    places = {mount["mountPath"] for mount in container["volumeMounts"]}
    values = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert {values["LOCUSGRAPH_HOME"], values["LOCUSGRAPH_SCHEDULE_INBOX"]} <= places
