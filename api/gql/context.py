"""What every resolver of one request shares: the release it reads, the store and the DataLoaders."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import strawberry

from api.gql.batches import Batches, Row
from api.gql.codes import ErrorCode
from api.gql.errors import QueryError
from api.gql.limits import Limits
from services.graph.deadlines import time_limit
from services.search.options import CandidateOptions
from services.search.text_search import SearchHit
from services.search.traits import AmbiguousTrait, Trait, UnknownTrait

if TYPE_CHECKING:
    from services.cypher.running import CypherRunner
    from services.mixed_models.scan_files import ScanShelf
    from services.search.prediction_paths import PredictionPath

Info = strawberry.Info["RequestContext", None]

_FLEETING = ("loads", "model_runs", "releases", "runs_", "scheduled_runs")
"""Beginnings of the names of queries whose answers may change within a release."""


class Reader(Protocol):
    """The reading side of the store, for an event loop."""

    async def read(self, name: str, /, **parameters: Any) -> list[Row]:
        """Rows of the query called `name`."""
        ...


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """The release that one request reads from beginning to end.

    Attributes
    ----------
    number
        0 where nothing was ever loaded.
    load_ids, run_ids
        Loads and model runs whose edges are visible.
    created_at
        ISO time of the switch.
    champion_run_id
        The run whose predicted edges are shown where no run is named.
    """

    number: int
    load_ids: tuple[str, ...]
    run_ids: tuple[str, ...]
    created_at: str | None
    champion_run_id: str | None = None


@dataclass(frozen=True, slots=True)
class NodeKind:
    """How nodes of one kind are fetched.

    Attributes
    ----------
    query
        Reads them by key.
    build
        Makes the GraphQL object of a row.
    """

    query: str
    build: Callable[[Row], Any]


class ReleaseMemory:
    """Results that hold for one release, the last asked kept; asking twice at once computes once."""

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._tasks: dict[tuple[Any, ...], asyncio.Future[Any]] = {}

    async def get(self, key: tuple[Any, ...], compute: Callable[[], Any]) -> Any:
        """The remembered result for `key`, or that of awaiting ``compute()``; a failure is not remembered."""
        task = self._tasks.get(key)
        if task is None or task.cancelled():
            task = asyncio.ensure_future(compute())
        self._tasks.pop(key, None)
        self._tasks[key] = task
        while len(self._tasks) > self._size:
            self._tasks.pop(next(iter(self._tasks)))
        try:
            return await asyncio.shield(task)
        except Exception:
            self._tasks.pop(key, None)
            raise


class SharedRead:
    """A read that many requests want at once: those that come while one runs share the next.

    A request never gets what was read before it came, so a switch of the release is seen by whoever asks after it.
    """

    def __init__(self) -> None:
        self._running: asyncio.Future[Any] | None = None
        self._next: asyncio.Future[Any] | None = None

    async def get(self, read: Callable[[], Awaitable[Any]]) -> Any:
        """The result of ``read()``, begun after this call.

        It runs outside the caller's time limit, which is not that of the others who wait for it.
        """
        if self._running is None or self._running.done():
            self._running = self._begin(read, None)
            return await asyncio.shield(self._running)
        if self._next is None or self._next.done():
            self._next = self._begin(read, self._running)
        return await asyncio.shield(self._next)

    def _begin(self, read: Callable[[], Awaitable[Any]], before: "asyncio.Future[Any] | None") -> "asyncio.Future[Any]":
        async def run() -> Any:
            if before is not None:
                await asyncio.wait([before])
                self._running, self._next = self._next, None
            return await read()

        task = asyncio.get_running_loop().create_task(run(), context=contextvars.Context())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, though all who waited left
        return task


@dataclass(slots=True)
class Desk:
    """What outlives a request: the store, the synchronous services, and what was computed for a release.

    Attributes
    ----------
    store
        Reads for the event loop.
    find_candidates, resolve_trait, search
        Synchronous services; they run in a thread.
    explain
        The evidence paths of a predicted edge (run, SNP, query SNPs, number of paths); synchronous.
    scans
        Opens the shelf of the scans' tables; synchronous, and slow the first time.
    kinds
        How nodes are fetched, by label.
    limits
        What one document may ask for.
    cypher
        Answers analysts' queries; None where that is off.
    kept_releases
        Newest releases that `@asOf` may name, as far as their loads are there.
    """

    store: Reader
    find_candidates: Callable[[str, CandidateOptions], Any]
    resolve_trait: Callable[[str, Sequence[str]], Trait | AmbiguousTrait | UnknownTrait]
    search: Callable[[str, Sequence[str], int, Sequence[str]], Sequence[SearchHit]]
    explain: Callable[[str, str, Sequence[str], int], Sequence["PredictionPath"]]
    scans: Callable[[], "ScanShelf"]
    kinds: Mapping[str, NodeKind]
    limits: Limits = field(default_factory=Limits)
    remembered: ReleaseMemory = field(default_factory=ReleaseMemory)
    names: ReleaseMemory = field(default_factory=lambda: ReleaseMemory(1_000))
    releases: SharedRead = field(default_factory=SharedRead)
    cypher: "CypherRunner | None" = None
    kept_releases: int = 1


@dataclass(slots=True)
class RequestContext:
    """One request.

    Attributes
    ----------
    desk
        What outlives it.
    request_id
        Shown in errors and in the log.
    price
        Set when the document was measured.
    as_of
        Number of the release that the operation names; None: the current one.
    is_lasting
        False once something was read that may change within a release: loads, runs, the scheduler's work.
    """

    desk: Desk
    request_id: str
    price: int = 0
    as_of: int | None = None
    is_lasting: bool = True
    batches: Batches = field(init=False)
    _release: "asyncio.Task[ReleaseView] | None" = None
    _has_read: bool = False

    def __post_init__(self) -> None:
        self.batches = Batches(self.read)

    @property
    def limits(self) -> Limits:
        """What one document may ask for."""
        return self.desk.limits

    async def release(self) -> ReleaseView:
        """The release that the request reads, found once: the current one, or the one it names.

        Raises
        ------
        QueryError
            ``RELEASE_NOT_LOADED`` for a release that does not stay loaded, naming those that do.
        """
        if self._release is None:
            self._release = asyncio.ensure_future(self._find_release())
        return await self._release

    def name_release(self, number: int | None) -> None:
        """Say which release the operation names; what was looked up before it was known is forgotten."""
        if number != self.as_of:
            self.start_anew()
        self.as_of = number

    async def available_releases(self) -> tuple[int, ...]:
        """Numbers of the releases that `@asOf` may name, newest first."""
        rows = await self.desk.store.read("releases/list_loaded", kept=self.desk.kept_releases)
        return tuple(row["number"] for row in rows)

    def refuse_as_of(self, name: str) -> None:
        """Refuse a field that only the current release can answer when the operation names another.

        Raises
        ------
        QueryError
            ``RELEASE_NOT_LOADED``.
        """
        if self.as_of is not None:
            message = f"`{name}` is computed in the current release alone: ask for it in an operation without @asOf"
            raise QueryError(ErrorCode.RELEASE_NOT_LOADED, message, release=self.as_of)

    async def _read_current(self) -> ReleaseView:
        with time_limit(self.limits.seconds):
            return await read_release(self.desk.store)

    async def _find_release(self) -> ReleaseView:
        current: ReleaseView = await self.desk.releases.get(self._read_current)
        if self.as_of is None or self.as_of == current.number:
            return current
        available = await self.available_releases()
        if self.as_of not in available:
            listed = ", ".join(str(number) for number in available) or "none"
            message = (
                f"release {self.as_of} is not loaded: the available ones are {listed}. Leave @asOf out, or keep more "
                "of them with the setting LOCUSGRAPH_KEPT_RELEASES"
            )
            raise QueryError(
                ErrorCode.RELEASE_NOT_LOADED, message, release=self.as_of, availableReleases=list(available)
            )
        return await read_release_as_of(self.desk.store, self.as_of)

    async def loaded_release(self) -> ReleaseView:
        """The current release.

        Raises
        ------
        QueryError
            ``NO_RELEASE`` where nothing was loaded yet.
        """
        release = await self.release()
        if release.number == 0:
            raise QueryError(
                ErrorCode.NO_RELEASE, "nothing is loaded yet: run `locusgraph demo` or `locusgraph ingest`"
            )
        return release

    async def is_overtaken(self) -> bool:
        """Whether another release became current meanwhile: what was read of this one may be half taken away by now.

        One that the operation names is overtaken when it is loaded no more.
        """
        if not self._has_read:
            return False
        number = (await self.release()).number
        if self.as_of is not None:
            return number not in await self.available_releases()
        if number == 0:
            return False
        now: ReleaseView = await self.desk.releases.get(self._read_current)
        return now.number != number

    def start_anew(self) -> None:
        """Forget the release and everything that was read in it."""
        self._release, self._has_read, self.batches = None, False, Batches(self.read)

    async def load_node(self, label: str, key: str | None) -> Any:
        """The GraphQL object of the node of kind `label` with this key, through its DataLoader; None where none is."""
        kind = self.desk.kinds[label]
        row = await self.batches.node(kind.query, key)
        return None if row is None else kind.build(row)

    async def load_nodes(self, label: str, keys: Sequence[str]) -> list[Any]:
        """The same for several keys, in one query."""
        return list(await asyncio.gather(*(self.load_node(label, key) for key in keys)))

    async def read(self, query: str, **parameters: Any) -> list[Row]:
        """Rows of a query of ``queries/graphql`` in this request's release."""
        release = await self.release()
        self._has_read = True
        self.is_lasting = self.is_lasting and not query.startswith(_FLEETING)
        return await self.desk.store.read(
            f"graphql/{query}",
            load_ids=list(release.load_ids),
            run_ids=list(release.run_ids),
            champion_run_id=release.champion_run_id,
            **parameters,
        )


async def read_release(store: Reader) -> ReleaseView:
    """The current release; number 0 in a store that never switched."""
    rows = await store.read("releases/read_current")
    if not rows:
        return ReleaseView(0, (), (), None)
    row = rows[0]
    created_at = None if row["created_at"] is None else str(row["created_at"])
    champion = row["champion_run_id"]
    return ReleaseView(row["number"], tuple(row["load_ids"]), tuple(row["run_ids"]), created_at, champion)


async def read_release_as_of(store: Reader, number: int) -> ReleaseView:
    """An older release that stays loaded: its own evidence and runs, with the genes, places and blocks of now."""
    (row,) = await store.read("releases/read_as_of", number=number)
    return ReleaseView(
        number, tuple(row["load_ids"]), tuple(row["run_ids"]), str(row["created_at"]), row["champion_run_id"]
    )
