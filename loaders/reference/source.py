"""Read a reference study's files as batches with our field names, whatever their format."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from loaders.builds import find_build_in_text
from loaders.errors import BuildError, FormatError, locate
from loaders.format_choice import MISSING_TEXTS
from loaders.manifest import StudySpec
from loaders.reference.formats import ReferenceFormat
from loaders.report import Refusal, RowLedger, Skip
from loaders.tables import ROW_NUMBER, SEPARATOR_OF_NAME, TableHeader, TableLayout, read_batches, read_header

OnProgress = Callable[[int, int, str], None]
"""Called with the bytes read, the bytes in all, and the study's id."""

_COMPRESSION_SUFFIXES: Final = (".gz", ".bgz", ".bgzf", ".zst", ".bz2", ".xz")


@dataclass(frozen=True)
class SourceFile:
    """One input file whose columns are understood.

    Attributes
    ----------
    header
        Its columns and preamble.
    layout
        How its text is laid out.
    format
        Its format; named `columns` where the manifest maps them.
    columns
        Our field to the file's column.
    """

    header: TableHeader
    layout: TableLayout
    format: ReferenceFormat
    columns: Mapping[str, str]


def open_sources(spec: StudySpec, formats: Sequence[ReferenceFormat]) -> tuple[SourceFile, ...]:
    """Recognise the format of every file of a study and find its columns.

    Parameters
    ----------
    spec
        The study; its `columns` or `format` decide, else the file's name and header.
    formats
        The formats that this kind of study may have.

    Raises
    ------
    FormatError
        An unknown format name, or a file that lacks required columns, with the found and the wanted headers.
    """
    return tuple(_open_source(path, spec, formats) for path in spec.paths)


def stream_batches(
    sources: Sequence[SourceFile], spec: StudySpec, ledger: RowLedger, on_progress: OnProgress | None = None
) -> Iterator[pl.DataFrame]:
    """Stream the rows of a study's files.

    Parameters
    ----------
    sources
        From `open_sources`.
    spec
        The study.
    ledger
        Book in which rows read, ragged rows and filtered rows are entered.
    on_progress
        Called with bytes read, bytes in all, study id.

    Yields
    ------
    pl.DataFrame
        One text column a field (trimmed, missing codes null) and `__row_number`, 1-based over all files.
    """
    sizes = [source.header.path.stat().st_size for source in sources]
    first_row = 1
    for index, source in enumerate(sources):
        done = sum(sizes[:index])
        wanted = list(dict.fromkeys([*source.columns.values(), *spec.keep]))
        batches = read_batches(
            source.header,
            wanted,
            layout=source.layout,
            first_row=first_row,
            on_bytes=_report_bytes(on_progress, done, sum(sizes), spec.id),
        )
        for batch in batches:
            first_row += batch.n_rows
            ledger.read(batch.n_rows)
            ledger.refuse(Refusal.RAGGED_ROW, len(batch.ragged_rows), batch.ragged_rows[:3])
            yield _name_fields(_keep_wanted(batch.frame, spec, ledger), source, spec)


def check_build(spec: StudySpec, sources: Sequence[SourceFile], reference_build: str, *, must_match: bool) -> str:
    """Find the build of a study's places, and check it against its files' headers and the store.

    Parameters
    ----------
    spec, sources
        The study and its files.
    reference_build
        Build of the graph.
    must_match
        Whether places in another build are of no use.

    Returns
    -------
    str
        Canonical name of the build.

    Raises
    ------
    BuildError
        If the manifest and a file's header name different builds, neither names one, or `must_match` is broken.
    """
    build = spec.build
    for source in sources:
        named = find_build_in_text("\n".join(source.header.preamble))
        if named is not None and build is not None and named != build:
            raise BuildError(
                "a file must be in the build that its manifest states",
                seen=f"{named} in the file's header lines, build = {build!r} in the manifest",
                where=f"{source.header.path}, {spec.where}",
                remedy="set build to the file's, or give the file of the other build",
            )
        build = build or named
    if build is None:
        raise BuildError(
            f"a study of kind {spec.kind} must state the genome build of its places",
            seen="no build in the manifest or in the files' header lines",
            where=spec.where,
            remedy=f'add build = "{reference_build}" (or the build it has)',
        )
    if must_match and build != reference_build:
        raise BuildError(
            f"{spec.kind} must be in the store's reference build, since places are never compared across builds",
            seen=f"{build}, the store has {reference_build}",
            where=spec.where,
            remedy=f"give a file made for {reference_build}",
        )
    return build


def _open_source(path: Path, spec: StudySpec, formats: Sequence[ReferenceFormat]) -> SourceFile:
    chosen = _choose_format(path, spec, formats)
    separator = SEPARATOR_OF_NAME[spec.separator] if spec.separator else chosen.layout.separator
    layout = dataclasses.replace(chosen.layout, separator=separator)
    header = read_header(path, layout)
    return SourceFile(header, layout, chosen, _find_columns(header, chosen, spec))


def _choose_format(path: Path, spec: StudySpec, formats: Sequence[ReferenceFormat]) -> ReferenceFormat:
    if spec.columns:
        base = _format_of_suffix(path, formats)
        layout = base.layout if base is not None and base.layout.names is None else TableLayout()
        fields = {name: (column.lower(),) for name, column in spec.columns.items()}
        return ReferenceFormat("columns", layout=layout, fields=fields, required=tuple(fields))
    if spec.format is not None:
        return _format_of_name(spec, formats)
    by_suffix = _format_of_suffix(path, formats)
    if by_suffix is not None:
        return by_suffix
    for candidate in formats:
        if candidate.layout.skip_until is not None and _has_line(path, candidate.layout.skip_until):
            return candidate
    return formats[-1]


def _format_of_name(spec: StudySpec, formats: Sequence[ReferenceFormat]) -> ReferenceFormat:
    for candidate in formats:
        if candidate.name == spec.format:
            return candidate
    names = [candidate.name for candidate in formats]
    close = difflib.get_close_matches(str(spec.format), names, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise FormatError(
        f"the format must be one that studies of kind {spec.kind} have",
        seen=repr(spec.format),
        where=spec.where,
        remedy=f"{hint}Known: {', '.join(names)}; or map the columns (columns = {{...}})",
    )


def _format_of_suffix(path: Path, formats: Sequence[ReferenceFormat]) -> ReferenceFormat | None:
    name = path.name.lower()
    for suffix in _COMPRESSION_SUFFIXES:
        name = name.removesuffix(suffix)
    return next((candidate for candidate in formats if candidate.suffixes and name.endswith(candidate.suffixes)), None)


def _has_line(path: Path, line: str) -> bool:
    """Tell whether one of a plain text file's first lines is the mark that ends a preamble."""
    with path.open("rb") as stream:
        start = stream.read(1 << 14)
    return any(part.strip().strip(b",") == line.encode() for part in start.splitlines())


def _find_columns(header: TableHeader, chosen: ReferenceFormat, spec: StudySpec) -> dict[str, str]:
    by_lower = {name.lower(): name for name in reversed(header.columns)}
    found = {
        field: by_lower[candidate]
        for field, candidates in chosen.fields.items()
        if (candidate := next((name for name in candidates if name in by_lower), None)) is not None
    }
    missing = [field for field in chosen.required if field not in found]
    if missing:
        wanted = "; ".join(f"{field}: {' or '.join(chosen.fields[field])}" for field in missing)
        close = difflib.get_close_matches(chosen.fields[missing[0]][0], list(by_lower), n=1)
        hint = f"did you mean {by_lower[close[0]]}? " if close else ""
        raise FormatError(
            f"a file of kind {spec.kind} and format {chosen.name} must have the columns it is read by",
            seen=f"no {', '.join(missing)} among {', '.join(header.columns)}",
            where=f"{locate(header.path, header.line or None)}, {spec.where}",
            remedy=f"{hint}wanted {wanted}; name the file's columns in the manifest (columns = {{...}})",
        )
    return found


def _keep_wanted(frame: pl.DataFrame, spec: StudySpec, ledger: RowLedger) -> pl.DataFrame:
    if not spec.keep:
        return frame
    wanted = pl.all_horizontal(
        [pl.col(name).cast(pl.String).str.strip_chars().is_in(list(values)) for name, values in spec.keep.items()]
    )
    kept = frame.filter(wanted.fill_null(value=False))
    ledger.skip(Skip.FILTERED, frame.height - kept.height)
    return kept


def _name_fields(frame: pl.DataFrame, source: SourceFile, spec: StudySpec) -> pl.DataFrame:
    missing = [*MISSING_TEXTS, *spec.missing]
    columns = []
    for field, column in source.columns.items():
        text = pl.col(column).cast(pl.String).str.strip_chars()
        columns.append(pl.when(~text.is_in(missing)).then(text).alias(field))
    return frame.select(*columns, ROW_NUMBER)


def _report_bytes(on_progress: OnProgress | None, done: int, total: int, name: str) -> Callable[[int], None] | None:
    if on_progress is None:
        return None
    return lambda n_bytes: on_progress(done + n_bytes, total, name)
