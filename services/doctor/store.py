"""Looks at the store: does it answer, is it ours and current, is anything unfinished, can the champion be read."""

import time
from collections.abc import Iterator
from pathlib import Path

from graph_schema.constraints import SCHEMA_VERSION, constraint_statements
from services.doctor.finding import Finding, broken, fine, looked, note
from services.graph.connections import remote_address
from services.graph.local_server import find_running, start
from services.graph.server_state import read_state
from services.graph.setup import UNFINISHED_VERSION, read_stored_schema
from services.graph.store import Store
from services.ingest.state import StateFolder
from services.registry import MODEL_NAME, artefact_folder, check_files
from services.releases import current_release
from services.runs import training_lock
from services.settings import Settings
from services.statistics.locking import is_refresh_asked

_QUICK = {"neo4j_retry_seconds": 1.0}
_SKEW_SECONDS = 5.0
_START = "`locusgraph graph start`, or `locusgraph doctor --start`"


def look_at_external_settings(settings: Settings) -> Iterator[Finding]:
    """Whether the settings of a server of the user's fit together."""
    if settings.is_managed:
        return
    uri, subject = settings.neo4j_uri or "", "NEO4J_URI"
    remote_address(settings)
    is_near = any(f"//{host}" in uri for host in ("127.", "localhost", "[::1]"))
    if not is_near and "+s" not in uri.partition(":")[0]:
        yield note(
            subject,
            f"{uri} is on another machine and the connection is not encrypted",
            "use bolt+s:// or neo4j+s:// unless the network is private",
        )
    if settings.neo4j_password is not None and settings.neo4j_password_file is not None:
        yield note(
            subject, "NEO4J_PASSWORD and NEO4J_PASSWORD_FILE are both set, the first is used", "unset one of them"
        )
    if settings.neo4j_password is not None:
        yield note(
            subject,
            "the password stands in the environment, where other processes of this user see it",
            "write it into a 0600 file and set NEO4J_PASSWORD_FILE",
        )
    yield fine(subject, f"{uri}, database {settings.neo4j_database}, user {settings.neo4j_user}")


def look_at_store(settings: Settings, *, may_start: bool) -> Iterator[Finding]:
    """Everything that only an answering store tells; a server that does not run is started only where that is asked."""
    quick = settings.model_copy(update=_QUICK)
    address = None
    if not settings.is_managed:
        address = remote_address(settings)
    elif may_start:
        address = start(settings).address
    elif (running := find_running(settings)) is not None:
        address = running.address
    if address is None:
        yield _not_running(settings)
        return
    with Store(address, quick) as store:
        yield fine("store", f"{store.check()} answers at {address.uri}")
        yield from looked("clock", lambda: look_at_clock(store))
        schema = list(looked("schema", lambda: look_at_schema(store, settings)))
        yield from schema
        if any(finding.state == "broken" for finding in schema):
            return
        yield from looked("indexes", lambda: look_at_indexes(store))
        yield from looked("unfinished work", lambda: look_at_unfinished(store, settings))
        yield from looked("champion", lambda: look_at_champion(store, settings))


def _not_running(settings: Settings) -> Finding:
    state = read_state(settings.graph_folder)
    if state is not None and state.supervisor.is_running():
        return broken(
            "store",
            f"process {state.server.pid} runs but does not answer at port {state.port}",
            "wait half a minute; if that does not help, `locusgraph graph stop` and start again",
        )
    if (settings.graph_folder / "data" / "databases").is_dir():
        return note("store", "the graph's server does not run, so nobody looked inside", _START)
    return note("store", "there is none yet", "`locusgraph demo` or `locusgraph ingest` makes one")


def look_at_clock(store: Store) -> Iterator[Finding]:
    """How far the store's clock is from this machine's; leases and times in the ledger rely on both."""
    before = time.time()
    theirs = store.read("status/read_clock")[0]["seconds"]
    skew = float(theirs) - (before + time.time()) / 2.0
    if abs(skew) > _SKEW_SECONDS:
        yield note(
            "clock",
            f"the store's clock is {skew:+.1f} s from this machine's",
            "synchronise both (NTP): the scheduler's leases need it",
        )
    else:
        yield fine("clock", f"the store's is {skew:+.2f} s from this machine's")


def look_at_schema(store: Store, settings: Settings) -> Iterator[Finding]:
    """Whether the database is ours, of this program's schema version and of the build that is asked for."""
    stored = read_stored_schema(store)
    if stored is None:
        n_nodes = store.read("setup/count_nodes")[0]["n_nodes"]
        if n_nodes:
            yield broken(
                "schema",
                f"the database holds {n_nodes:,} nodes that this program did not write",
                "name an empty database with NEO4J_DATABASE or NEO4J_URI",
            )
        else:
            yield note("schema", "the database is empty and not set up", "the first `locusgraph ingest` sets it up")
    elif stored.version == UNFINISHED_VERSION:
        yield broken("schema", "a first load at size was interrupted", "give the same `locusgraph load --bulk` again")
    elif stored.version < SCHEMA_VERSION:
        yield broken(
            "schema",
            f"version {stored.version}, this program works with {SCHEMA_VERSION}",
            "`locusgraph backup DIR`, then `locusgraph migrate`",
        )
    elif stored.version > SCHEMA_VERSION:
        yield broken(
            "schema",
            f"version {stored.version}, this program works with {SCHEMA_VERSION}",
            "upgrade the program to the one that wrote it",
        )
    else:
        yield fine("schema", f"version {stored.version}, reference build {stored.reference_build}")
        if stored.reference_build != settings.reference_build:
            yield note(
                "schema",
                f"the store is {stored.reference_build}, the setting says {settings.reference_build}",
                f"set LOCUSGRAPH_REFERENCE_BUILD={stored.reference_build}; the store's counts",
            )


def look_at_indexes(store: Store) -> Iterator[Finding]:
    """Whether every constraint and index that the registry asks for is there, and online."""
    if read_stored_schema(store) is None:
        return
    wanted = {statement.name for statement in constraint_statements()}
    rows = {row["name"]: row for row in store.read("status/list_indexes")}
    missing = sorted(wanted - set(rows) - {row["name"] for row in store.read("status/list_constraints")})
    asleep = [
        f"{name} ({rows[name]['state']}, {rows[name]['built_percent']:.0f} %)"
        for name in sorted(wanted & set(rows))
        if rows[name]["state"] != "ONLINE"
    ]
    if missing:
        yield broken(
            "indexes", f"{len(missing)} are missing: {', '.join(missing[:5])}", "`locusgraph migrate` makes them"
        )
    if asleep:
        yield broken(
            "indexes",
            f"{len(asleep)} do not answer: {', '.join(asleep[:5])}",
            "POPULATING: wait; FAILED: drop it, then `locusgraph migrate`",
        )
    if not missing and not asleep:
        yield fine("indexes", f"{len(wanted)} constraints and indexes, all online")


def look_at_unfinished(store: Store, settings: Settings) -> Iterator[Finding]:
    """Whether a kill left a load, a run or a note that the next command settles."""
    subject, release, state = "unfinished work", current_release(store), StateFolder(settings.home)
    found = []
    if state.journal.exists():
        found.append(
            note(subject, "a load was begun and not finished", "the next `locusgraph ingest` finishes or clears it")
        )
    oldest_kept = release.number + 1 - settings.kept_releases
    kept = {*release.load_ids, *(row["load_id"] for row in store.read("ingest/list_loads_since", number=oldest_kept))}
    staged = [row["load_id"] for row in store.read("ingest/list_load_ids") if row["load_id"] not in kept]
    if staged:
        found.append(
            note(
                subject,
                f"{len(staged)} loads that readers do not see: {', '.join(staged[:3])}",
                "the next `locusgraph ingest` resumes or removes them",
            )
        )
    found += _unfinished_runs(store, settings)
    if is_refresh_asked(settings):
        found.append(
            note(subject, "statistics wait to be attached again", "the next `locusgraph ingest` or analysis does it")
        )
    if release.load_ids and not state.current_view.exists():
        found.append(
            broken(
                subject,
                f"the graph shows {len(release.load_ids)} loads and {settings.home} has none of their files",
                "set LOCUSGRAPH_HOME to the folder that this graph was loaded from, or `locusgraph restore` a backup",
            )
        )
    yield from found or [
        fine(subject, f"none; release {release.number}, {len(release.load_ids)} loads, {len(release.run_ids)} runs")
    ]


def _unfinished_runs(store: Store, settings: Settings) -> list[Finding]:
    rows = store.read("status/unfinished_runs")
    if not rows:
        return []
    names = ", ".join(f"{row['run_id']} ({row['model']}, {row['status']})" for row in rows[:3])
    if (settings.home / "runs" / "training.lock").exists():
        with training_lock(settings) as is_free:
            if not is_free and any(row["model"] == MODEL_NAME for row in rows):
                return [fine("unfinished work", f"a training is at work: {names}")]
    return [
        note(
            "unfinished work",
            f"{len(rows)} runs were begun and not finished: {names}",
            "the same command again resumes or sweeps them",
        )
    ]


def look_at_champion(store: Store, settings: Settings) -> Iterator[Finding]:
    """Whether the files of the run whose predictions readers see are there and whole."""
    champion = current_release(store).champion_run_id
    if champion is None:
        yield note("champion", "no model is trained yet", "`locusgraph train` once something is loaded")
        return
    folder: Path = artefact_folder(settings, champion)
    check_files(folder, champion)
    yield fine("champion", f"run {champion}, every file as written")
