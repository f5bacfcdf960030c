"""LD score regression on the real data at hand: it shows the path and its diagnostics, no biology."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loaders.manifest import read_manifest
from loaders.targets import canonical_trait
from models.heritability import HeritabilityError, SingularDesignError
from services.graph.store import Store
from services.pipeline.stages import Progress
from services.settings import Settings
from services.statistics import (
    HeritabilityReport,
    LdScoreReport,
    LdScoreRequest,
    PartitionReport,
    RegressionRequest,
    StatisticsError,
    compute_ld_scores,
    estimate_trait_heritability,
    partition_heritability,
)

PANEL, STUDY = "g1000-eur-ld", "ukb-bolt-windows"
"""The panel and the complete GWAS of the shared manifest; both hold 22 windows of 1 Mb."""
PAIR_THRESHOLD = 0.1
_MOST_LEFT_OUT = 12


@dataclass(frozen=True, slots=True)
class RealStatistics:
    """What LD score regression says of one trait.

    Attributes
    ----------
    panel, study
        Studies of the LD panel and of the GWAS.
    n_samples
        People of the GWAS as the manifest states them; None where it does not.
    ld_scores, heritability
        What the analyses reported.
    partition
        Heritability by the loaded annotations; None where it cannot be estimated or nothing is loaded.
    partition_note
        Why there is no partition, or which categories are left out of it; empty where there is nothing to say.
    """

    panel: str
    study: str
    n_samples: int | None
    ld_scores: LdScoreReport
    heritability: HeritabilityReport
    partition: PartitionReport | None
    partition_note: str


def analyse_real(
    store: Store,
    settings: Settings,
    manifest: Path,
    on_progress: Progress | None = None,
    *,
    panel: str = PANEL,
    study: str = STUDY,
) -> RealStatistics | None:
    """Compute LD scores of a panel and regress the trait of one complete GWAS on them.

    Parameters
    ----------
    store, settings
        The graph, in which the manifest's studies are loaded.
    manifest
        Its annotations become columns of the LD scores.
    on_progress
        Called with (done, total, text).
    panel, study
        Ids in the manifest.

    Returns
    -------
    RealStatistics | None
        None where the manifest has no such panel or no such study.
    """
    studies = {spec.id: spec for spec in read_manifest(manifest).studies}
    if panel not in studies or study not in studies:
        return None
    gwas = studies[study]
    trait = canonical_trait(gwas.trait or study, study)
    annotations = tuple(spec.id for spec in studies.values() if spec.kind == "annotation")
    options = LdScoreRequest(
        window_cm=1.0,
        annotations=annotations,
        pair_threshold=PAIR_THRESHOLD,
        allow_whole_chromosome=True,  # the windows of 1 Mb are hardly longer than 1 cM
    )
    scores = compute_ld_scores(store, settings, panel, options=options, on_progress=on_progress)
    request = RegressionRequest(ld_scores=scores.run_id, study=study)
    found = estimate_trait_heritability(store, settings, trait, request=request, on_progress=on_progress)
    partition, note = None, "no annotation is loaded"
    if annotations:
        try:
            partition, note = _partition(store, settings, trait, request=request, names=scores.names)
        except (StatisticsError, HeritabilityError) as error:
            note = str(error)
    return RealStatistics(panel, study, gwas.n, scores, found, partition, note)


def _partition(
    store: Store, settings: Settings, trait: str, *, request: RegressionRequest, names: Sequence[str]
) -> tuple[PartitionReport, str]:
    """Leave out, one after another, categories that are empty here or that others add up to."""
    for _ in range(_MOST_LEFT_OUT):
        try:
            found = partition_heritability(store, settings, trait, request=request)
        except SingularDesignError as error:
            kept = [name for name in names if name not in request.without]
            involved = [kept[at] for at in error.columns if 0 < at < len(kept)]  # the base, column 0, stays
            if not involved:
                raise
            request = dataclasses.replace(request, without=(*request.without, involved[-1]))
        else:
            out = ", ".join(request.without)
            return found, f"left out, for they are empty here or others add up to them: {out}" if out else ""
    raise HeritabilityError(f"more than {_MOST_LEFT_OUT} categories are empty or add up to others")
