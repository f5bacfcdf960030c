"""Which annotations a request names: loaded studies, BED files, gene sets with a window, or .annot files."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loaders.reference.annotation_paths import AnnotationPath, is_bed_name, read_bed_path, read_gene_set_path
from loaders.reference.gene_sets import is_gene_set
from services.graph.store import Store
from services.registry import sha256_of
from services.releases import Release
from services.settings import Settings
from services.statistics.annotation_values import AnnotationSource
from services.statistics.errors import UnknownAnnotation
from services.statistics.panels import Panel
from services.statistics.refusals import InputsError
from services.statistics.requests import LdScoreRequest
from services.summary_statistics import table_of_load


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
    flags
        What is to be known of them.
    """

    sources: tuple[AnnotationSource, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    studies: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


def choose_annotations(
    store: Store | None, settings: Settings, release: Release | None, request: LdScoreRequest, panel: Panel
) -> ChosenAnnotations:
    """Find loaded annotation studies and files.

    Parameters
    ----------
    request
        `annotations`: study ids, else paths of BED files or gene sets, else prefixes or paths of .annot files; `genes`
        and `gene_window_bp` for gene sets.

    Raises
    ------
    UnknownAnnotation
        When a name is none of these.
    InputsError
        When a study is of another genome build than the panel.
    LoadError
        When a file is none of intervals, or of another build.
    """
    loaded = {}
    if store is not None and release is not None:
        rows = store.read("statistics/studies", kinds=["annotation"], load_ids=list(release.load_ids))
        loaded = {row["study_id"]: row for row in rows}
    sources, flags = [], []
    inputs: dict[str, str] = {}
    studies: dict[str, str] = {}
    for name in dict.fromkeys(request.annotations):
        row = loaded.get(name)
        if row is not None:
            _check_build(name, row["build"], panel)
            sources.append(AnnotationSource(name, table_of_load(settings, row["load_id"], row["table_path"])))
            inputs[f"annotation {name}"] = row["table_sha256"] or row["load_id"]
            studies[name] = row["load_id"]
            continue
        source, files, found = _of_path(name, request, panel, loaded)
        sources.append(source)
        flags += found
        for path in files:
            key = f"annotation {path.name}"
            inputs[key if key not in inputs else f"{key}#{len(inputs)}"] = sha256_of(path)
    return ChosenAnnotations(tuple(sources), inputs, studies, tuple(dict.fromkeys(flags)))


def _of_path(
    name: str, request: LdScoreRequest, panel: Panel, loaded: Mapping[str, Any]
) -> tuple[AnnotationSource, list[Path], list[str]]:
    """Source, files to hash and flags of what is no loaded study."""
    path = Path(name)
    if path.is_file() and is_bed_name(path):
        return AnnotationSource(name, intervals=read_bed_path(path, build=panel.build).intervals), [path], []
    if path.is_file() and is_gene_set(path):
        found = read_gene_set_path(path, genes=request.genes, build=panel.build, window_bp=request.gene_window_bp)
        files = [path] if request.genes is None else [path, request.genes]
        return AnnotationSource(name, intervals=found.intervals), files, _flags(found)
    files = _annot_files(name)
    if files:
        return AnnotationSource(name, prefix=name), files, []
    raise UnknownAnnotation(_unknown(name, sorted(loaded)))


def _flags(found: AnnotationPath) -> list[str]:
    if found.n_placed < found.n_read:
        return ["genes_without_place"]
    return []


def _unknown(name: str, loaded: list[str]) -> str:
    near = difflib.get_close_matches(name, loaded, n=3, cutoff=0.3) or loaded[:5]
    known = f"loaded are {', '.join(near)}" if near else "none is loaded"
    if Path(name).is_file():
        return (
            f"no loaded annotation study is called {name!r} ({known}), and a file of annotations ends in .bed, .annot, "
            ".GeneSet, .grp or .gmt, plain or compressed: give it its ending"
        )
    return f"no loaded annotation study is called {name!r}, and no BED, .annot or gene set file lies there: {known}"


def _check_build(name: str, build: str | None, panel: Panel) -> None:
    if build is not None and panel.build is not None and build != panel.build:
        raise InputsError(
            "annotations and panel must be of one genome build",
            seen=f"{build} and {panel.build}",
            where=f"annotation {name}, panel {panel.name}",
            remedy="load the annotation in the panel's build",
        )


def _annot_files(prefix: str) -> list[Path]:
    start = Path(prefix.split("@", maxsplit=1)[0])
    if not start.parent.is_dir():
        return []
    return sorted(
        path
        for path in start.parent.iterdir()
        if path.is_file() and path.name.startswith(start.name) and ".annot" in path.name
    )
