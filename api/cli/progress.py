"""Progress bars on stderr, and only on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

OnProgress = Callable[[int, int, str], None]


@contextmanager
def progress_bar() -> Iterator[OnProgress]:
    """Show how far a long command is: the value is called with (done, total, text); each text has its own bar.

    A total of 0 means that the end is not known. Without a terminal nothing is shown.
    """
    if not sys.stderr.isatty():
        yield _show_nothing
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as bars:
        yield _Bars(bars).show


class _Bars:
    """The bars of one command: the newest text is running, the ones before it are finished."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._text = ""
        self._task = bars.add_task("", visible=False)

    def show(self, done: int, total: int, text: str) -> None:
        """Move the bar of `text`, or begin it."""
        if text != self._text:
            self._bars.stop_task(self._task)
            self._text = text
            self._task = self._bars.add_task(text, total=total or None)
        self._bars.update(self._task, completed=done, total=total or None)


def _show_nothing(done: int, total: int, text: str) -> None:
    """Nobody watches."""
