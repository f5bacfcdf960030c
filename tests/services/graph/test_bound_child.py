"""A program that ends with the one that started it."""

import os
import signal
import subprocess
import sys
import time

import psutil

from services.graph.bound_child import bound_command
from tests.paths import ROOT

PARENT = """
import subprocess, sys
from services.graph.bound_child import bound_command
code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
subprocess.Popen(bound_command((sys.executable, "-c", code))).wait()
"""


def test_bound_command__runs_the_command_with_its_words_and_exit_code() -> None:
    words = (sys.executable, "-c", "import sys; print(sys.argv[1:]); sys.exit(3)", "a b", "--c")
    done = subprocess.run(bound_command(words), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "['a b', '--c']\n")


def test_bound_command__is_killed_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
