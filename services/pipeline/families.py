"""Mixed models on the demo's families: a scan, heritability and its parts, a correlation, each beside the truth."""

import dataclasses
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loaders.simulation import PlantedCategory, PlantedCohort, PlantedFamilies
from services.graph.store import Store
from services.mixed_models import (
    AttachedReml,
    AttachedScan,
    PeopleRequest,
    RemlRequest,
    ScanAttachment,
    ScanRequest,
    attach_reml,
    attach_scan,
    estimate_reml,
    scan_genotypes,
)
from services.mixed_models.run_files import REML_RUN, SCAN_RUN, describe_run, people_files
from services.pipeline.planted import BesideTruth
from services.pipeline.stages import Progress
from services.settings import Settings

BUILD, ANCESTRY = "GRCh37", "European"
STUDY = "demo-families"
P_THRESHOLD = 1e-3
"""A thousand people are few: their strongest SNPs are edges though none is genome-wide significant."""


@dataclass(frozen=True, slots=True)
class FamilyReport:
    """What mixed models find in the simulated families.

    Attributes
    ----------
    n_people
        Siblings.
    scan
        The scan of the first trait, each chromosome left out, in the graph.
    lambda_gc
        Genomic control of the scan, and of the same one without kinship.
    reml
        One and many matrices, and the correlation of the two traits, in the graph.
    beside_truth
        Every estimate whose truth is known.
    """

    n_people: int
    scan: AttachedScan
    lambda_gc: Mapping[str, float]
    reml: tuple[AttachedReml, ...]
    beside_truth: tuple[BesideTruth, ...]

    @property
    def statuses(self) -> tuple[str, ...]:
        """Whether each analysis was computed or was there already."""
        return (self.scan.status, *(report.status for report in self.reml))


def analyse_families(
    store: Store, settings: Settings, folder: Path, planted: PlantedCohort, on_progress: Progress | None = None
) -> FamilyReport | None:
    """Scan the families' first trait, estimate variances of both, and attach all of it to the cohort's traits.

    Parameters
    ----------
    store, settings
        The graph, in which the cohort's traits are.
    folder
        The demo's files; what is computed lies beside them, and is computed once.
    planted
        The truth.
    on_progress
        Called with (done, total, text).

    Returns
    -------
    FamilyReport or None
        None where the size has no families.
    """
    families = planted.families
    if families is None:
        return None
    desk = _Desk(store, settings, folder, planted, families, on_progress or (lambda _done, _total, _text: None))
    scan, reml = desk.scan(), desk.estimate()
    lambdas = {"exact, each chromosome left out": scan.lambda_gc or 0.0, "least squares": desk.lambda_without_kinship()}
    return FamilyReport(families.n_people, scan, lambdas, reml, _beside_truth(planted, families, scan, reml))


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything an analysis of the families needs."""

    store: Store
    settings: Settings
    folder: Path
    planted: PlantedCohort
    families: PlantedFamilies
    report: Progress

    def people(self, *traits: str) -> PeopleRequest:
        return PeopleRequest(
            genotypes=self.folder / self.families.genotypes,
            phenotypes=self.folder / self.families.phenotypes,
            traits=traits,
        )

    def scan(self) -> AttachedScan:
        """Each SNP with the first trait in the exact model, in the graph."""
        prefix = self.folder / "families"
        request = ScanRequest(people=self.people(self.families.columns[0]), is_loco=True, out=prefix)
        made = Path(f"{prefix}{SCAN_RUN}")
        _once(made, request, people_files(request.people), lambda: scan_genotypes(request, on_progress=self.report))
        where = ScanAttachment(
            trait=self.planted.traits[0].trait_id,
            build=BUILD,
            study=STUDY,
            p_threshold=P_THRESHOLD,
            ancestry=ANCESTRY,
            unit="standard deviations",
        )
        return attach_scan(self.store, self.settings, made, where, on_progress=self.report)

    def lambda_without_kinship(self) -> float:
        """Genomic control of least squares, as if siblings were strangers."""
        request = ScanRequest(people=self.people(self.families.columns[0]), method="ols", n_top=0)
        return scan_genotypes(request, on_progress=self.report).lambda_gc["wald"]

    def estimate(self) -> tuple[AttachedReml, ...]:
        """Whole genome of each trait, chromosomes and enhancers of the first, the correlation of both."""
        first, second = self.families.columns
        element = write_category(self.folder, self.planted.categories[0])
        whole = [RemlRequest(people=self.people(name)) for name in (first, second)]
        chromosomes = RemlRequest(people=self.people(first), parts="chromosome", is_constrained=True)
        elements = RemlRequest(people=self.people(first), parts="annotation", annotations=(element,))
        both = RemlRequest(people=self.people(first, second))
        return tuple(self._reml(request) for request in (*whole, chromosomes, elements, both))

    def _reml(self, request: RemlRequest) -> AttachedReml:
        prefix = self.folder / "-".join(("families", *request.people.traits, request.parts))
        made, named = Path(f"{prefix}{REML_RUN}"), dataclasses.replace(request, out=prefix)
        inputs = (*people_files(request.people), *request.annotations)
        _once(made, named, inputs, lambda: estimate_reml(named, on_progress=self.report))
        at = [self.families.columns.index(name) for name in request.people.traits]
        traits = [self.planted.traits[number].trait_id for number in at]
        return attach_reml(self.store, self.settings, made, traits=traits, on_progress=self.report)


def write_category(folder: Path, category: PlantedCategory) -> Path:
    """Write the intervals of one category of the cohort's elements as a BED file of its own."""
    name = category.annotation_id.rsplit("/", 1)[-1]
    path = folder / f"{name}.bed"
    with gzip.open(folder / "elements.bed.gz", "rt", encoding="ascii") as lines:
        own = [line for line in lines if line.rstrip("\n").split("\t")[3] == name]
    path.write_text("".join(own), encoding="ascii")
    return path


def _once(made: Path, request: Any, inputs: Iterable[Path], compute: Callable[[], Any]) -> None:
    """Compute unless the description says that the same was computed from the same files by the same code."""
    try:
        there = json.loads(made.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        there = {}
    wanted = describe_run(request, inputs, {})
    if any(there.get(key) != wanted[key] for key in ("settings", "inputs", "versions")):
        compute()


def _beside_truth(
    planted: PlantedCohort, families: PlantedFamilies, scan: AttachedScan, reml: tuple[AttachedReml, ...]
) -> tuple[BesideTruth, ...]:
    first, second, chromosomes, elements, both = reml
    names = [trait.name for trait in planted.traits]
    truth = families.realised_h2
    rows = [BesideTruth(names[0], "PVE of the scan", truth[0], scan.h2, scan.h2_se, scan.flags)]
    for at, report in enumerate((first, second)):
        rows.append(BesideTruth(names[at], "h² by REML", truth[at], report.h2, report.h2_se, report.flags))
    rows += [
        BesideTruth(names[0], f"share of chromosome {part}", families.chromosome_h2[0][int(part) - 1], share, error)
        for part, share, error in zip(chromosomes.parts, chromosomes.shares, chromosomes.share_ses, strict=True)
    ]
    category = planted.categories[0]
    rows.append(
        BesideTruth(
            names[0], f"share of {elements.parts[0]}", category.proportion_of_h2 * truth[0], elements.shares[0],
            elements.share_ses[0], elements.flags,
        )
    )  # fmt: skip
    pair = " and ".join(names)
    rows.append(BesideTruth(pair, "genetic correlation", planted.genetic_correlation, both.rg, both.rg_se, both.flags))
    return tuple(rows)
