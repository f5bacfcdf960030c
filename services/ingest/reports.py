"""What a command of loading or removing did, study by study."""

from dataclasses import dataclass
from typing import Any

from loaders.report import LoadReport


@dataclass(frozen=True)
class LoadOutcome:
    """What became of one study of a manifest.

    Attributes
    ----------
    study_id, kind
        The study.
    load_id
        Its load; empty when the manifest was only checked.
    status
        loaded, replaced, unchanged, or checked.
    report
        What became of every row of its files.
    seconds
        Time its preparation took.
    """

    study_id: str
    kind: str
    load_id: str
    status: str
    report: LoadReport
    seconds: float

    @property
    def written(self) -> int:
        """Rows that this command wrote: none for a study that was loaded already."""
        return self.report.written if self.status in ("loaded", "replaced") else 0

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values: study, read, written, skipped and refused by reason, status."""
        return {
            **self.report.to_dict(),
            "written": self.written,
            "accepted": self.report.written,
            "status": self.status,
            "load_id": self.load_id,
        }


@dataclass(frozen=True)
class IngestReport:
    """What became of every study of a manifest.

    Attributes
    ----------
    loads
        One outcome a study, in the order in which they were prepared.
    release
        Number of the release that readers see now; 0 when the manifest was only checked.
    n_snps, n_snps_unplaced
        SNP nodes in the graph, and those of them that nothing could place.
    """

    loads: tuple[LoadOutcome, ...]
    release: int = 0
    n_snps: int = 0
    n_snps_unplaced: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        return {
            "loads": [outcome.to_dict() for outcome in self.loads],
            "release": self.release,
            "n_snps": self.n_snps,
            "n_snps_unplaced": self.n_snps_unplaced,
        }
