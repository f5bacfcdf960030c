"""Heritability of a trait by annotation, by stratified LD score regression, as edges to annotations."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.graph.connections import Progress
from services.graph.store import Store
from services.registry import artefact_folder
from services.releases import current_release
from services.settings import Settings
from services.statistics.categories import ReferenceFacts, category_results, quantile_results
from services.statistics.commands import Computed, Stopwatch, analysing, make_run, no_progress
from services.statistics.delete_values import write_delete_values
from services.statistics.expected import stage_expected_run, write_expected
from services.statistics.inputs import RegressionInputs, assemble_inputs
from services.statistics.ld_choice import LdChoice, choose_ld_scores
from services.statistics.reports import CategoryResult, PartitionReport, QuantileResult, Source
from services.statistics.requests import RegressionRequest
from services.statistics.runs import S_LDSC, describe_analysis
from services.statistics.targets import Target, is_file, read_target
from services.statistics.values import to_json

if TYPE_CHECKING:
    from models.heritability import PartitionedHeritability

_CHOICES = ("intercept", "maximum_chi2", "n_blocks", "without", "quantiles_of", "n_quantiles")


def partition_heritability(
    store: Store | None,
    settings: Settings,
    target: str,
    *,
    request: RegressionRequest = RegressionRequest(),
    on_progress: Progress | None = None,
) -> PartitionReport:
    """Divide the heritability of a trait over the annotations of the LD scores.

    Of a trait of the graph the results become edges to its annotations, and every SNP of the panel gets its expected
    heritability.

    Parameters
    ----------
    store, settings
        The graph and the state folder; no graph is needed for a file.
    target
        What names one trait of the graph, or the path of a munged file.
    request
        Choices; ``study``, ``ld_scores``, ``weights``, ``frequencies``, ``annotation_files``, ``intercept``,
        ``maximum_chi2``, ``n_blocks``, the quantiles and ``save_delete_values`` matter here.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StatisticsError
        When the analysis cannot be made.
    HeritabilityError
        When the numbers do not allow it, such as annotations that are sums of others.
    TraitNotResolved
        When the text names no trait, or several.
    """
    watch, report = Stopwatch(), on_progress or no_progress
    if store is None or is_file(target):
        found = read_target(store, settings, target)
        work = _Work(settings, found, choose_ld_scores(store, settings, request), request, report)
        metrics, _ = work.compute({})
        return _to_report(to_json(metrics), status="written", run_id=None, release=None, seconds=watch.seconds)
    with analysing(store, settings, f"heritability of {target} by annotation"):
        report(0, 3, "reading statistics")
        found = read_target(store, settings, target, study=request.study)
        choice = choose_ld_scores(store, settings, request, ancestry=found.ancestry)
        work = _Work(settings, found, choice, request, report)
        analysis = describe_analysis(
            S_LDSC,
            found.key,
            inputs={"statistics": found.sha256, **choice.inputs},
            studies={**choice.studies, **found.studies},
            choices={**{name: getattr(request, name) for name in _CHOICES}, "ld_scores": choice.label},
            release_number=current_release(store).number,
        )
        ids = annotation_ids(store)

        def stage(folder: Path) -> None:
            if choice.run_id is not None:
                stage_expected_run(store, settings, analysis.run_id, choice.run_id, folder)

        outcome = make_run(store, settings, analysis, lambda: work.compute(ids), stage=stage)
        n_expected = store.read("statistics/count_expected", run_id=analysis.run_id)[0]["n_snps"]
    made = _to_report(
        outcome.metrics,
        status=outcome.status,
        run_id=analysis.run_id,
        release=outcome.release,
        seconds=watch.seconds,
    )
    return dataclasses.replace(made, n_snps_expected=n_expected)


def annotation_ids(store: Store) -> dict[str, str]:
    """Annotation node of each column name: its id, or its name where one annotation alone has it."""
    rows = store.read("statistics/annotations", load_ids=list(current_release(store).load_ids))
    names = [row["name"] for row in rows]
    by_name = {row["name"]: row["annotation_id"] for row in rows if names.count(row["name"]) == 1}
    return {**by_name, **{row["annotation_id"]: row["annotation_id"] for row in rows}}


@dataclasses.dataclass(frozen=True)
class _Work:
    """One regression under way."""

    settings: Settings
    target: Target
    choice: LdChoice
    request: RegressionRequest
    report: Progress

    def compute(self, ids: dict[str, str]) -> Computed:
        """Results, and what writes delete values and the SNPs' expected heritability into the run's folder."""
        self.report(1, 3, "joining statistics and LD scores")
        inputs = assemble_inputs(self.target.table, self.choice.reference, self.choice.weights, names=[self.target.key])
        inputs = inputs.drop(self.request.without)
        self.report(2, 3, "regressing")
        fit = self._fit(inputs)
        facts = ReferenceFacts.of(self.choice.reference, inputs)
        folder = None if self.choice.run_id is None else artefact_folder(self.settings, self.choice.run_id)
        metrics: dict[str, Any] = {
            "source": dataclasses.asdict(self.target.source(self.choice.label, inputs.counts)),
            "ld_run_id": self.choice.run_id,
            **{
                name: getattr(fit, name)
                for name in ("h2", "h2_se", "intercept", "intercept_se", "lambda_gc", "mean_chi2", "n_snps")
            },
            "condition_number": fit.condition_number,
            "categories": [dataclasses.asdict(each) for each in category_results(fit, facts, ids)],
            "quantiles": [
                dataclasses.asdict(each) for each in quantile_results(fit, facts, self.request, ld_folder=folder)
            ],
            "n_snps_expected": None,
            "flags": list(fit.flags),
        }
        self.report(3, 3, "regressing")
        return metrics, self._writer(inputs, fit, folder)

    def _fit(self, inputs: RegressionInputs) -> PartitionedHeritability:
        from models.heritability import RegressionOptions, estimate_partitioned

        request = self.request
        return estimate_partitioned(
            inputs.z,
            inputs.n_samples,
            inputs.ld_scores,
            weight_ld=inputs.weight_ld,
            m=inputs.m,
            options=RegressionOptions(
                n_blocks=request.n_blocks,
                intercept=request.intercept,
                two_step_cutoff=None,
                maximum_chi2=request.maximum_chi2,
                column_names=inputs.names,
            ),
        )

    def _writer(
        self, inputs: RegressionInputs, fit: PartitionedHeritability, ld_folder: Path | None
    ) -> Callable[[Path], None]:
        columns = {name: fit.coefficient_delete_values[:, at] for at, name in enumerate(inputs.names)}
        write_values = write_delete_values(columns, self.request.save_delete_values)
        tau = dict(zip(inputs.names, fit.coefficient.tolist(), strict=True))

        def write(folder: Path) -> None:
            write_values(folder)
            if ld_folder is not None:
                write_expected(folder, ld_folder, tau)

        return write


def _to_report(metrics: Any, **more: Any) -> PartitionReport:
    values = {name: value for name, value in metrics.items() if name != "ld_run_id"}
    values |= {
        "source": Source(**metrics["source"]),
        "categories": tuple(
            CategoryResult(**{**each, "flags": tuple(each["flags"])}) for each in metrics["categories"]
        ),
        "quantiles": tuple(QuantileResult(**each) for each in metrics["quantiles"]),
        "flags": tuple(metrics["flags"]),
    }
    return PartitionReport(**{**values, **more})
