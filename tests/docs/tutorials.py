"""Runs the console blocks of a tutorial; ``python -m tests.docs.tutorials [PAGE]…`` writes what they print into it."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.settings import read_settings
from tests.paths import ROOT

FOLDER = ROOT / "docs" / "tutorials"
PAGES = (*sorted(FOLDER.glob("*.md")), ROOT / "docs" / "cypher.md")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TIME = re.compile(r"^(time +)[\d.]+ s$")
"""How long a command took is not the same twice."""
SECONDS = 600


@dataclass(frozen=True)
class Step:
    """One command of a page with the output that the page shows."""

    command: str
    shown: str


def steps_of(block: str) -> Iterator[Step]:
    """The commands of a block (lines that begin with ``$ ``) with the lines that follow each."""
    command, shown = "", list[str]()
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield Step(command, "\n".join(shown).strip())
            command, shown = line[2:], []
        else:
            shown.append(line.rstrip())
    if command:
        yield Step(command, "\n".join(shown).strip())


def read_steps(page: Path) -> list[Step]:
    """Every step of a page in its order."""
    return [step for block in _BLOCK.findall(page.read_text(encoding="utf-8")) for step in steps_of(block)]


def run_step(command: str, folder: Path) -> str:
    """What a command prints on both streams in `folder`, with a state folder of its own; it must succeed.

    A graph's server takes its jars from where the tests take them.
    """
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("LOCUSGRAPH_", "NEO4J_"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LOCUSGRAPH_HOME": str(folder / "state"),
        "LOCUSGRAPH_JAR_CACHE": str(read_settings().jar_cache_folder),
        "COLUMNS": "120",
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"$ {command}\n{done.stdout}"
    return "\n".join(_TIME.sub(r"\1… s", line.rstrip()) for line in done.stdout.strip().splitlines())


def rewrite(page: Path) -> None:
    """Put what the commands print now into the page."""
    with tempfile.TemporaryDirectory() as name:

        def renew(match: re.Match[str]) -> str:
            printed = [(step, run_step(step.command, Path(name))) for step in steps_of(match.group(1))]
            return (
                "```console\n" + "".join(f"$ {step.command}\n{text}".rstrip() + "\n" for step, text in printed) + "```"
            )

        page.write_text(_BLOCK.sub(renew, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    chosen = [path for path in PAGES if path.stem in sys.argv[1:]] if sys.argv[1:] else PAGES
    for path in chosen:
        rewrite(path)
