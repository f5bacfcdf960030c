"""A command that a test runs in a process of its own, to kill it at some moment."""

import signal
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from loaders.manifest import read_manifest
from services.graph.opening import open_store
from services.ingest import UnknownStudy, ingest_manifest, remove_study
from services.settings import Settings

Command = tuple[str, str]
"""``("load", manifest path)`` or ``("remove", study id)``."""


def run_command(settings: Settings, command: Command) -> None:
    """Do what the command says; a study that is removed already stays so."""
    verb, what = command
    with open_store(settings) as store:
        if verb == "load":
            ingest_manifest(store, settings, read_manifest(Path(what)))
            return
        try:
            remove_study(store, settings, what)
        except UnknownStudy:
            return


def start_command(settings: Settings, command: Command) -> BaseProcess:
    """Start the command in a fresh process that has everything imported."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=run_command, args=(settings, command))
    process.start()
    return process


def run_and_kill(settings: Settings, command: Command, seconds: float) -> bool:
    """Start the command and kill it (-9) after so long; whether the kill ended it."""
    process = start_command(settings, command)
    process.join(seconds)
    process.kill()  # a process that ends in this very moment is no error, unlike os.kill
    process.join()
    was_killed = process.exitcode == -signal.SIGKILL
    process.close()
    return was_killed


def time_command(settings: Settings, command: Command) -> float:
    """Seconds the command takes in such a process when nobody disturbs it."""
    start = time.monotonic()
    process = start_command(settings, command)
    process.join()
    exit_code = process.exitcode
    process.close()
    if exit_code:
        raise AssertionError(f"{command} ended with {exit_code}")
    return time.monotonic() - start
