"""Reads the table of a scan piece by piece: its columns, a region of it, its strong SNPs; as Arrow or as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loaders.builds import canonical_chromosome
from services.mixed_models.errors import RequestError, ScanMissing
from services.registry import artefact_folder
from services.settings import Settings
from services.statistics.runs import METRICS_NAME, RUN_NAME, check_folder

SCAN_NAME: Final = "scan.parquet"
BATCH_ROWS: Final = 50_000
"""Rows held in memory at once."""
_P: Final = "neg_log10_p_"


@dataclass(frozen=True, slots=True)
class ScanFile:
    """The table of one run.

    Attributes
    ----------
    run_id, trait_id
        The run, and the trait that it is about.
    path
        The Parquet file.
    columns
        Names of its columns, in its order.
    n_rows
        SNPs that were tested.
    p_column
        Minus log10 p of the scan's main test; empty where it has none.
    """

    run_id: str
    trait_id: str
    path: Path
    columns: tuple[str, ...]
    n_rows: int
    p_column: str


@dataclass(frozen=True, slots=True)
class ScanChoice:
    """What of a table is wanted.

    Attributes
    ----------
    columns
        Names, in the order wanted; none: all.
    chromosome, start_bp, end_bp
        A region, 1-based, both ends included, in the scan's build; None: no bound.
    min_neg_log10_p
        Least minus log10 p of the main test; None keeps all, SNPs without a p too.
    """

    columns: tuple[str, ...] = ()
    chromosome: str | None = None
    start_bp: int | None = None
    end_bp: int | None = None
    min_neg_log10_p: float | None = None


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """What of a table was found.

    Attributes
    ----------
    columns
        Names, in the order wanted.
    groups
        Row groups with wanted rows, and which of their rows (n_rows of the group); None: all.
    n_rows
        Wanted rows.
    """

    columns: tuple[str, ...]
    groups: tuple[tuple[int, pa.BooleanArray | None], ...]
    n_rows: int


class ScanShelf:
    """The tables of the runs in a state folder; remembers which of them were seen to be whole.

    Parameters
    ----------
    settings
        Names the state folder.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._whole: dict[str, tuple[int, int, int]] = {}

    def describe(self, run_id: str) -> ScanFile:
        """The table of a run as its own footer describes it; its content is not looked at.

        Raises
        ------
        ScanMissing
            When the run left no scan here, or one that cannot be read.
        """
        folder = artefact_folder(self._settings, run_id)
        try:
            footer = pq.read_metadata(folder / SCAN_NAME)
            about, facts = _read_json(folder / RUN_NAME), _read_json(folder / METRICS_NAME)
        except (OSError, ValueError) as error:  # pyarrow and json name what they cannot read by ValueError
            raise ScanMissing(
                "a scan is served from the files of its run",
                seen=f"no readable {SCAN_NAME} of run {run_id} in the state folder",
                remedy="attach the scan again",
            ) from error
        columns = tuple(footer.schema.to_arrow_schema().names)
        return ScanFile(
            run_id=run_id,
            trait_id=str(about["scope"]),
            path=folder / SCAN_NAME,
            columns=columns,
            n_rows=footer.num_rows,
            p_column=_main_p(columns, facts.get("judged_by")),
        )

    def open(self, run_id: str) -> ScanFile:
        """The table of a run, once its files are seen to be what was written.

        They are read in whole for that, and not again before the table changes.

        Raises
        ------
        ScanMissing
            When the run left no scan here, or one that cannot be read.
        RunDamaged
            When a file of the run is missing or changed.
        """
        scan = self.describe(run_id)
        found = scan.path.stat()
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._whole.get(run_id) != stamp:
            check_folder(self._settings, run_id)
            self._whole[run_id] = stamp
        return scan


def choose_rows(scan: ScanFile, choice: ScanChoice) -> ChosenRows:
    """Find the rows that are wanted, by the statistics of row groups and, inside them, by the columns that decide.

    Raises
    ------
    RequestError
        When a column is unknown, or the region or the bar is impossible.
    """
    columns = _check_columns(scan, choice.columns)
    bounds = _bounds(scan, choice)
    groups: list[tuple[int, pa.BooleanArray | None]] = []
    n_rows = 0
    with pq.ParquetFile(scan.path) as file:
        for group in range(file.num_row_groups):
            if not _may_hold(file.metadata.row_group(group), bounds):
                continue
            mask = _mask_of(file, group, bounds)
            n_found = file.metadata.row_group(group).num_rows if mask is None else mask.true_count
            if n_found:
                groups.append((group, mask))
                n_rows += n_found
    return ChosenRows(columns, tuple(groups), n_rows)


def read_batches(scan: ScanFile, chosen: ChosenRows, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Wanted rows of some columns, at most `BATCH_ROWS` at once, in the table's order."""
    with pq.ParquetFile(scan.path) as file:
        for group, mask in chosen.groups:
            at = 0
            for batch in _batches(file, group, columns):
                wanted = batch if mask is None else batch.filter(mask.slice(at, batch.num_rows))
                at += batch.num_rows
                if wanted.num_rows:
                    yield wanted.select(list(columns))


def stream_arrow(scan: ScanFile, chosen: ChosenRows) -> Generator[bytes, None, None]:
    """The wanted rows as an Arrow IPC stream; run, trait and number of rows are metadata of its schema."""
    schema = _plain_schema(scan, chosen)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema) as writer:
        yield _take(sink)
        for batch in read_batches(scan, chosen, chosen.columns):
            writer.write_batch(batch.cast(schema))
            yield _take(sink)
    yield _take(sink)


def stream_json(scan: ScanFile, chosen: ChosenRows) -> Generator[bytes, None, None]:
    """The wanted rows as a JSON object of columns, written column after column; a number that is none is null."""
    head = {"run_id": scan.run_id, "trait_id": scan.trait_id, "n_rows": chosen.n_rows}
    yield orjson.dumps(head)[:-1] + b',"columns":{'
    for at, name in enumerate(chosen.columns):
        yield (b"," if at else b"") + orjson.dumps(name) + b":["
        is_first = True
        for batch in read_batches(scan, chosen, (name,)):
            yield (b"" if is_first else b",") + _json_values(batch.column(0))
            is_first = False
        yield b"]"
    yield b"}}"


@dataclass(frozen=True, slots=True)
class _Bound:
    """A column that decides: its name, and the least and greatest value wanted; None: no bound."""

    column: str
    least: Any
    greatest: Any


def _read_json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _main_p(columns: Sequence[str], judged_by: str | None) -> str:
    """The column of the main test, else the only one of p-values."""
    named = f"{_P}{judged_by}"
    present = [name for name in columns if name.startswith(_P)]
    return named if named in present else present[0] if len(present) == 1 else ""


def _check_columns(scan: ScanFile, wanted: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in wanted if name not in scan.columns]
    if unknown or len(set(wanted)) < len(wanted):
        raise RequestError(
            "columns must be some of the scan's, each once",
            seen=", ".join(unknown or wanted)[:200],
            remedy=f"choose from {', '.join(scan.columns)}",
        )
    return wanted or scan.columns


def _bounds(scan: ScanFile, choice: ScanChoice) -> tuple[_Bound, ...]:
    bounds = []
    if choice.chromosome is not None:
        chromosome = _check_chromosome(choice.chromosome)
        bounds.append(_Bound("chromosome", chromosome, chromosome))
    if choice.start_bp is not None or choice.end_bp is not None:
        _check_region(choice)
        bounds.append(_Bound("position_bp", choice.start_bp, choice.end_bp))
    if choice.min_neg_log10_p is not None:
        bounds.append(_Bound(_check_bar(scan, choice.min_neg_log10_p), choice.min_neg_log10_p, None))
    return tuple(bounds)


def _check_chromosome(text: str) -> str:
    chromosome = canonical_chromosome(text)
    if chromosome is None:
        raise RequestError("a chromosome must be 1 to 22, X, Y or MT", seen=text[:50], remedy="name one of these")
    return chromosome


def _check_region(choice: ScanChoice) -> None:
    start, end = choice.start_bp, choice.end_bp
    if choice.chromosome is None:
        raise RequestError(
            "a region must have a chromosome", seen=f"start {start}, end {end}", remedy="add its chromosome"
        )
    if (start is not None and start < 1) or (end is not None and end < (start or 1)):
        raise RequestError(
            "a region must go from a position of at least 1 to one not before it",
            seen=f"start {start}, end {end}",
            remedy="give start and end in this order; either may be left out",
        )


def _check_bar(scan: ScanFile, bar: float) -> str:
    if not 0 <= bar < np.inf:
        raise RequestError("a bar of -log10 p must be a number of at least 0", seen=bar, remedy="7.3 is p = 5e-8")
    if not scan.p_column:
        raise RequestError(
            "a bar needs the p-values of the scan's main test",
            seen=", ".join(scan.columns),
            remedy="ask without the bar",
        )
    return scan.p_column


def _may_hold(group: pq.RowGroupMetaData, bounds: Sequence[_Bound]) -> bool:
    """Whether a row group's statistics leave room for a wanted row; they leave out NaN and null, which none wants."""
    places = {group.column(at).path_in_schema: at for at in range(group.num_columns)}
    for bound in bounds:
        found = group.column(places[bound.column]).statistics
        if found is None or not found.has_min_max:
            if found is not None and found.has_null_count and found.null_count == group.num_rows:
                return False
            continue
        if (bound.greatest is not None and found.min > bound.greatest) or (
            bound.least is not None and found.max < bound.least
        ):
            return False
    return True


def _mask_of(file: pq.ParquetFile, group: int, bounds: Sequence[_Bound]) -> pa.BooleanArray | None:
    """Which rows of a group are wanted; None for all."""
    if not bounds:
        return None
    names = [bound.column for bound in bounds]
    mask = pa.concat_arrays([_wanted(batch, bounds) for batch in _batches(file, group, names)])
    return None if mask.true_count == len(mask) else mask


def _wanted(batch: pa.RecordBatch, bounds: Sequence[_Bound]) -> pa.BooleanArray:
    found: pa.BooleanArray = pa.array(np.ones(batch.num_rows, dtype=np.bool_))
    for bound in bounds:
        values = batch.column(bound.column)
        for limit, compare in ((bound.least, pc.greater_equal), (bound.greatest, pc.less_equal)):
            if limit is not None:
                found = pc.and_(found, pc.fill_null(compare(values, limit), fill_value=False))
    return found


def _batches(file: pq.ParquetFile, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    batches: Iterator[pa.RecordBatch] = file.iter_batches(BATCH_ROWS, row_groups=[group], columns=list(columns))
    return batches


def _plain_schema(scan: ScanFile, chosen: ChosenRows) -> pa.Schema:
    """The columns' types, text as the type that every reader knows."""
    stored = pq.read_schema(scan.path)
    fields = [stored.field(name).remove_metadata() for name in chosen.columns]
    plain = [field.with_type(pa.string()) if _is_text(field.type) else field for field in fields]
    facts = {"run_id": scan.run_id, "trait_id": scan.trait_id, "n_rows": str(chosen.n_rows)}
    return pa.schema(plain, metadata=facts)


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(type_) or pa.types.is_string_view(type_))


def _take(sink: io.BytesIO) -> bytes:
    """What was written since the last time."""
    written = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return written


def _json_values(column: pa.Array) -> bytes:
    """The values without the brackets around them."""
    if column.null_count or not pa.types.is_primitive(column.type):
        return orjson.dumps(column.to_pylist())[1:-1]
    values = np.ascontiguousarray(column.to_numpy(zero_copy_only=False))
    return orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]
