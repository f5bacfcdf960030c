"""Looks at the machine: room on its disks, memory, ports."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from services.doctor.finding import Finding, broken, fine, note
from services.graph.server_entry import LOOPBACK
from services.graph.server_state import read_state
from services.settings import Settings

_MIB = 1 << 20
_PLENTY = 5
_PROGRAM_MIB = 1024
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def look_at_disk(settings: Settings) -> Iterator[Finding]:
    """Whether the state folder and the temporary folder can be written, and how much room they have."""
    folders = (("state folder", settings.home, "LOCUSGRAPH_HOME"), ("temporary folder", _temporary_folder(), "TMPDIR"))
    for subject, folder, variable in folders:
        yield _look_at_folder(subject, folder, variable, settings.server_minimum_free_mib)


def _look_at_folder(subject: str, folder: Path, variable: str, minimum_mib: int) -> Finding:
    remedy = f"let this user (uid {os.getuid()}) read and write there, or name another folder with {variable}"
    place = next(path for path in (folder, *folder.parents) if path.exists())
    if not place.is_dir():
        return broken(subject, f"{place} is no folder", f"name a folder with {variable}")
    try:
        list(place.iterdir())
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
    except OSError as error:
        return broken(subject, f"{place} cannot be read and written ({error.strerror})", remedy)
    free_mib = shutil.disk_usage(place).free // _MIB
    seen = f"{folder}: {free_mib:,} MiB free"
    more = f"free some space, or name a folder on a larger disk with {variable}"
    if free_mib < minimum_mib:
        return broken(subject, f"{seen}, at least {minimum_mib:,} are needed", more)
    if free_mib < _PLENTY * minimum_mib:
        return note(subject, f"{seen}; a load or a backup may need more than that", more)
    return fine(subject, seen)


def look_at_memory(settings: Settings) -> Iterator[Finding]:
    """Whether the machine, or the container's limit, has the memory that the settings may ask for."""
    limit_mib, name = _memory_mib()
    managed = settings.server_heap_mib + settings.server_page_cache_mib if settings.is_managed else 0
    needed = managed + _PROGRAM_MIB
    remedy = "lower LOCUSGRAPH_SERVER_HEAP_MIB and LOCUSGRAPH_SERVER_PAGE_CACHE_MIB, or give it more memory"
    if limit_mib < needed:
        yield broken("memory", f"{limit_mib:,} MiB ({name}), up to {needed:,} may be needed", remedy)
        return
    free_mib = psutil.virtual_memory().available // _MIB
    seen = f"{limit_mib:,} MiB ({name}), {free_mib:,} available; up to {needed:,} may be needed"
    is_running = settings.is_managed and read_state(settings.graph_folder) is not None
    yield fine("memory", seen) if is_running or free_mib >= needed else note("memory", seen, remedy)


def _memory_mib() -> tuple[int, str]:
    """Memory in MiB, and whose: the machine's, or the container's where that is less."""
    total = psutil.virtual_memory().total
    for path in _CGROUP_LIMITS:
        text = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        if text.isdecimal() and int(text) < total:
            return int(text) // _MIB, "the container's limit"
    return total // _MIB, "the machine"


def look_at_ports(settings: Settings) -> Iterator[Finding]:
    """Whether the managed server's port and the web server's are free or ours."""
    if settings.is_managed:
        yield _look_at_bolt_port(settings)
    yield _look_at_port(
        "port of the web server", settings.api_host, settings.api_port, "LOCUSGRAPH_API_PORT", "locusgraph serve"
    )


def _look_at_bolt_port(settings: Settings) -> Finding:
    subject, state = "port of the graph", read_state(settings.graph_folder)
    if state is not None and state.server.is_running():
        return fine(subject, f"{state.port}, held by our server (process {state.server.pid})")
    if not settings.server_port:
        return fine(subject, "any free one is taken at each start")
    return _look_at_port(subject, LOOPBACK, settings.server_port, "LOCUSGRAPH_SERVER_PORT", "")


def _look_at_port(subject: str, host: str, port: int, variable: str, ours: str) -> Finding:
    """A port is fine where it is free, or where the command line of its holder shows that it is `ours`."""
    if not port:
        return fine(subject, "any free one")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            holder, command = _holder(port)
            if ours and " serve" in command and ("locusgraph" in command or "-m api" in command):
                return fine(subject, f"{port}, held by our web server ({holder})")
            seen = f"{host}:{port} cannot be listened on ({error.strerror}; {holder})"
            return broken(subject, seen, f"end that program, or choose another port with {variable}")
    return fine(subject, f"{port} is free")


def _holder(port: int) -> tuple[str, str]:
    """Who listens on a port, as far as the system tells: words for a reader, and its command line."""
    try:
        listening = [one for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
        pids = [one.pid for one in listening if one.laddr[1:2] == (port,)]
        process = psutil.Process(next(pid for pid in pids if pid is not None))
        return f"process {process.pid}, {process.name()}", " ".join(process.cmdline())
    except (psutil.Error, OSError, StopIteration):
        return "the system does not say who holds it", ""


def _temporary_folder() -> Path:
    """Where temporary files go; where none can, the folder that was asked for."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        return Path(os.environ.get("TMPDIR", "/"))
