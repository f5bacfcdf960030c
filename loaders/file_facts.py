"""What a file says of itself beside its rows: build, trait and sample size in VCF headers and GWAS-SSF descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from loaders.builds import find_build, find_build_in_text
from loaders.errors import FormatError
from loaders.tables import TableHeader


@dataclass(frozen=True)
class FileFacts:
    """Statements of one file.

    Attributes
    ----------
    build
        Canonical build, None where the file states none.
    build_source
        Where it states it, for messages.
    trait
        Id of an ontology term.
    trait_name
        Name of the trait.
    n_samples
        Number of people.
    """

    build: str | None = None
    build_source: str = ""
    trait: str | None = None
    trait_name: str | None = None
    n_samples: int | None = None


def read_file_facts(header: TableHeader) -> FileFacts:
    """Read what a file and the description beside it say.

    Parameters
    ----------
    header
        Columns and comment lines of the file. A GWAS-SSF description is `<file>-meta.yaml`.

    Raises
    ------
    FormatError
        When a description says that positions are 0-based.
    """
    meta = find_description(header.path)
    if meta is not None:
        return _read_description(meta)
    for line in header.preamble:
        build = find_build_in_text(line)
        if build is not None and re.match(r"(?i)^#+\s*(contig|reference|assembly|genome|build)", line):
            return FileFacts(build=build, build_source=f"header line {line[:60]}")
    return FileFacts()


def find_description(path: Path) -> Path | None:
    """Find the GWAS-SSF description of a file, or None."""
    bare = path.name.removesuffix(path.suffix) if path.suffix in (".gz", ".bgz", ".zst", ".bz2", ".xz") else path.name
    for name in (path.name, bare, bare.removesuffix(".tsv")):
        meta = path.with_name(f"{name}-meta.yaml")
        if meta.is_file():
            return meta
    return None


def _read_description(path: Path) -> FileFacts:
    """Read the top-level `key: value` lines (the descriptions hold plain scalars and lists of them)."""
    text = path.read_text(encoding="utf-8", errors="replace")
    values = dict(re.findall(r"(?m)^([a-z_]+):[ \t]*([^\s#][^\n]*)$", text))
    scalars = {key: value.strip().strip("'\"") for key, value in values.items()}
    if scalars.get("coordinate_system", "1-based") not in ("1-based", ""):
        raise FormatError(
            "positions must be 1-based",
            seen=f"coordinate_system: {scalars['coordinate_system']}",
            where=path,
            remedy="convert the positions, or correct the description",
        )
    assembly = scalars.get("genome_assembly", "")
    sizes = [int(size) for size in re.findall(r"(?m)^[ \t-]*sample_size:[ \t]*(\d+)", text)]
    return FileFacts(
        build=find_build(assembly),
        build_source=f"{path.name} (genome_assembly: {assembly})",
        trait=_first_value(text, scalars, "ontology_mapping"),
        trait_name=_first_value(text, scalars, "trait_description"),
        n_samples=sum(sizes) or None,
    )


def _first_value(text: str, scalars: dict[str, str], key: str) -> str | None:
    if key in scalars:
        return scalars[key]
    found = re.search(rf"(?m)^{key}:[ \t]*\n[ \t]*-[ \t]*(.+)$", text)
    return found.group(1).strip().strip("'\"") if found else None
