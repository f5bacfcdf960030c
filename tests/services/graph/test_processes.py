"""Processes told apart from later ones with the same pid."""

import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from services.graph.processes import identify_process


def test_identify_process__this_one_runs() -> None:
    assert identify_process().is_running()


def test_identify_process__none_there() -> None:
    with pytest.raises(psutil.NoSuchProcess):
        identify_process(2**22 - 1)


def test_is_running__another_process_took_the_pid() -> None:
    later = replace(identify_process(), started_at=identify_process().started_at - 100)
    assert not later.is_running()
    assert later.wait(0)
    later.terminate()
    later.kill()


@pytest.mark.parametrize("verb", ["terminate", "kill"])
def test_wait__until_it_has_ended(verb: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        identity = identify_process(child.pid)
        assert not identity.wait(0.05)
        getattr(identity, verb)()
        assert identity.wait(10)
        assert not identity.is_running()
