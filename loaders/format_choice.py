"""Which format a file has, and from which of its columns each field is read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from loaders.errors import BuildError, FormatError, locate
from loaders.file_facts import FileFacts, read_file_facts
from loaders.formats import FORMATS, Format, RowFilter
from loaders.manifest import StudySpec
from loaders.report import Skip
from loaders.tables import TableHeader, check_columns

MISSING_TEXTS: Final = ("", "NA", "NULL", ".", "NaN", "nan", "-nan", "null", "na", "#NA", "N/A", "n/a", "#N/A", "None")
_VCF_FIELDS: Final = ("ES", "SE", "LP", "AF", "SS", "EZ", "NC")
_TARGETS: Final = {"mqtl": "cpg", "eqtl": "gene"}


@dataclass(frozen=True)
class ColumnPlan:
    """How the rows of one file are read.

    Attributes
    ----------
    format
        The format; one made from the manifest's `columns` is called "columns".
    sources
        Our field to the column of the file (for VCF also to a FORMAT key).
    read
        Columns to read from the file.
    build
        Build of chromosome and position columns; None where nobody says it.
    build_of_ids
        Build of ids that are positions.
    missing
        Texts that mean missing.
    filters
        Row filters of the format and the manifest.
    facts
        What the file says of itself.
    sample_column
        For VCF: the column that holds the values.
    """

    format: Format
    sources: Mapping[str, str]
    read: tuple[str, ...]
    build: str | None
    build_of_ids: str | None
    missing: tuple[str, ...]
    filters: tuple[RowFilter, ...]
    facts: FileFacts
    sample_column: str | None = None


def plan_columns(spec: StudySpec, header: TableHeader) -> ColumnPlan:
    """Decide how the rows of one file of a study are read.

    Parameters
    ----------
    spec
        The study.
    header
        Columns of one of its files.

    Raises
    ------
    FormatError
        No format fits, several do, or a column that is needed is missing.
    BuildError
        Manifest, format and file contradict each other about the build.
    """
    chosen = choose_format(spec, header)
    facts = read_file_facts(header)
    sources = _resolve_columns(chosen, header)
    _check_fields(spec, chosen, sources, facts, header)
    filters = (
        *(entry for entry in chosen.filters if entry.column in header.columns),
        *(RowFilter(name, Skip.FILTERED, keeps=values, keeps_missing=False) for name, values in spec.keep.items()),
    )
    further = [*(entry.column for entry in filters), *(column for column, _ in chosen.flags.values())]
    further += [name for model in chosen.other_models.values() for name in model if name is not None]
    from_file = [name for name in sources.values() if name in header.columns]
    sample = header.columns[-1] if chosen.is_vcf else None
    if sample is not None:
        from_file += ["FORMAT", sample]
    read = tuple(dict.fromkeys([*from_file, *(name for name in further if name in header.columns), *spec.keep]))
    check_columns(header, read)
    build = _agree_on_build(spec, chosen, facts, header)
    missing = (*MISSING_TEXTS, *chosen.missing, *spec.missing)
    return ColumnPlan(chosen, sources, read, build, spec.build_of_ids or build, missing, filters, facts, sample)


def choose_format(spec: StudySpec, header: TableHeader) -> Format:
    """Return the format of a file: the column map of the manifest, the named one, or the one its header shows.

    Raises
    ------
    FormatError
        An unknown name, a header that lacks columns of the named format, or one that fits no format or several.
    """
    if spec.columns:
        check_columns(header, tuple(spec.columns.values()))
        return Format(
            name="columns",
            kinds=(spec.kind,),
            required=tuple(spec.columns.values()),
            columns=spec.columns,
            effect_allele="columns.effect_allele",
            is_signed="effect_allele" in spec.columns or "sign_from" in spec.columns,
        )
    if spec.format is not None:
        return _named_format(spec, spec.format, header)
    return _recognised_format(spec, header)


def fits_format(entry: Format, columns: tuple[str, ...]) -> bool:
    """Tell whether a header has every required column of a format and none that it must not have."""
    return not _lacking(entry, columns) and not any(name in columns for name in entry.without)


def _named_format(spec: StudySpec, name: str, header: TableHeader) -> Format:
    known = {key: entry for key, entry in FORMATS.items() if spec.kind in entry.kinds}
    if name not in known:
        close = difflib.get_close_matches(name, list(known), n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise FormatError(
            f"the format must be one that holds {spec.kind} rows",
            seen=repr(name),
            where=spec.where,
            remedy=f"{hint}Known: {', '.join(sorted(known))}; or give columns = {{...}}",
        )
    lacking = _lacking(known[name], header.columns)
    if lacking:
        close = [
            match for word in lacking for match in difflib.get_close_matches(word, header.columns, n=1, cutoff=0.4)
        ]
        hint = f"did somebody rename them to {', '.join(dict.fromkeys(close))}? " if close else ""
        raise FormatError(
            f"a file of format {name} must have the columns {', '.join(lacking)}",
            seen=f"columns {', '.join(header.columns)}",
            where=locate(header.path, header.line or None),
            remedy=f"{hint}Rename them back, or map them in the manifest: columns = {{...}}",
        )
    return known[name]


def _recognised_format(spec: StudySpec, header: TableHeader) -> Format:
    candidates = [entry for entry in FORMATS.values() if spec.kind in entry.kinds]
    fitting = [entry for entry in candidates if fits_format(entry, header.columns)]
    recognised = [entry for entry in fitting if entry.is_recognised]
    if len(recognised) == 1:
        return recognised[0]
    where = f"{locate(header.path, header.line or None)}, study {spec.id}"
    seen = f"columns {', '.join(header.columns)}"
    if fitting:
        named = "; ".join(f"{entry.name} (effect allele: {entry.effect_allele})" for entry in fitting)
        raise FormatError(
            "the header must fit exactly one format by itself", seen=seen, where=where,
            remedy=f"name the format in the manifest: {named}; or give columns = {{...}}",
        )  # fmt: skip
    closest = sorted(candidates, key=lambda entry: len(_lacking(entry, header.columns)) / len(entry.required))[:3]
    hints = "; ".join(f"{entry.name} lacks {', '.join(_lacking(entry, header.columns))}" for entry in closest)
    raise FormatError(
        f"the header must fit a format of {spec.kind} rows", seen=seen, where=where,
        remedy=f"closest: {hints}. Give columns = {{...}} in the manifest",
    )  # fmt: skip


def _lacking(entry: Format, columns: tuple[str, ...]) -> list[str]:
    lacking = []
    for wanted in entry.required:
        names = (wanted,) if isinstance(wanted, str) else wanted
        if not any(name in columns for name in names):
            lacking.append(" or ".join(names))
    return lacking


def _resolve_columns(entry: Format, header: TableHeader) -> dict[str, str]:
    known = (*header.columns, *_VCF_FIELDS) if entry.is_vcf else header.columns
    sources = {}
    for field, wanted in entry.columns.items():
        names = (wanted,) if isinstance(wanted, str) else wanted
        found = [name for name in names if name in known]
        if found:
            sources[field] = found[0]
    return sources


def _check_fields(
    spec: StudySpec, entry: Format, sources: Mapping[str, str], facts: FileFacts, header: TableHeader
) -> None:
    def has(*names: str) -> bool:
        return all(name in sources for name in names)

    def need(condition: bool, rule: str, remedy: str) -> None:
        if not condition:
            seen = f"fields {', '.join(sources) or 'none'} (format {entry.name})"
            raise FormatError(rule, seen=seen, where=f"{header.path}, study {spec.id}", remedy=remedy)

    need(
        has("p_value") or has("neg_log10_p") or has("signed_log_p") or has("z_score") or has("abs_z_score")
        or has("effect_size", "standard_error"),
        "every row needs a p-value or a z score",
        "map p_value, neg_log10_p, z_score, or effect_size and standard_error",
    )  # fmt: skip
    if spec.kind == "eqtm":
        need(has("cpg", "gene"), "an eQTM study needs a CpG and a gene per row", "map cpg and gene")
        return
    need(
        has("rsid") or has("chromosome", "position_bp"),
        "every row needs a variant",
        "map rsid, or chromosome and position_bp",
    )
    if spec.kind in _TARGETS:
        target = _TARGETS[spec.kind]
        need(has(target) or spec.molecule is not None, f"every {spec.kind} row needs a {target}",
             f"map {target}, or set molecule for a file of one molecule")  # fmt: skip
    elif spec.kind == "gwas":
        stated = spec.trait or spec.trait_id or facts.trait or facts.trait_name
        given = stated or has("trait") or has("mapped_trait_uri")
        need(bool(given), "a GWAS needs a trait", 'set trait = "..." for a file of one trait, or map columns.trait')


def _agree_on_build(spec: StudySpec, entry: Format, facts: FileFacts, header: TableHeader) -> str | None:
    statements = {
        f"the manifest (build, {spec.where})": spec.build,
        f"the file ({facts.build_source})": facts.build,
        f"the format {entry.name}": entry.build,
    }
    said = {source: build for source, build in statements.items() if build is not None}
    if len(set(said.values())) > 1:
        raise BuildError(
            "everybody must agree on a file's genome build",
            seen="; ".join(f"{source} says {build}" for source, build in said.items()),
            where=header.path,
            remedy="correct the build in the manifest, or lift the file over and map its columns",
        )
    return next(iter(said.values()), None)


def with_model(plan: ColumnPlan, model: str | None) -> ColumnPlan:
    """Return a plan whose rows carry the model name of the manifest, where it gives one."""
    return plan if model is None else replace(plan, format=replace(plan.format, model=model))
