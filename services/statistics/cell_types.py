"""Cell types of a trait: each one's annotation beside a base model, one regression each, as edges to annotations."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.ldsc import read_cell_type_list
from services.graph.connections import Progress
from services.graph.store import Store
from services.registry import sha256_of
from services.releases import current_release
from services.settings import Settings
from services.statistics.commands import Computed, Stopwatch, analysing, make_run, no_progress
from services.statistics.errors import UnknownAnnotation
from services.statistics.inputs import RegressionInputs, assemble_inputs
from services.statistics.ld_choice import LdChoice, choose_ld_scores, hash_prefix
from services.statistics.partition import annotation_ids
from services.statistics.reference import LdReference, read_reference_files
from services.statistics.refusals import InputsError
from services.statistics.reports import CellTypeReport, CellTypeResult, Source
from services.statistics.requests import RegressionRequest
from services.statistics.runs import CELL_TYPES, describe_analysis
from services.statistics.targets import Target, is_file, read_target
from services.statistics.values import to_json

if TYPE_CHECKING:
    from models.heritability import AnnotationScores

_CHOICES = ("intercept", "maximum_chi2", "n_blocks")


def estimate_cell_type_enrichment(
    store: Store | None,
    settings: Settings,
    target: str,
    *,
    cell_types: Path | Sequence[str],
    request: RegressionRequest = RegressionRequest(),
    on_progress: Progress | None = None,
) -> CellTypeReport:
    """Test each cell type's annotation beside a base model; the p is one-sided.

    Parameters
    ----------
    store, settings
        The graph and the state folder; no graph is needed for files.
    target
        What names one trait of the graph, or the path of a munged file.
    cell_types
        A list of names and LD score prefixes (.cts), with the base model in ``request.ld_scores``; or columns of the
        LD scores themselves (annotation ids, or their studies), all other columns being the base model.
    request
        Choices; ``study``, ``ld_scores``, ``weights``, ``intercept``, ``maximum_chi2`` and ``n_blocks`` matter here.
    on_progress
        Called with (done, total, text).

    Raises
    ------
    StatisticsError
        When the analysis cannot be made.
    HeritabilityError
        When the numbers do not allow it.
    TraitNotResolved
        When the text names no trait, or several.
    """
    watch, report = Stopwatch(), on_progress or no_progress
    if store is None or is_file(target):
        found = read_target(store, settings, target)
        work = _Work(found, choose_ld_scores(store, settings, request), cell_types, request, report)
        metrics, _ = work.compute({})
        return _to_report(to_json(metrics), status="written", run_id=None, release=None, seconds=watch.seconds)
    with analysing(store, settings, f"cell types of {target}"):
        report(0, 2, "reading statistics")
        found = read_target(store, settings, target, study=request.study)
        choice = choose_ld_scores(store, settings, request, ancestry=found.ancestry)
        work = _Work(found, choice, cell_types, request, report)
        analysis = describe_analysis(
            CELL_TYPES,
            found.key,
            inputs={"statistics": found.sha256, **choice.inputs, **work.inputs_of_list()},
            studies={**choice.studies, **found.studies},
            choices={
                **{name: getattr(request, name) for name in _CHOICES},
                "ld_scores": choice.label,
                "cell_types": str(cell_types) if isinstance(cell_types, Path) else sorted(work.columns()),
            },
            release_number=current_release(store).number,
        )
        ids = annotation_ids(store)
        outcome = make_run(store, settings, analysis, lambda: work.compute(ids))
    return _to_report(
        outcome.metrics,
        status=outcome.status,
        run_id=analysis.run_id,
        release=outcome.release,
        seconds=watch.seconds,
    )


@dataclasses.dataclass(frozen=True)
class _Work:
    """The regressions of one call."""

    target: Target
    choice: LdChoice
    cell_types: Path | Sequence[str]
    request: RegressionRequest
    report: Progress

    def columns(self) -> tuple[str, ...]:
        """Columns of the LD scores that are cell types."""
        if isinstance(self.cell_types, Path):
            return ()
        names = self.choice.reference.names
        chosen: list[str] = []
        for text in self.cell_types:
            fitting = [name for name in names if name == text or name.startswith(f"{text}/")]
            if not fitting:
                raise UnknownAnnotation(f"{text!r} is no column of the LD scores, which are {', '.join(names[:12])}")
            chosen += fitting
        if len(dict.fromkeys(chosen)) == len(names):
            raise InputsError(
                "a base model must stay beside the cell types", seen="all columns", remedy="leave the base column out"
            )
        return tuple(dict.fromkeys(chosen))

    def inputs_of_list(self) -> dict[str, str]:
        """sha256 of a list of cell types and of the LD scores that it names."""
        if not isinstance(self.cell_types, Path):
            return {}
        listed = read_cell_type_list(self.cell_types)
        hashed = {f"cell type {each.name}": hash_prefix(",".join(each.prefixes)) for each in listed}
        return {"cell_types": sha256_of(self.cell_types), **hashed}

    def compute(self, ids: dict[str, str]) -> Computed:
        """Results; a run of cell types has no files of its own."""
        from models.heritability import AnnotationScores, RegressionOptions, estimate_cell_types

        self.report(1, 2, "joining statistics and LD scores")
        inputs = assemble_inputs(self.target.table, self.choice.reference, self.choice.weights, names=[self.target.key])
        tested = self.columns()
        is_base = np.array([name not in tested for name in inputs.names], dtype=np.bool_)
        base_names = tuple(name for name in inputs.names if name not in tested)
        base = AnnotationScores("base", inputs.ld_scores[:, is_base], inputs.m[is_base])
        scores = self._listed(inputs) if isinstance(self.cell_types, Path) else self._columns(inputs, tested)
        results = estimate_cell_types(
            inputs.z,
            inputs.n_samples,
            scores,
            base=base,
            weight_ld=inputs.weight_ld,
            options=RegressionOptions(
                n_blocks=self.request.n_blocks,
                intercept=self.request.intercept,
                two_step_cutoff=None,
                maximum_chi2=self.request.maximum_chi2,
                column_names=base_names,
            ),
        )
        self.report(2, 2, "regressing")
        metrics: dict[str, Any] = {
            "source": dataclasses.asdict(self.target.source(self.choice.label, inputs.counts)),
            "n_snps": results[0].n_snps if results else 0,
            "n_base": len(base_names),
            "cell_types": [
                {
                    "name": each.name,
                    "annotation_id": ids.get(each.name),
                    "tau": each.tau,
                    "tau_se": each.tau_se,
                    "tau_z": each.tau_z,
                    "neg_log10_p": each.neg_log10_p,
                    "p_value": float(10.0**-each.neg_log10_p),
                }
                for each in results
            ],
            "flags": sorted({flag for each in results for flag in each.flags}),
        }
        return metrics, None

    def _columns(self, inputs: RegressionInputs, tested: Sequence[str]) -> Iterator[AnnotationScores]:
        from models.heritability import AnnotationScores

        for name in tested:
            at = inputs.names.index(name)
            yield AnnotationScores(name, inputs.ld_scores[:, at : at + 1], inputs.m[at : at + 1])

    def _listed(self, inputs: RegressionInputs) -> Iterator[AnnotationScores]:
        from models.heritability import AnnotationScores

        for each in read_cell_type_list(Path(str(self.cell_types))):
            reference = read_reference_files(",".join(each.prefixes))
            m = reference.m_5_50 if reference.m_5_50 is not None else reference.m
            yield AnnotationScores(each.name, _rows_of(reference, inputs, each.name), np.asarray(m))


def _rows_of(reference: LdReference, inputs: RegressionInputs, name: str) -> NDArray[np.float64]:
    """LD scores of a cell type at the SNPs of the regression.

    Raises
    ------
    InputsError
        When one of these SNPs is missing.
    """
    if reference.table["rsid"].equals(inputs.snps["rsid"]):
        return reference.table.select(reference.names).to_numpy()
    first = reference.table.unique("rsid", keep="first", maintain_order=True)
    found = inputs.snps.select("rsid").join(first, on="rsid", how="left", maintain_order="left")
    missing = found.filter(pl.col(reference.names[0]).is_null())
    if missing.height:
        raise InputsError(
            "a cell type must have LD scores of every SNP of the regression",
            seen=f"{missing.height:,} are missing, such as {missing['rsid'][0]}",
            where=name,
            remedy="compute its LD scores on the panel of the base model, for the same SNPs",
        )
    return found.select(reference.names).to_numpy()


def _to_report(metrics: Any, **more: Any) -> CellTypeReport:
    values = {
        **metrics,
        "source": Source(**metrics["source"]),
        "cell_types": tuple(CellTypeResult(**each) for each in metrics["cell_types"]),
        "flags": tuple(metrics["flags"]),
    }
    return CellTypeReport(**{**values, **more})
