"""What the web server counts for Prometheus: requests, prices, the store's queries, loads and trainings."""

import asyncio
import time
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.requests import Request
from starlette.responses import Response

from api.gql.context import Desk, read_release
from api.versions import product_version
from services.graph.errors import StoreError

FACTS_KEPT_SECONDS: Final = 10.0
FACTS_TIMEOUT_SECONDS: Final = 5.0
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_PRICES: Final = (1, 10, 100, 1_000, 10_000, 100_000)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_OUTCOMES: Final = ("read", "written", "skipped", "refused")


class Metrics:
    """The counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        labels = ("route", "method", "status")
        self.requests = Counter("locusgraph_http_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "locusgraph_http_request_seconds",
            "Time from a request's headers to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.running = Gauge("locusgraph_http_requests_running", "Requests being answered.", registry=self.registry)
        self.price = Histogram(
            "locusgraph_query_price", "x-query-price of queries.", ("route",), buckets=_PRICES, registry=self.registry
        )
        self.store_seconds = Histogram(
            "locusgraph_store_query_seconds",
            "Time of each exchange with the store, tries again included.",
            ("query",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.store_failures = Counter(
            "locusgraph_store_query_failures", "Exchanges that failed.", ("query", "error"), registry=self.registry
        )
        self.facts = StoreFacts(self.registry)
        version = Gauge("locusgraph_build_info", "Version of the program.", ("version",), registry=self.registry)
        version.labels(product_version()).set(1)

    def note_request(self, route: str, method: str, status: int, seconds: float, price: int | None) -> None:
        """Count one answered request."""
        known = method if method in _METHODS else "other"
        self.requests.labels(route, known, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
        if price is not None:
            self.price.labels(route).observe(price)

    def note_query(self, doing: str, seconds: float, failure: str | None) -> None:
        """Count one exchange with the store; its name is that of a query file, never a text of a user's."""
        name = doing.removeprefix("query ") if doing.startswith("query ") else "connection"
        self.store_seconds.labels(name).observe(seconds)
        if failure is not None:
            self.store_failures.labels(name, failure).inc()


class StoreFacts:
    """What the store itself tells of loads and trainings, read at a scrape and kept for some seconds.

    Parameters
    ----------
    registry
        Where the gauges are shown.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"locusgraph_{name}", text, labels, registry=registry)

        self._up = gauge("store_up", "Whether the store answered at the last scrape.")
        self._release = gauge("release_number", "The current release.")
        self._loads = gauge("loads", "Loads that the graph knows, by status.", "status")
        self._rows = gauge("load_rows", "Rows of those loads, by what became of them.", "status", "outcome")
        self._last_load = gauge("last_load_timestamp_seconds", "When the last load was prepared.", "status")
        self._runs = gauge("model_runs", "Model runs that the graph knows.", "model", "status")
        self._last_run = gauge("last_run_timestamp_seconds", "When the last run finished.", "model", "status")
        self._lock = asyncio.Lock()
        self._read_at = -FACTS_KEPT_SECONDS

    async def refresh(self, desk: Desk) -> None:
        """Read them anew when they are old; in an outage the last ones stay and ``store_up`` is 0."""
        async with self._lock:
            if time.monotonic() - self._read_at < FACTS_KEPT_SECONDS:
                return
            try:
                async with asyncio.timeout(FACTS_TIMEOUT_SECONDS):
                    await self._read(desk)
            except (StoreError, TimeoutError):
                self._up.set(0)
                return
            self._up.set(1)
            self._read_at = time.monotonic()

    async def _read(self, desk: Desk) -> None:
        release = await read_release(desk.store)
        loads = await desk.store.read("status/count_loads")
        runs = await desk.store.read("status/count_runs")
        for gauge in (self._loads, self._rows, self._last_load, self._runs, self._last_run):
            gauge.clear()
        self._release.set(release.number)
        for row in loads:
            self._loads.labels(row["status"]).set(row["n_loads"])
            for outcome in _OUTCOMES:
                self._rows.labels(row["status"], outcome).set(row[f"n_{outcome}"])
            if row["last_seconds"] is not None:
                self._last_load.labels(row["status"]).set(row["last_seconds"])
        for row in runs:
            self._runs.labels(row["model"], row["status"]).set(row["n_runs"])
            if row["last_seconds"] is not None:
                self._last_run.labels(row["model"], row["status"]).set(row["last_seconds"])


async def show_metrics(request: Request) -> Response:
    """Every figure in Prometheus' text form."""
    metrics: Metrics = request.app.state.metrics
    await metrics.facts.refresh(request.app.state.desk)
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
