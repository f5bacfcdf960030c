"""The book of a munge: every row read is written or left out under one reason."""

from __future__ import annotations

from enum import Enum

from loaders.errors import LedgerError


class Loss(Enum):
    """Why a row of a GWAS is not written; the order is that of the filters."""

    RAGGED_ROW = "the row has another number of fields than the header"
    OTHER_TEST = "the row is of a test that is not wanted (TEST is not ADD), or a filter of the format leaves it out"
    TEST_FAILED = "the program that made the row says that its test failed"
    FILTERED = "a row filter of the format leaves it out"
    NOT_LISTED = "the SNP is not in the list of SNPs and alleles"
    MISSING_VALUE = "a value that is needed is missing"
    UNREADABLE_NUMBER = "a value that must be a number is none"
    LOW_INFO = "the imputation quality is missing or below the minimum"
    LOW_FREQUENCY = "the minor allele frequency is at most the minimum, or the frequency is not from 0 to 1"
    BAD_P = "the p-value is not above 0 and at most 1, and no effect with its error says more"
    BAD_ALLELES = "the alleles are not two different bases, or their strand is unknown (A/T, C/G)"
    REPEATED_RSID = "an earlier row has the same rsid"
    LOW_N = "the sample size is below the minimum"
    FEW_STUDIES = "fewer studies than the most have the SNP"
    MISMATCHED_ALLELES = "the alleles are not those of the list of SNPs and alleles"


class MungeLedger:
    """Book of one munge while its rows stream by."""

    def __init__(self) -> None:
        self.n_read = 0
        self._lost: dict[str, int] = {}

    def read(self, n_rows: int) -> None:
        """Book rows that were read."""
        self.n_read += n_rows

    def lose(self, reason: Loss, n_rows: int) -> None:
        """Book rows that are left out."""
        name = reason.name.lower()
        self._lost[name] = self._lost.get(name, 0) + n_rows

    def close(self, n_written: int) -> dict[str, int]:
        """Close the book.

        Returns
        -------
        dict
            Reason to rows, in the order of the filters, with those that lost none left out.

        Raises
        ------
        LedgerError
            When read is not written + lost.
        """
        lost = {entry.name.lower(): self._lost.get(entry.name.lower(), 0) for entry in Loss}
        if n_written + sum(lost.values()) != self.n_read:
            raise LedgerError(
                "every row read must be written or left out exactly once",
                seen=f"{self.n_read:,} read, {n_written:,} written, {sum(lost.values()):,} left out",
                remedy="this is a fault of the loader: please report it with the file's header",
            )
        return {name: n_rows for name, n_rows in lost.items() if n_rows}
