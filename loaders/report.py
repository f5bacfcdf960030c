"""The load report: every input row ends as written or under exactly one named reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from loaders.errors import LedgerError

N_EXAMPLES = 3


class Skip(Enum):
    """Why a sound row is not written; skips are counted and are no refusals (formats.md, decision 2)."""

    BELOW_THRESHOLD = "its p-value does not pass the study's p_threshold; it stays in the full table"
    DUPLICATE = "another row of the study has the same variant, target and model, and a smaller p-value"
    REPEATED_ROW = "the source repeats one association per mapped gene or per mapped trait"
    OTHER_TEST = "the row is of a test that is not loaded (TEST is not ADD)"
    FILTERED = "a row filter of the format or the manifest leaves it out"
    REPEATED_NAME = "the same id occurs more than once; the preferred row was kept"
    NOT_PLACED = "the row has no position, so it places nothing"
    OUTSIDE_SCOPE = "the row is outside the contigs or features that are loaded"
    NO_CATEGORY = "the SNP is in no category of the file"


class Refusal(Enum):
    """Why a row cannot be used; refusals count for the share that fails a load."""

    RAGGED_ROW = "the row has another number of fields than the header"
    MULTI_SNP_CELL = "the variant cell names several variants"
    MULTI_ALLELIC = "the allele cell names several alleles"
    MISSING_VARIANT = "the row has neither a variant id nor a position"
    UNREADABLE_VARIANT = "the variant id is neither an rs number, a probe name nor a position"
    UNKNOWN_CHROMOSOME = "the chromosome is none of 1-22, X, Y, MT"
    BAD_POSITION = "the position is no whole number from 1 to the chromosome's length in this build"
    UNKNOWN_BUILD = "the variant has only a position, and its genome build is not known"
    MISSING_TARGET = "the row names no CpG, gene or trait"
    MISSING_ALLELE = "the row has a signed effect and no effect allele"
    BAD_ALLELE = "an allele is not made of A, C, G, T, nor D or I"
    IDENTICAL_ALLELES = "effect allele and other allele are the same"
    MISSING_P = "the row has neither a p-value nor a z score"
    BAD_P = "the p-value is no number from 0 to 1"
    NON_FINITE_Z = "the effect or its z score is not finite"
    BAD_INTERVAL = "the interval is empty, or its start or end is no position"
    MISSING_NAME = "the row has no id"
    TEST_FAILED = "the program that made the row says that its test failed"
    CONFLICTING_ROW = "the row contradicts an earlier row with the same id"


@dataclass(frozen=True)
class LoadReport:
    """What became of every row of one study.

    Attributes
    ----------
    study, kind
        The study's id and kind in the manifest.
    read
        Input rows, over all files of the study.
    written
        Rows written: edges for evidence, records for reference kinds.
    skipped, refused
        Reason (lower-case name) to number of rows.
    flagged
        Flag to number of rows that carry it; flagged rows are written or skipped as well.
    examples
        Reason to the first row numbers (1-based data rows).
    """

    study: str
    kind: str
    read: int
    written: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    flagged: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def n_skipped(self) -> int:
        """Number of skipped rows."""
        return sum(self.skipped.values())

    @property
    def n_refused(self) -> int:
        """Number of refused rows."""
        return sum(self.refused.values())

    @property
    def refused_share(self) -> float:
        """Refused rows over rows read, 0 for an empty study."""
        return self.n_refused / self.read if self.read else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        return {
            "study": self.study,
            "kind": self.kind,
            "read": self.read,
            "written": self.written,
            "skipped": dict(self.skipped),
            "refused": dict(self.refused),
            "flagged": dict(self.flagged),
            "examples": {reason: list(rows) for reason, rows in self.examples.items()},
        }

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> LoadReport:
        """Read what `to_dict` rendered."""
        examples = {reason: tuple(rows) for reason, rows in values.get("examples", {}).items()}
        return LoadReport(**{**values, "examples": examples})


class RowLedger:
    """Book of one study's rows while they stream by.

    Parameters
    ----------
    study, kind
        The study's id and kind in the manifest.
    """

    def __init__(self, study: str, kind: str) -> None:
        self.study, self.kind = study, kind
        self.n_read = 0
        self.n_written = 0
        self._skipped: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._flagged: Counter[str] = Counter()
        self._examples: dict[str, tuple[int, ...]] = {}

    def read(self, n_rows: int) -> None:
        """Book rows that were read."""
        self.n_read += n_rows

    def write(self, n_rows: int) -> None:
        """Book rows that were written."""
        self.n_written += n_rows

    def skip(self, reason: Skip, n_rows: int, rows: tuple[int, ...] = ()) -> None:
        """Book rows that were skipped, with a few row numbers as examples."""
        self._book(self._skipped, reason.name.lower(), n_rows, rows)

    def refuse(self, reason: Refusal, n_rows: int, rows: tuple[int, ...] = ()) -> None:
        """Book rows that were refused, with a few row numbers as examples."""
        self._book(self._refused, reason.name.lower(), n_rows, rows)

    def flag(self, name: str, n_rows: int) -> None:
        """Book rows that carry a flag."""
        if n_rows:
            self._flagged[name] += n_rows

    def report(self) -> LoadReport:
        """Close the book.

        Raises
        ------
        LedgerError
            When read is not written + skipped + refused.
        """
        report = LoadReport(
            self.study,
            self.kind,
            self.n_read,
            self.n_written,
            dict(sorted(self._skipped.items())),
            dict(sorted(self._refused.items())),
            dict(sorted(self._flagged.items())),
            dict(sorted(self._examples.items())),
        )
        booked = report.written + report.n_skipped + report.n_refused
        if booked != report.read:
            raise LedgerError(
                "every row read must be written, skipped or refused exactly once",
                seen=f"{report.read} read, {booked} booked",
                where=f"study {self.study}",
                remedy="this is a fault of the loader: please report it with the manifest",
            )
        return report

    def _book(self, counts: Counter[str], reason: str, n_rows: int, rows: tuple[int, ...]) -> None:
        if n_rows == 0:
            return
        counts[reason] += n_rows
        if rows:
            known = self._examples.get(reason, ())
            self._examples[reason] = tuple(sorted(known + rows)[:N_EXAMPLES])


def explain_reason(reason: str) -> str:
    """Return the sentence that explains a reason of a load report.

    Parameters
    ----------
    reason
        Lower-case name of a `Skip` or `Refusal`.
    """
    for kind in (Skip, Refusal):
        if reason.upper() in kind.__members__:
            return str(kind[reason.upper()].value)
    return reason
