"""The panels that LD scores are computed from: loaded ones and .bed files, and the SNP nodes of their variants."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from graph_schema.nodes import SNP
from loaders.alleles import canonical_pair_expressions, clean_allele_expression
from loaders.genotypes import ChromosomeGenotypes, open_panel, split_chromosomes
from services.graph.store import Store
from services.registry import sha256_of
from services.releases import Release
from services.search.ld_panel import LdPanel, match_panel
from services.search.snp_table import build_snp_table
from services.statistics.errors import StatisticsError, UnknownPanel

AUTOSOMES: Final = frozenset(str(number) for number in range(1, 23))
_SNP_COLUMNS: Final = ("key", "rsids", "chromosome", "position_bp", "build")


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of people whose genotypes make LD scores.

    Attributes
    ----------
    name
        Study id, or path of the .bed.
    beds
        Its .bed files; .bim and .fam lie beside them.
    study_id, load_id, ancestry, build
        Of a loaded panel; None of files.
    sha256s
        sha256 of each .bed, .bim and .fam, by name.
    """

    name: str
    beds: tuple[Path, ...]
    study_id: str | None = None
    load_id: str | None = None
    ancestry: str | None = None
    build: str | None = None
    sha256s: Mapping[str, str] = field(default_factory=dict)


def read_panel(store: Store, release: Release, study_id: str) -> Panel:
    """Find a loaded panel and see that its files are those that were loaded.

    Raises
    ------
    UnknownPanel
        When no loaded LD panel has this id.
    StatisticsError
        When its files are gone or changed since.
    """
    rows = store.read("statistics/studies", kinds=["ld_panel"], load_ids=list(release.load_ids))
    row = next((row for row in rows if row["study_id"] == study_id), None)
    if row is None:
        raise UnknownPanel(_unknown(study_id, [row["study_id"] for row in rows]))
    beds = _beds_of_settings(row["settings"])
    sha256s = _hash_files(beds, f"panel {study_id}")
    loaded = dict(entry.split("=", 1) for entry in row["file_sha256s"])
    changed = sorted(name for name, sha256 in sha256s.items() if loaded.get(name, sha256) != sha256)
    if changed:
        raise StatisticsError(
            f"panel {study_id} must be the files that were loaded: {', '.join(changed)} changed since; load the study "
            "again"
        )
    return Panel(study_id, beds, study_id, row["load_id"], row["ancestry"], row["build"], sha256s)


def find_panel_files(text: str) -> tuple[Path, ...]:
    """The .bed files that a path names; ``@`` stands for the number of a chromosome, and .bed may be left out."""
    path = text if text.endswith(".bed") else f"{text}.bed"
    named = [path.replace("@", str(number)) for number in range(1, 23)] if "@" in path else [path]
    return tuple(Path(each) for each in named if Path(each).is_file())


def describe_panel_files(text: str, beds: tuple[Path, ...]) -> Panel:
    """A panel that is not loaded.

    Raises
    ------
    UnknownPanel
        When there is no such .bed.
    StatisticsError
        When .bim or .fam are missing.
    """
    if not beds:
        raise UnknownPanel(f"a panel is a loaded LD panel's study id or the path of a .bed: no file lies at {text!r}")
    return Panel(text, beds, sha256s=_hash_files(beds, text))


def open_chromosomes(panel: Panel) -> tuple[tuple[ChromosomeGenotypes, int], ...]:
    """Check the panel's files and cut them into autosomes, each with the number of its file's first variant.

    Raises
    ------
    LoadError
        When a file is missing, cut short or does not fit the others.
    StatisticsError
        When the panel has no autosome.
    """
    files = [open_panel(bed) for bed in panel.beds]
    sizes = [0, *accumulate(file.n_variants for file in files)]
    first_index = dict(zip(panel.beds, sizes[:-1], strict=True))
    found = split_chromosomes(files)
    kept = tuple(each for each in found if each.chromosome in AUTOSOMES)
    if not kept:
        raise StatisticsError(
            f"LD scores are of autosomes, and panel {panel.name} has only chromosome "
            f"{', '.join(each.chromosome for each in found)}: check the first column of the .bim"
        )
    ordered = sorted(kept, key=lambda each: int(each.chromosome))
    return tuple((each, first_index[each.panel.bed]) for each in ordered)


def canonical_alleles(variants: pl.DataFrame) -> pl.DataFrame:
    """allele_1 and allele_2 as SNP nodes have them: strand-normalised and sorted; null where they are none."""
    cleaned = (clean_allele_expression(pl.col(name)) for name in ("allele_1", "allele_2"))
    first, second = canonical_pair_expressions(*cleaned)
    return variants.select(allele_1=first, allele_2=second)


def match_nodes(store: Store, variants: Path, *, study_id: str, build: str | None) -> pl.DataFrame:
    """Find the SNP nodes of a panel's variants, by place and alleles, or by rsid where the panel has another build.

    Parameters
    ----------
    variants
        Parquet file of a run: variant_index, rsid, chromosome, position_bp, allele_1, allele_2.
    study_id, build
        The panel's.

    Returns
    -------
    DataFrame
        key, variant_index: one row a node that the panel has.
    """
    reference_build = store.read("setup/read_schema_version")[0]["reference_build"]
    columns: dict[str, list[Any]] = store.read_columns("statistics/snps", _SNP_COLUMNS)
    n_snps = len(columns["key"])
    nothing: list[Any] = [None] * n_snps
    columns |= {"block": nothing, "degree": [0] * n_snps, "minor_allele_frequency": nothing, "ld_score": nothing}
    snps = build_snp_table(columns, reference_build)
    panel = LdPanel(study_id, None, build, Path(), variants)
    found = match_panel(panel, snps, reference_build)
    rows = np.flatnonzero(found >= 0)
    keys = [snps.keys[row] for row in rows]
    return pl.DataFrame(
        {SNP.key: keys, "variant_index": found[rows]}, schema={SNP.key: pl.String, "variant_index": pl.Int64}
    )


def _beds_of_settings(text: str | None) -> tuple[Path, ...]:
    """The .bed files named in the manifest entry that the Study node keeps."""
    values: dict[str, Any] = json.loads(text) if text else {}
    named = values.get("paths") or ([values["path"]] if values.get("path") else [])
    return tuple(Path(path) for path in named if str(path).endswith(".bed"))


def _hash_files(beds: tuple[Path, ...], what: str) -> dict[str, str]:
    paths = [bed.with_suffix(suffix) for bed in beds for suffix in (".bed", ".bim", ".fam")]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing or not paths:
        raise StatisticsError(
            f"{what} must be a triple of .bed, .bim and .fam with one name: {_listed(missing) or 'no .bed'} is not "
            "there; put the missing file beside the others"
        )
    sums: dict[str, str] = {}
    for path in paths:  # named as loading names them
        sums[path.name if path.name not in sums else f"{path.name}#{len(sums)}"] = sha256_of(path)
    return sums


def _unknown(study_id: str, known: list[str]) -> str:
    near = difflib.get_close_matches(study_id, known, n=3, cutoff=0.3) or known[:3]
    hint = f"loaded are {', '.join(near)}" if near else "none is loaded"
    return f"no loaded LD panel is called {study_id!r}, and no .bed file lies there: {hint}"


def _listed(missing: list[str]) -> str:
    """The first three, and how many more."""
    more = len(missing) - 3
    return ", ".join(missing[:3]) + (f" (and {more} more)" if more > 0 else "")
