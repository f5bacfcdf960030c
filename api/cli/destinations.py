"""Where the results of an analysis of people go: to files, and where it was asked for from them into the graph."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from api.cli.attach_options import ScanWords
from api.cli.errors import WrongUsage
from api.cli.estimates import print_next, quoted
from api.cli.opening import opened_graph
from api.cli.output import print_json
from api.cli.progress import OnProgress, progress_bar

if TYPE_CHECKING:
    from services.graph.store import Store
    from services.mixed_models import AttachedReml, AttachedScan, RemlReport, ScanReport
    from services.settings import Settings

Report = TypeVar("Report", "ScanReport", "RemlReport")
Attach = Callable[["Store", "Settings", Path, OnProgress], Any]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where results go.

    Attributes
    ----------
    prefix
        Of the files to write; None for none.
    on_progress
        Called with (done, total, text).
    attach
        Brings a description of results into the graph; None where they stay in files.
    lasts
        Whether the files stay.
    """

    prefix: Path | None
    on_progress: OnProgress
    attach: Callable[[Path], Any] | None = None
    lasts: bool = True

    def finish(self, report: Report) -> tuple[Any, Report]:
        """Attach the description that the report names last; its report (None for none), and the files that stay."""
        attached = None if self.attach is None else self.attach(Path(report.files[-1]))
        return attached, report if self.lasts else replace(report, files=())


@contextmanager
def opened_destination(
    context: typer.Context, out: Path | None, attach: "Attach | None", check: "Callable[[Store], object] | None"
) -> Iterator[Destination]:
    """Open the graph before an analysis that may take long, where its results go there; files alone need none.

    Parameters
    ----------
    out
        Prefix of the files; None with a graph: a folder that does not last.
    attach
        Brings a file into the graph; None: it is left alone.
    check
        Sees on the open graph that the results can go there.

    Raises
    ------
    StoreError
        When the graph is needed and cannot be reached.
    """
    if attach is None:
        with progress_bar() as on_progress:
            yield Destination(out, on_progress)
        return
    with opened_graph(context) as (store, settings, on_progress), tempfile.TemporaryDirectory() as folder:
        if check is not None:
            check(store)
        prefix = Path(folder) / "attached" if out is None else out
        yield Destination(
            prefix, on_progress, lambda file: attach(store, settings, file, on_progress), lasts=out is not None
        )


@contextmanager
def scan_destination(context: typer.Context, out: Path | None, words: ScanWords | None) -> Iterator[Destination]:
    """The destination of a scan.

    Raises
    ------
    WrongUsage, AttachError, TraitNotResolved
        When the scan cannot be attached as it was asked for.
    """
    if words is None:
        with opened_destination(context, out, None, None) as found:
            yield found
        return
    from services.mixed_models import attach_scan, check_scan_attachment

    request = words.to_request()

    def attach(store: "Store", settings: "Settings", file: Path, on_progress: OnProgress) -> "AttachedScan":
        return attach_scan(store, settings, file, request, on_progress=on_progress)

    with opened_destination(context, out, attach, lambda store: check_scan_attachment(store, request)) as found:
        yield found


@contextmanager
def reml_destination(
    context: typer.Context, out: Path | None, traits: Sequence[str], columns: Sequence[str]
) -> Iterator[Destination]:
    """The destination of REML.

    Parameters
    ----------
    traits
        Traits of the graph; none: the results stay in files.
    columns
        The traits of the estimate.

    Raises
    ------
    WrongUsage, AttachError, TraitNotResolved
        When the estimate cannot be attached as it was asked for.
    """
    if not traits:
        with opened_destination(context, out, None, None) as found:
            yield found
        return
    if len(traits) != len(columns):
        raise WrongUsage(f"--attach names the trait of the graph for each --trait: {len(traits)} for {len(columns)}")
    from services.mixed_models import attach_reml, find_reml_traits

    def attach(store: "Store", settings: "Settings", file: Path, on_progress: OnProgress) -> "AttachedReml":
        return attach_reml(store, settings, file, traits=traits, on_progress=on_progress)

    with opened_destination(context, out, attach, lambda store: find_reml_traits(store, traits)) as found:
        yield found


def show_results(
    report: "ScanReport | RemlReport",
    attached: Any,
    *,
    show: Callable[[Any], None],
    show_attached: Callable[[Any], None],
    as_json: bool,
) -> None:
    """Print what was found, and what became of it in the graph.

    Parameters
    ----------
    attached
        Report of the attachment; None where there was none.
    """
    if as_json:
        more = {} if attached is None else {"attached": attached.to_dict()}
        print_json({**report.to_dict(), **more})
        return
    show(report)
    if attached is not None:
        show_attached(attached)
    elif report.files:
        build = " --build BUILD" if len(report.files) > 1 else ""
        print_next([f"locusgraph attach {quoted(report.files[-1])} --trait TRAIT{build}"])
