"""What most commands begin with: settings, logging, and the graph."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from api.cli.progress import OnProgress, progress_bar

if TYPE_CHECKING:
    from services.graph.store import Store
    from services.settings import Settings


def open_settings(context: typer.Context) -> "Settings":
    """Read the settings and set up the log.

    Raises
    ------
    SettingsError
        When a setting has an impossible value.
    """
    from services.logs import set_up_logging
    from services.settings import read_settings

    settings = read_settings(**({"log_level": "DEBUG"} if (context.obj or {}).get("debug") else {}))
    set_up_logging(settings)
    return settings


@contextmanager
def opened_graph(context: typer.Context) -> Iterator[tuple["Store", "Settings", OnProgress]]:
    """Open the graph of the settings, with a progress bar for whatever takes long.

    Raises
    ------
    StoreError
        When it cannot be reached, or belongs to another schema version or reference build.
    """
    from api.wiring import open_graph

    settings = open_settings(context)
    with progress_bar() as on_progress, open_graph(settings, on_progress=on_progress) as store:
        yield store, settings, on_progress
