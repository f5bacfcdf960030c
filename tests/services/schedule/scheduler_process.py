"""A scheduler in a process of its own, to be killed or to run beside another one."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from services.settings import Settings
from tests.paths import ROOT
from tests.services.training.test_train import QUICK

_CHILD = """
import sys, time
from threading import Event
from services.graph.opening import open_store
from services.schedule import open_scheduler
from services.schedule import loading, scheduler as module
from services.settings import read_settings

said = lambda *at: print(*at, flush=True)

def told(name, where):
    work = getattr(where, name)
    def tell(*args, **more):
        said("before", name)
        pause()
        return work(*args, **more)
    setattr(where, name, tell)

def pause():
    if len(sys.argv) > 1:
        time.sleep(float(sys.argv[1]))

told("render_reports", module)  # decided, and not yet moved
told("reports_folder", module)  # decided, and not yet reported
settings = read_settings()
with open_store(settings) as store:
    said("ready")
    for job in open_scheduler(store, settings, Event(), said).run_once():
        said("ended", job.kind, job.source, job.status)
"""


def start_scheduler(settings: Settings, inbox: Path, log: Path, *, pause: float = 0.0) -> subprocess.Popen[bytes]:
    """Start ``schedule --once`` on an inbox; `pause` stretches the moments between decision, report and move."""
    environment = {
        **os.environ,
        "LOCUSGRAPH_HOME": str(settings.home),
        "LOCUSGRAPH_PINSAGE": json.dumps(QUICK),
        "LOCUSGRAPH_PREDICTION_TOP_LOCI": "2",
        "LOCUSGRAPH_TRAINING_CHECKPOINT_SECONDS": "0",
        "LOCUSGRAPH_SCHEDULE_INBOX": str(inbox),
        "LOCUSGRAPH_SCHEDULE_SETTLE_SECONDS": "0.2",
        "LOCUSGRAPH_SCHEDULE_LEASE_SECONDS": "600",
        "OMP_NUM_THREADS": "1",
        "NEO4J_URI": str(settings.neo4j_uri),
        "NEO4J_USER": settings.neo4j_user,
        "NEO4J_PASSWORD": settings.read_password().get_secret_value(),
        "NEO4J_DATABASE": settings.neo4j_database,
    }
    with log.open("wb") as stream:
        command = [sys.executable, "-c", _CHILD, str(pause)]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)


def kill_at(process: subprocess.Popen[bytes], log: Path, moment: bytes, *, seconds: float = 120.0) -> bool:
    """Kill -9 the process once its log says that it has reached a moment; whether the kill ended it."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and moment not in log.read_bytes():
        if time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"never reached {moment!r}: {log.read_text()}")
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    return process.wait(timeout=30) == -signal.SIGKILL
