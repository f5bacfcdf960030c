"""Annotations of a panel's variants as columns: a base of ones, then those of loaded studies and of files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.genotypes import ChromosomeGenotypes
from loaders.ldsc import columns_of_intervals, match_rows, read_annot
from services.graph.store import Store
from services.registry import sha256_of
from services.releases import Release
from services.settings import Settings
from services.statistics.errors import UnknownAnnotation
from services.statistics.panels import Panel
from services.statistics.refusals import InputsError
from services.summary_statistics import table_of_load

BASE: Final = "base"
_INTERVALS: Final = ("annotation_id", "chromosome", "start_bp", "end_bp", "value", "rsid")


@dataclass(frozen=True, slots=True)
class AnnotationSource:
    """One source of columns.

    Attributes
    ----------
    name
        Study id, or prefix of .annot files.
    table
        A study's table of intervals; None for files.
    prefix
        Prefix of .annot files; empty for a study.
    """

    name: str
    table: Path | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class ChosenAnnotations:
    """The annotations that a request names.

    Attributes
    ----------
    sources
        What gives their columns.
    inputs
        sha256 of each source, by name.
    studies
        Load of each study among them.
    """

    sources: tuple[AnnotationSource, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    studies: dict[str, str] = field(default_factory=dict)


def choose_annotations(
    store: Store | None, settings: Settings, release: Release | None, names: Sequence[str], panel: Panel
) -> ChosenAnnotations:
    """Find loaded annotation studies and .annot files.

    Parameters
    ----------
    names
        Study ids, else prefixes or paths of .annot files.

    Raises
    ------
    UnknownAnnotation
        When a name is neither.
    InputsError
        When a study is of another genome build than the panel.
    """
    loaded = {}
    if store is not None and release is not None:
        rows = store.read("statistics/studies", kinds=["annotation"], load_ids=list(release.load_ids))
        loaded = {row["study_id"]: row for row in rows}
    chosen = ChosenAnnotations()
    sources = []
    for name in dict.fromkeys(names):
        row = loaded.get(name)
        if row is not None:
            _check_build(name, row["build"], panel)
            sources.append(AnnotationSource(name, table_of_load(settings, row["load_id"], row["table_path"])))
            chosen.inputs[f"annotation {name}"] = row["table_sha256"] or row["load_id"]
            chosen.studies[name] = row["load_id"]
            continue
        files = _files_of(name)
        if not files:
            known = f"loaded are {', '.join(sorted(loaded))}" if loaded else "none is loaded"
            raise UnknownAnnotation(
                f"no loaded annotation study is called {name!r}, and no .annot file lies there: {known}"
            )
        sources.append(AnnotationSource(name, prefix=name))
        chosen.inputs.update({f"annotation {path.name}": sha256_of(path) for path in files})
    return ChosenAnnotations(tuple(sources), chosen.inputs, chosen.studies)


def read_values(
    sources: Sequence[AnnotationSource], genotypes: ChromosomeGenotypes
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names of all columns and their values at one chromosome's variants (n, C); the base of ones comes first.

    Parameters
    ----------
    genotypes
        The chromosome's variants, sorted by position.

    Raises
    ------
    InputsError
        When two sources give a column of one name.
    LoadError
        When files are damaged or of other SNPs.
    """
    variants = genotypes.variants
    names, parts = [BASE], [np.ones((variants.height, 1), dtype=np.float32)]
    for source in sources:
        found, values = _of_study(source, variants) if source.table is not None else _of_files(source, genotypes)
        # a base among the files' columns is ours already
        kept = [at for at, name in enumerate(found) if not (name == BASE and bool((values[:, at] == 1).all()))]
        names += [found[at] for at in kept]
        parts.append(values[:, kept])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputsError(
            "every annotation must have a name of its own",
            seen=", ".join(twice),
            remedy="rename it, or name its source once",
        )
    return tuple(names), np.concatenate(parts, axis=1)


def _of_study(source: AnnotationSource, variants: pl.DataFrame) -> tuple[Sequence[str], NDArray[np.float32]]:
    table = pl.read_parquet(source.table) if source.table is not None else pl.DataFrame()
    intervals = table.select(name for name in _INTERVALS if name in table.columns).rename({"annotation_id": "name"})
    found = columns_of_intervals(variants.select("chromosome", "position_bp", "rsid"), intervals)
    return found.names, found.values


def _of_files(source: AnnotationSource, genotypes: ChromosomeGenotypes) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Columns of a file with the rows of the whole .bim, or of this chromosome's variants."""
    variants, panel = genotypes.variants, genotypes.panel
    found = read_annot(source.prefix, chromosomes=(genotypes.chromosome,))
    if found.table.height == panel.n_variants:
        table = found.table[variants["variant_index"]]
        snps = variants
    else:
        order = variants["variant_index"].arg_sort()
        table, snps = found.table, variants[order]
    wanted = snps.select(CHR="chromosome", BP="position_bp", SNP="rsid", CM="cm")
    matched = match_rows(table, wanted, Path(source.prefix))
    values = matched.select(found.names).to_numpy().astype(np.float32)
    if found.table.height != panel.n_variants:
        back = np.empty_like(values)
        back[variants["variant_index"].arg_sort().to_numpy()] = values
        return found.names, back
    return found.names, values


def _check_build(name: str, build: str | None, panel: Panel) -> None:
    if build is not None and panel.build is not None and build != panel.build:
        raise InputsError(
            "annotations and panel must be of one genome build",
            seen=f"{build} and {panel.build}",
            where=f"annotation {name}, panel {panel.name}",
            remedy="load the annotation in the panel's build",
        )


def _files_of(prefix: str) -> list[Path]:
    start = Path(prefix.split("@", maxsplit=1)[0])
    if not start.parent.is_dir():
        return []
    return sorted(
        path
        for path in start.parent.iterdir()
        if path.is_file() and path.name.startswith(start.name) and ".annot" in path.name
    )
