"""Brings a map of molecular traits into the graph: its pairs as an eQTL or mQTL study, each edge with its people."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from loaders.builds import canonical_build
from loaders.manifest import Manifest, StudySpec
from loaders.manifest_keys import KINDS, STUDY_KEYS
from services.graph.connections import Progress
from services.graph.setup import read_stored_schema
from services.graph.store import Store
from services.ingest import ingest_manifest
from services.mixed_models.errors import AttachError
from services.mixed_models.qtl_files import RUN
from services.mixed_models.run_reading import WrittenRun, read_tabled_run
from services.mixed_models.scan_study import COLUMNS_OF_A_TABLE
from services.releases import current_release
from services.settings import Settings
from services.statistics.commands import Stopwatch
from services.statistics.values import to_json

QtlKind = Literal["eqtl", "mqtl"]

QTL_KINDS: Final[tuple[QtlKind, ...]] = get_args(QtlKind)
COLUMNS: Final[Mapping[str, str]] = {
    **COLUMNS_OF_A_TABLE,
    "z_score": "z",
    "neg_log10_p": "neg_log10_p",
    "cis_trans": "cis_trans",
}
TARGETS: Final[Mapping[QtlKind, str]] = {"eqtl": "gene", "mqtl": "cpg"}
MODELS: Final[Mapping[str, str]] = {"ols": "ols", "p3d": "lmm_p3d"}
INVERSE_NORMAL: Final = "standard deviations (inverse normal)"
DEFAULT_P: Final[Mapping[QtlKind, float]] = {"eqtl": 5e-8, "mqtl": 1e-8}
"""The loader's own bars of edges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedQtl:
    """A map in the graph.

    Attributes
    ----------
    study_id, load_id, status, kind
        The study that it is, its load, whether that was loaded, replaced or unchanged, and eqtl or mqtl.
    release
        Number of the release that shows it.
    build, tissue
        As they were given.
    statistics
        complete: every cis pair that was tested stands in the study's full table; truncated: only strong ones.
    n_people, n_rows, n_kept, n_edges
        People; pairs of the table, those in the study's full table, and those below the p threshold.
    p_threshold
        Of the edges.
    skipped, refused
        Rows that were not kept, by reason.
    seconds
        Wall time.
    """

    study_id: str
    load_id: str
    status: str
    kind: str
    release: int
    build: str
    tissue: str | None
    statistics: str
    n_people: int
    n_rows: int
    n_kept: int
    n_edges: int
    p_threshold: float
    skipped: Mapping[str, int]
    refused: Mapping[str, int]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Render as plain JSON values."""
        rendered: dict[str, Any] = to_json(asdict(self))
        return rendered


def attach_qtl(  # noqa: PLR0913 (the choices of a study)
    store: Store,
    settings: Settings,
    run_file: Path,
    *,
    kind: str,
    build: str,
    study: str | None = None,
    tissue: str | None = None,
    p_threshold: float | None = None,
    is_significant_only: bool = False,
    on_progress: Progress | None = None,
) -> AttachedQtl:
    """Load the pairs of a map as a study; the same files and choices again change nothing.

    Parameters
    ----------
    store, settings
        The graph and the state folder; the files of the map are needed no more afterwards.
    run_file
        PREFIX.qtl.run.json; the table lies beside it.
    kind
        eqtl: traits are Ensembl genes; mqtl: they are CpGs.
    build
        Genome build of the positions: the table names none.
    study
        Id of the study; None: made from table and settings.
    tissue
        Tissue or cell type.
    p_threshold
        Pairs with a smaller p become edges; None: 5e-8 for eqtl, 1e-8 for mqtl.
    is_significant_only
        Load the pairs alone that are significant with their trait, all of them edges whatever their p.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    AttachError
        When the files are not those of a map, or not as it wrote them, or a choice cannot be; nothing was written.
    LoadError, IngestError
        When the study cannot be loaded; nothing was written.
    """
    watch = Stopwatch()
    run = read_tabled_run(run_file, RUN)
    spec = describe_qtl_study(run, kind=kind, build=build, study=study, tissue=tissue, p_threshold=p_threshold)
    if is_significant_only:
        spec = _of_significant_pairs(run, spec, p_threshold)
    _check_study_is_free(store, spec.id)
    stored = read_stored_schema(store)
    reference = settings.reference_build if stored is None else stored.reference_build
    report = ingest_manifest(store, settings, Manifest(run.path, reference, (spec,)), on_progress=on_progress)
    load, counts = report.loads[0], report.loads[0].report
    return AttachedQtl(
        study_id=spec.id,
        load_id=load.load_id,
        status=load.status,
        kind=spec.kind,
        release=report.release,
        build=str(spec.build),
        tissue=spec.tissue,
        statistics=str(spec.statistics),
        n_people=run.results["n_people"],
        n_rows=run.table["rows"],
        n_kept=counts.written + counts.skipped.get("below_threshold", 0),
        n_edges=counts.written,
        p_threshold=spec.p_threshold or 0.0,
        skipped=counts.skipped,
        refused=counts.refused,
        seconds=watch.seconds,
    )


def describe_qtl_study(
    run: WrittenRun, *, kind: str, build: str, study: str | None, tissue: str | None, p_threshold: float | None
) -> StudySpec:
    """The manifest entry of a map.

    Raises
    ------
    AttachError
        When a choice cannot be.
    BuildError
        When the build is none that the graph knows.
    """
    known = next((each for each in QTL_KINDS if each == kind), None)
    if known is None:
        raise AttachError(f"the kind of a map is one of {', '.join(QTL_KINDS)}", seen=kind)
    for key, value in (("id", study), ("tissue", tissue), ("p_threshold", p_threshold)):
        if value is not None and not STUDY_KEYS[key].accepts(value):
            raise AttachError(f"{'study' if key == 'id' else key} must be {STUDY_KEYS[key].wants}", seen=repr(value))
    results = run.results
    return StudySpec(
        study or study_id_of(run),
        known,
        (run.table_path,),
        manifest=run.path,
        columns={**COLUMNS, TARGETS[known]: "trait"},
        build=canonical_build(build),
        tissue=tissue,
        n=results["n_people"],
        p_threshold=DEFAULT_P[known] if p_threshold is None else p_threshold,
        statistics="complete" if results["is_complete"] else "truncated",
        unit=INVERSE_NORMAL if run.settings["is_inverse_normal"] else None,
        model=MODELS[results["method"]],
    )


def _of_significant_pairs(run: WrittenRun, spec: StudySpec, p_threshold: float | None) -> StudySpec:
    """The same of the pairs that are significant with their trait."""
    if p_threshold is not None:
        raise AttachError(
            "edges are chosen by significance of their trait or by p", seen=f"both, p {p_threshold:g}",
            remedy="leave one out",
        )  # fmt: skip
    if not run.results["n_significant_pairs"]:
        raise AttachError(
            f"there must be a significant pair (a trait with q of at most {run.results['fdr']:g})",
            seen="none",
            where=run.path,
            remedy="attach by p, or map again with another rate",
        )
    return replace(spec, keep={"is_significant": ("true",)}, p_threshold=1.0, statistics="truncated")


def study_id_of(run: WrittenRun) -> str:
    """``qtl-`` and 16 hexadecimal digits that the table and the settings of the map make."""
    content = json.dumps([run.table["sha256"], run.choices], sort_keys=True)
    return f"qtl-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _check_study_is_free(store: Store, study: str) -> None:
    """Refuse to replace a loaded study that is no map of people."""
    rows = store.read("statistics/studies", kinds=list(KINDS), load_ids=list(current_release(store).load_ids))
    taken = next((row for row in rows if row["study_id"] == study), None)
    if taken is None or str(json.loads(taken["settings"] or "{}").get("manifest", "")).endswith(RUN):
        return
    raise AttachError(
        "a map may take the place of a map alone",
        seen=f"study {study} of kind {taken['kind']}, loaded from elsewhere",
        remedy="name another study, or remove that one first",
    )
