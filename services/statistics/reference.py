"""LD scores that regressions run on: of a run of this program, or from files of the original one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.builds import sort_by_place
from loaders.ldsc import LdScoreFiles, LdScorePart, Scores, open_ld_scores
from loaders.ldsc.chromosome_files import AUTOSOMES
from services.settings import Settings
from services.statistics.errors import RunDamaged
from services.statistics.overlaps import read_overlap
from services.statistics.refusals import InputsError

SCORES_NAME: Final = "ld_scores.parquet"
ANNOTATIONS_NAME: Final = "annotations.parquet"
PAIRS_NAME: Final = "pairs.parquet"
REFERENCE_NAME: Final = "reference.json"
PLACE_COLUMNS: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "chromosome": pl.String,
    "rsid": pl.String,
    "position_bp": pl.Int64,
    "cm": pl.Float64,
    "minor_allele_frequency": pl.Float64,
    "allele_1": pl.String,
    "allele_2": pl.String,
}
_ROW_GROUP_ROWS: Final = 65_536
_ARRAYS: Final = ("m", "m_5_50", "overlap", "overlap_5_50", "annotation_sd_5_50")


class LdSource(Protocol):
    """LD scores, in memory or still in their files."""

    @property
    def names(self) -> tuple[str, ...]:
        """Annotations, one LD score column each."""

    @property
    def m(self) -> NDArray[np.float64] | None:
        """Sum of each annotation over the panel's SNPs."""

    @property
    def m_5_50(self) -> NDArray[np.float64] | None:
        """The same over SNPs with MAF > 5 %."""

    @property
    def source(self) -> str:
        """The run or the files, for people."""

    def read_parts(self) -> Iterator[LdScorePart]:
        """Yield the rows in pieces; `places` has chromosome, rsid and position_bp."""


@dataclass(frozen=True)
class LdReference:
    """LD scores of a panel with what enrichment needs of its annotations.

    Attributes
    ----------
    names
        Annotations, one LD score column each; the first is the base where there is one.
    table
        The columns of `PLACE_COLUMNS` (null where unknown), then one float64 column a name.
    m, m_5_50
        Sum of each annotation over the panel's SNPs, and over those with MAF > 5 %; None where nobody says.
    overlap, overlap_5_50
        A'A over the same SNPs, shape (C, C).
    n_reference_snps, n_reference_snps_5_50
        Their numbers.
    annotation_sd_5_50
        Standard deviation of each annotation over the SNPs with MAF > 5 %.
    run_id
        The run that computed them; None for files.
    source
        The run or the files, for people.
    settings
        How they were computed, as far as known.
    """

    names: tuple[str, ...]
    table: pl.DataFrame
    m: NDArray[np.float64] | None
    m_5_50: NDArray[np.float64] | None
    overlap: NDArray[np.float64] | None = None
    overlap_5_50: NDArray[np.float64] | None = None
    n_reference_snps: int | None = None
    n_reference_snps_5_50: int | None = None
    annotation_sd_5_50: NDArray[np.float64] | None = None
    run_id: str | None = None
    source: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def read_parts(self) -> Iterator[LdScorePart]:
        """Yield the table chromosome by chromosome, sorted."""
        table = sort_by_place(self.table, "chromosome", "position_bp")
        for part in table.partition_by("chromosome", maintain_order=True):
            yield LdScorePart(part.select("chromosome", "rsid", "position_bp"), partial(self._columns, part))

    def _columns(self, part: pl.DataFrame) -> Iterator[Scores]:
        for name in self.names:
            yield part[name].to_numpy()[:, None]


@dataclass(frozen=True)
class LdReferenceFiles:
    """LD scores that stay in their files until a regression reads the rows it needs.

    Attributes
    ----------
    files
        The files.
    names, m, m_5_50, overlap, overlap_5_50, n_reference_snps, n_reference_snps_5_50, annotation_sd_5_50, source
        As of `LdReference`.
    """

    files: LdScoreFiles
    names: tuple[str, ...]
    m: NDArray[np.float64] | None
    m_5_50: NDArray[np.float64] | None
    overlap: NDArray[np.float64] | None = None
    overlap_5_50: NDArray[np.float64] | None = None
    n_reference_snps: int | None = None
    n_reference_snps_5_50: int | None = None
    annotation_sd_5_50: NDArray[np.float64] | None = None
    source: str = ""
    run_id: None = None

    def read_parts(self) -> Iterator[LdScorePart]:
        """Yield the files' rows, file by file."""
        for part in self.files.read_parts():
            chromosome, rsid, position = part.places.get_columns()
            places = [chromosome.alias("chromosome"), rsid.alias("rsid"), position.alias("position_bp")]
            yield dataclasses.replace(part, places=pl.DataFrame(places))

    def collect(self) -> LdReference:
        """Read everything."""
        table = pl.concat([part.to_table(self.names) for part in self.read_parts()])
        absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in PLACE_COLUMNS.items()
                  if name not in table.columns]  # fmt: skip
        table = table.with_columns(absent).select(*PLACE_COLUMNS, *self.names)
        values = {
            entry.name: getattr(self, entry.name)
            for entry in dataclasses.fields(self)
            if entry.name not in ("files", "run_id")
        }
        return LdReference(table=sort_by_place(table, "chromosome", "position_bp"), **values)


def open_reference_files(
    prefix: str,
    *,
    frq: str | None = None,
    annot: str | None = None,
    chromosomes: Sequence[str] = AUTOSOMES,
    allows_missing: bool = False,
) -> LdReferenceFiles:
    """Find LD score files, and read M and the annotations' overlaps, but not the LD scores.

    Parameters
    ----------
    prefix
        Of the LD scores; `@` or a number at the end for the chromosome, several separated by commas.
    frq
        Prefix of the panel's .frq files, which say what is common (MAF > 5 %).
    annot
        Prefix of the .annot files (several separated by commas); without them there are no overlaps.
    chromosomes, allows_missing
        A chromosome without a file is an error that names it, unless `allows_missing`.

    Raises
    ------
    LoadError
        Files that are missing or damaged.
    InputsError
        Neither M file is there; annotations that do not fit LD scores or frequencies.
    """
    files = open_ld_scores(prefix, chromosomes=chromosomes, allows_missing=allows_missing)
    m, m_5_50 = files.read_m("M"), files.read_m("M_5_50")
    if m is None and m_5_50 is None:
        raise InputsError(
            "LD scores need their number of SNPs",
            seen="neither .l2.M nor .l2.M_5_50",
            where=prefix,
            remedy="copy the M files from where the LD scores come from",
        )
    known: dict[str, Any] = {}
    if annot is not None:
        present = tuple(file.chromosome for file in files.files[0] if file.chromosome is not None) or chromosomes
        overlap = read_overlap(annot, frq, names=files.names, chromosomes=present)
        known = {entry.name: getattr(overlap, entry.name) for entry in dataclasses.fields(overlap)}
    return LdReferenceFiles(files, files.names, m, m_5_50, **known, source=str(prefix))


def read_reference_files(
    prefix: str,
    *,
    frq: str | None = None,
    annot: str | None = None,
    chromosomes: Sequence[str] = AUTOSOMES,
    allows_missing: bool = False,
) -> LdReference:
    """Read LD scores from files; see `open_reference_files`, which keeps large ones out of memory."""
    opened = open_reference_files(prefix, frq=frq, annot=annot, chromosomes=chromosomes, allows_missing=allows_missing)
    return opened.collect()


def read_weights(prefix: str, *, chromosomes: Sequence[str] = AUTOSOMES, allows_missing: bool = False) -> pl.DataFrame:
    """Read LD scores that weigh the regression: rsid, weight_ld.

    Raises
    ------
    InputsError
        When the files have several columns of LD scores.
    """
    files = open_ld_scores(prefix, chromosomes=chromosomes, allows_missing=allows_missing)
    if len(files.names) != 1:
        raise InputsError(
            "regression weights must be one column of LD scores",
            seen=f"{len(files.names)} columns ({', '.join(files.names[:4])}, ...)",
            where=prefix,
            remedy="give LD scores without annotations, summed over the regression's SNPs",
        )
    table = pl.concat([part.to_table(["weight_ld"]) for part in files.read_parts()])
    return table.select(pl.col("SNP").alias("rsid"), "weight_ld")


def write_reference(folder: Path, reference: LdReference) -> tuple[Path, ...]:
    """Write a reference into a run's folder: ld_scores.parquet and reference.json.

    Parameters
    ----------
    folder
        Made if it is missing.
    reference
        What to write.

    Returns
    -------
    tuple of Path
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scores, facts = folder / SCORES_NAME, folder / REFERENCE_NAME
    table = sort_by_place(reference.table, "chromosome", "position_bp").select(*PLACE_COLUMNS, *reference.names)
    table.write_parquet(scores, compression="zstd", row_group_size=_ROW_GROUP_ROWS)
    values = {
        entry.name: _to_json(getattr(reference, entry.name))
        for entry in dataclasses.fields(reference)
        if entry.name != "table"
    }
    facts.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return scores, facts


def read_reference_folder(folder: Path) -> LdReference:
    """Read what `write_reference` wrote.

    Raises
    ------
    RunDamaged
        When a file is missing or cannot be read.
    """
    try:
        values = json.loads((folder / REFERENCE_NAME).read_text(encoding="utf-8"))
        table = pl.read_parquet(folder / SCORES_NAME)
        names = tuple(values.pop("names"))
        arrays = {
            name: None if values[name] is None else np.array(values.pop(name), dtype=np.float64) for name in _ARRAYS
        }
        return LdReference(**{**values, **arrays, "names": names, "table": table.select(*PLACE_COLUMNS, *names)})
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise RunDamaged(
            f"LD scores of a run must lie whole in its folder, but {folder} cannot be read ({error}): compute them "
            "again"
        ) from error


def read_reference_run(settings: Settings, run_id: str) -> LdReference:
    """Read the LD scores of a run.

    Raises
    ------
    RunDamaged
        See `read_reference_folder`.
    """
    return dataclasses.replace(read_reference_folder(settings.home / "runs" / run_id), run_id=run_id)


def _to_json(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
