"""Shows what became of every row of a load: read, written, and under which reason left out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from api.cli.output import print_facts, print_table

if TYPE_CHECKING:
    from services.ingest import IngestReport

REASONS_SHOWN = 3
COLUMNS = (">skipped", ">refused", "most frequent reasons")
NOTE = "Every row read is written, skipped or refused under one reason; an unchanged study writes none. See --json."


def show_loads(report: "IngestReport", *, is_check: bool) -> None:
    """Print one line a study with its rows and most frequent reasons, and how many SNPs were placed."""
    rows = [
        (
            outcome.study_id,
            outcome.kind,
            outcome.status,
            outcome.report.read,
            outcome.report.written if is_check else outcome.written,
            outcome.report.n_skipped,
            outcome.report.n_refused,
            render_reasons({**outcome.report.refused, **outcome.report.skipped}),
        )
        for outcome in report.loads
    ]
    print_table(
        "checked, nothing was written" if is_check else "loads",
        ("study", "kind", "status", ">read", ">would write" if is_check else ">written", *COLUMNS),
        rows,
        note=NOTE,
    )
    if report.n_snps:
        share = report.n_snps_unplaced / report.n_snps
        print_facts(
            {
                "release": report.release,
                "SNPs": report.n_snps,
                "that nothing places": f"{report.n_snps_unplaced:,} ({share:.1%})",
            }
        )


def render_reasons(reasons: Mapping[str, int]) -> str:
    """The most frequent reasons with their rows."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name.replace('_', ' ')} {count:,}" for name, count in ordered[:REASONS_SHOWN]]
    more = len(ordered) - len(shown)
    return "; ".join(shown) + (f"; {more} more" if more else "")
