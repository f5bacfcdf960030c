"""Shows estimates for people: value ± standard error, p as text, flags as sentences, where the numbers came from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from api.cli.output import print_facts, show, stdout
from api.flags import explain_flags

if TYPE_CHECKING:
    from services.statistics import Source

ABSENT = "–"
REASONS_SHOWN = 6
_ROUNDING = 1e-12
FRAMING = {"munge_read", "read", "kept"}
"""Counts of what went in and came out, among the counts of what was lost."""

STATUS_TEXT = {
    "computed": "computed and shown in release {release} (run {run_id})",
    "unchanged": "nothing changed since run {run_id}, which release {release} shows: read from it",
    "written": "from files; the graph was not touched",
}


def show_estimate(value: float | None, standard_error: float | None) -> str:
    """An estimate with its error, four decimals each, or three digits where it is tiny; a dash where there is none.

    An error that is nothing but rounding is shown as 0.
    """
    if value is None:
        return ABSENT
    if standard_error is None:
        return f"{_number(value, value)} (fixed)"
    if abs(standard_error) <= _ROUNDING * abs(value):
        return f"{_number(value, value)} ± {_number(0.0, 0.0)}"
    return f"{_number(value, standard_error)} ± {_number(standard_error, standard_error)}"


def _number(value: float, scale: float) -> str:
    return f"{value:.4f}" if 1e-3 <= abs(scale) < 1e4 or value == 0.0 else f"{value:.3g}"


def show_p(neg_log10_p: float | None) -> str:
    """A p-value as text that cannot underflow; a dash where there is none."""
    from api.p_values import render_p_value

    return ABSENT if neg_log10_p is None else render_p_value(neg_log10_p)


def print_known(facts: Mapping[str, object]) -> None:
    """Print names and values below each other, without those that nobody knows."""
    print_facts({name: value for name, value in facts.items() if value is not None})


def show_z(z: float | None) -> str:
    """An estimate over its error, two decimals; a dash where there is none."""
    return ABSENT if z is None else f"{z:.2f}"


def show_status(status: str, run_id: str | None, release: int | None) -> str:
    """What became of an analysis, in words."""
    return STATUS_TEXT.get(status, status).format(run_id=run_id, release=release)


def source_facts(source: "Source") -> dict[str, object]:
    """Which statistics were regressed on which LD scores, and the SNPs lost on the way."""
    name = source.target if source.name in {None, source.target} else f"{source.name} ({source.target})"
    return {
        "target": name,
        "study": source.study_id,
        "LD scores": source.ld_scores,
        "SNPs read": source.counts.get("munge_read", source.counts.get("read")),
        "SNPs left out": show_counts(source.counts),
    }


def show_counts(counts: Mapping[str, int]) -> str:
    """Reasons with their counts, in the order in which they applied; those that took nothing are left out."""
    lost = ((reason, count) for reason, count in counts.items() if count and reason not in FRAMING)
    shown = [f"{reason.replace('_', ' ')} {count:,}" for reason, count in lost]
    more = len(shown) - REASONS_SHOWN
    return "; ".join(shown[:REASONS_SHOWN]) + (f"; {more} more" if more > 0 else "") or "none"


def print_flags(flags: Iterable[str], about: str = "") -> None:
    """Print each flag as a sentence that says what to do."""
    prefix = f"{about}: " if about else ""
    for sentence in explain_flags(flags):
        stdout().print(f"[yellow]note[/yellow]  {escape(prefix + sentence)}")


def print_repeats(source: "Source", about: str = "") -> None:
    """Say how many rows repeat an rsid, and which of them counts."""
    n_rows = sum(count for reason, count in source.counts.items() if "repeated_" in reason)
    if n_rows:
        prefix = f"{about}: " if about else ""
        sentence = f"rows that repeat an rsid: {n_rows:,}. The first of each counts; check the file."
        stdout().print(f"[yellow]note[/yellow]  {escape(prefix + sentence)}")


def print_next(commands: Sequence[str]) -> None:
    """Print what may be asked next."""
    for command in commands:
        stdout().print(f"[dim]next[/dim]  [bold]{escape(command)}[/bold]", soft_wrap=True)


def of_files(run_id: str | None, source: "Source") -> str:
    """The words that name the same LD scores again where they are files; the graph's need no name."""
    return f" --ld-scores {quoted(source.ld_scores)}" if run_id is None else ""


def quoted(text: object) -> str:
    """A word of a command line, in quotes where it holds a blank."""
    word = show(text)
    return f'"{word}"' if " " in word else word
