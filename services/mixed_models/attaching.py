"""Brings a scan into the graph: its table as a study, then what it says of its trait as a run."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from loaders.builds import place_key_expression, sort_by_place
from loaders.manifest import Manifest, StudySpec
from loaders.report import Skip
from services.graph.connections import Progress
from services.graph.setup import read_stored_schema
from services.graph.store import Store
from services.ingest import LoadOutcome, ingest_manifest
from services.mixed_models.attach_reports import AttachedScan
from services.mixed_models.errors import AttachError
from services.mixed_models.run_files import ROWS_OF_A_GROUP
from services.mixed_models.run_reading import WrittenRun, read_scan_run
from services.mixed_models.scan_files import SCAN_NAME
from services.mixed_models.scan_study import (
    ScanAttachment,
    ScanTrait,
    check_build,
    check_study_is_free,
    describe_scan_study,
    find_scan_trait,
    trait_of_study,
)
from services.releases import current_release
from services.settings import Settings
from services.statistics.commands import Computed, Outcome, Stopwatch, analysing, make_run, no_progress
from services.statistics.runs import LMM, Analysis, describe_analysis
from services.statistics.scan_values import stage_scan, write_aligned
from services.summary_statistics import table_of_load

_BELOW: Final = Skip.BELOW_THRESHOLD.name.lower()
_ALONE: Final = {"ols", "firth"}
"""Methods that take neither kinship nor a ridge of other chromosomes into account."""
INFLATED: Final = 1.05
"""Genomic control of such a scan above which relatives or ancestry are likely behind it."""


@dataclass(frozen=True, slots=True)
class _LoadedScan:
    """A scan, the study that it is, its trait as the graph knew it before, and how the study was loaded."""

    run: WrittenRun
    spec: StudySpec
    trait: ScanTrait
    load: LoadOutcome


def check_scan_attachment(store: Store, request: ScanAttachment) -> None:
    """See that the choices can be meant, before a scan that may take long.

    Raises
    ------
    TraitNotResolved
        When several traits fit.
    AttachError
        When the study is a loaded one that is no scan.
    """
    find_scan_trait(store, request.trait)
    if request.study is not None:
        check_study_is_free(store, request.study, current_release(store).load_ids)


def attach_scan(
    store: Store,
    settings: Settings,
    run_file: Path,
    request: ScanAttachment,
    *,
    on_progress: Progress | None = None,
) -> AttachedScan:
    """Load a scan's table as a complete GWAS and show what the scan says of its trait and of the SNPs.

    There are two switches: the study appears as any study does, then the run with the trait's properties and the
    lists on SNP nodes. After a kill at any moment the same call brings about the same graph. A scan of the same
    trait takes the place of the one before it on trait and SNPs; both stay as studies.

    Parameters
    ----------
    store, settings
        The graph and the state folder; the files of the scan are needed no more afterwards.
    run_file
        PREFIX.gwas.run.json; the table lies beside it.
    request
        Trait, build and further choices.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    AttachError
        When the files are not those of a scan, or not as it wrote them; nothing was written.
    TraitNotResolved
        When several traits fit.
    LoadError, IngestError
        When the study cannot be loaded; nothing was written.
    StatisticsBusy
        When another process computes statistics; the study is loaded then, and the same call goes on from there.
    """
    watch, report = Stopwatch(), on_progress or no_progress
    report(0, 0, "checking the scan")
    run = read_scan_run(run_file)
    check_build(run, request)
    trait = find_scan_trait(store, request.trait)
    spec = describe_scan_study(run, request, trait)
    check_study_is_free(store, spec.id, current_release(store).load_ids)
    scan = _LoadedScan(run, spec, trait, _load(store, settings, spec, on_progress=report))
    with analysing(store, settings, f"attaching the scan {spec.id}"):
        analysis = _describe(store, scan)
        outcome = _show(store, settings, analysis, scan, on_progress=report)
    return _report(store, outcome, scan, run_id=analysis.run_id, seconds=watch.seconds)


def _load(store: Store, settings: Settings, spec: StudySpec, *, on_progress: Progress) -> LoadOutcome:
    stored = read_stored_schema(store)
    build = settings.reference_build if stored is None else stored.reference_build
    loaded = ingest_manifest(store, settings, Manifest(spec.manifest, build, (spec,)), on_progress=on_progress)
    return loaded.loads[0]


def _describe(store: Store, scan: _LoadedScan) -> Analysis:
    release, spec, load = current_release(store), scan.spec, scan.load
    if load.load_id not in release.load_ids:
        raise AttachError(
            "a scan's study must stay loaded until its run is shown",
            seen=f"study {spec.id} was removed meanwhile",
            remedy="attach the scan again",
        )
    return describe_analysis(
        LMM,
        trait_of_study(spec),
        inputs={**scan.run.inputs_by_name, "scan": scan.run.sha256},
        studies={spec.id: load.load_id},
        choices={"scan": scan.run.choices, "build": spec.build},
        release_number=release.number,
    )


def _show(store: Store, settings: Settings, analysis: Analysis, scan: _LoadedScan, *, on_progress: Progress) -> Outcome:
    run, load = scan.run, scan.load

    def compute() -> Computed:
        study = {"study_id": load.study_id, "load_id": load.load_id, "build": scan.spec.build}

        def write(folder: Path) -> None:
            on_progress(0, 0, "keeping the table")
            copy_sorted(run.table_path, folder / SCAN_NAME)
            write_aligned(table_of_load(settings, load.load_id), analysis.scope, folder)

        return {**run.metrics, **study, "flags": _flags(run.results)}, write

    def stage(folder: Path) -> None:
        stage_scan(store, settings, analysis.run_id, analysis.scope, folder, on_progress=on_progress)

    return make_run(store, settings, analysis, compute, stage=stage)


def copy_sorted(table: Path, place: Path) -> None:
    """Copy a scan's table in the order of chromosome and position; one that is sorted is copied as it is."""
    key = place_key_expression(pl.col("chromosome"), pl.col("position_bp"))
    if pl.scan_parquet(table).select(key=key).collect()["key"].is_sorted():
        shutil.copyfile(table, place)
        return
    rows = sort_by_place(pl.read_parquet(table), "chromosome", "position_bp")
    rows.write_parquet(place, compression="zstd", statistics=True, row_group_size=ROWS_OF_A_GROUP)


def _flags(results: Mapping[str, Any]) -> list[str]:
    """What to know before use; each is explained in `services.mixed_models.flags`."""
    null, lambda_gc = results["null"], results["lambda_gc"][results["judged_by"]]
    flags = list(results.get("flags") or ())
    if null is not None and null["is_at_bound"]:
        flags.append("variance_ratio_at_bound")
    if results["method"] in _ALONE and lambda_gc is not None and lambda_gc > INFLATED:
        flags.append("inflated")
    return flags


def _report(store: Store, outcome: Outcome, scan: _LoadedScan, *, run_id: str, seconds: float) -> AttachedScan:
    metrics, null = outcome.metrics, outcome.metrics["null"] or {}
    spec, load, counts = scan.spec, scan.load, scan.load.report
    left_out = {**counts.refused, **counts.skipped}
    n_below = left_out.pop(_BELOW, 0)
    return AttachedScan(
        status=outcome.status,
        run_id=run_id,
        release=outcome.release,
        model=LMM,
        flags=tuple(metrics["flags"]),
        seconds=seconds,
        study_id=spec.id,
        load_id=load.load_id,
        load_status=load.status,
        trait_id=trait_of_study(spec),
        trait_name=spec.trait_name,
        is_new_trait=not scan.trait.is_known,
        build=metrics["build"],
        n_people=metrics["n_people"],
        n_rows=metrics["table"]["rows"],
        n_kept=counts.written + n_below,
        n_edges=counts.written,
        left_out=left_out,
        p_threshold=spec.p_threshold or 0.0,
        test=metrics["judged_by"],
        lambda_gc=metrics["lambda_gc"][metrics["judged_by"]],
        method=metrics["method"],
        is_loco=metrics["is_loco"],
        h2=null.get("pve"),
        h2_se=null.get("pve_se"),
        n_snps=store.read("statistics/count_scan_values", run_id=run_id)[0]["n_snps"],
    )
