"""GraphQL types of where things come from: studies, loads, model runs, the release."""

# mypy: disable-error-code="untyped-decorator, no-any-return"
# strawberry.field types its decorated form as Any, and a DataLoader gives whatever the node's kind builds.

from typing import Any

import orjson
import strawberry
from strawberry.scalars import JSON

from api.gql.batches import Row
from api.gql.building import build_object
from api.gql.context import Info


@strawberry.type(description="How many rows a load counted under one reason.")
class ReasonCount:
    """A line of a load's report."""

    outcome: str = strawberry.field(description="skipped (no fault of the row), refused (unusable) or flagged.")
    reason: str
    rows: int


@strawberry.type(description="One prepared version of a study, with its report.")
class Load:
    """The load that readers see."""

    study_id: strawberry.Private[str]
    load_id: strawberry.ID
    status: str | None = strawberry.field(description="staging, active or retired.")
    n_read: int | None
    n_written: int | None = strawberry.field(description="Rows in the graph or in the reference table.")
    n_skipped: int | None
    n_refused: int | None
    file_sha256s: list[str] = strawberry.field(description="name=sha256 of each input file.")
    created_at: str | None
    reasons: list[ReasonCount] = strawberry.field(description="Every reason with its rows.")

    @strawberry.field(description="The study.")
    async def study(self, info: Info) -> "Study | None":
        """Study, through its DataLoader."""
        return await info.context.load_node("Study", self.study_id)


@strawberry.type(description="One entry of a manifest: files with their provenance.")
class Study:
    """A loaded study."""

    study_id: strawberry.Private[str]
    kind: str = strawberry.field(
        description="mqtl, eqtl, gwas, eqtm, genes, cpgs, traits, annotation, ld_blocks, ld_panel or positions."
    )
    build: str | None = strawberry.field(description="Genome build of the files.")
    tissue: str | None
    ancestry: str | None
    n_samples: int | None
    p_threshold: float | None = strawberry.field(description="Rows with a larger p stay out of the graph.")
    statistics: str | None = strawberry.field(
        description="complete: every SNP it holds has a row, so candidates can be tested; truncated: hits only."
    )
    citation: str | None
    licence: str | None
    cohorts: list[str]
    array: str | None
    priority: int | None = strawberry.field(description="Rank among sources of the same fact; lower wins.")
    load: Load | None = strawberry.field(description="The load that readers see.")

    @strawberry.field(description="Id in the manifest.")
    def id(self) -> strawberry.ID:
        """Study id."""
        return strawberry.ID(self.study_id)


@strawberry.type(description="One training of a model, or one statistical analysis, with its inputs and results.")
class ModelRun:
    """A run of PinSage, of LD scores, of LD score regression or of a mixed model."""

    run_id: strawberry.Private[str]
    load_ids: strawberry.Private[list[str]]
    model: str = strawberry.field(
        description="pinsage, ld-scores, ldsc, s-ldsc, cell-types, genetic-correlation, lmm, reml or reml-<parts>."
    )
    scope: str | None = strawberry.field(
        description="What an analysis is about: a trait, two traits or an LD panel; a newer run replaces this."
    )
    inputs: list[str] = strawberry.field(description="name=sha256 of every input of an analysis.")
    status: str = strawberry.field(description="training, finished, failed or retired.")
    release_number: int | None = strawberry.field(description="Release that the snapshot was exported from.")
    seed: int | None
    hit_at_50: float | None = strawberry.field(
        name="hitAt50", description="Share of held-out pairs whose locus ranks in the first 50."
    )
    hit_at_50_best_baseline: float | None = strawberry.field(
        name="hitAt50BestBaseline", description="The same for the best baseline of the same run."
    )
    n_snps: int | None
    n_molecules: int | None
    n_edges: int | None
    n_predictions: int | None
    code_version: str | None
    created_at: str | None
    finished_at: str | None
    evaluation: JSON | None = strawberry.field(
        description="Each method with its figures on held-out pairs; the results of an analysis."
    )
    calibration: JSON | None = strawberry.field(
        description="How good the probabilities of a model's predictions are: log loss beside that of degrees alone, "
        "Brier score, expected calibration error, reliability table; reason where there are none."
    )
    method: str | None = strawberry.field(description="PinSage or hybrid: which predictor of its training it is.")
    training_id: str | None = strawberry.field(description="The runs of one training, one a method, share it.")
    champion_reason: str | None = strawberry.field(description="Why it is, or was not made, the champion.")
    promoted_at: str | None = strawberry.field(description="When it last became champion.")
    model_settings: JSON | None = strawberry.field(name="settings", description="The model's settings.")

    @strawberry.field(description="Hash of the run's fingerprint.")
    def id(self) -> strawberry.ID:
        """Run id."""
        return strawberry.ID(self.run_id)

    @strawberry.field(description="True when readers see what it wrote.")
    async def is_current(self, info: Info) -> bool:
        """Whether the current release holds the run, and not only for a rollback."""
        return self.status != "retired" and self.run_id in (await info.context.release()).run_ids

    @strawberry.field(description="True for the run whose predictions are shown where no run is named.")
    async def is_champion(self, info: Info) -> bool:
        """Whether it is the champion."""
        return self.run_id == (await info.context.release()).champion_run_id

    @strawberry.field(description="True when a study that it was made from was loaded anew or removed since.")
    async def is_stale(self, info: Info) -> bool:
        """Whether a load of its is no longer in the current release."""
        return not set(self.load_ids) <= set((await info.context.release()).load_ids)


@strawberry.type(description="What readers see: a set of loads and model runs. Cursors are bound to it.")
class Release:
    """A release."""

    number: int
    created_at: str | None
    reason: str | None = strawberry.field(description="What made it.")
    is_current: bool
    load_ids: list[str]
    run_ids: list[str]
    champion_run_id: str | None = strawberry.field(
        description="The model run whose predictions are shown where no run is named."
    )


def build_study(row: Row) -> Study:
    """A study of a row with ``node`` and ``load``."""
    load = row["load"]
    return build_object(Study, row["node"], load=_build_load(load) if load else None)


def build_load(row: Row) -> Load:
    """A load of a row with ``node``."""
    return _build_load(row["node"])


def build_release(row: Row) -> Release:
    """A release of a row with ``node``."""
    return build_object(Release, row["node"])


def build_model_run(row: Row) -> ModelRun:
    """A model run of a row with ``node``."""
    node = row["node"]
    metrics = read_json(node.get("metrics"))
    return build_object(
        ModelRun,
        node,
        evaluation=metrics,
        calibration=metrics.get("calibration") if isinstance(metrics, dict) else None,
        model_settings=read_json(node.get("settings")),
    )


def read_json(text: str | None) -> Any:
    """A value kept as JSON text on a node or an edge; None where there is none."""
    return None if text is None else orjson.loads(text)


def _build_load(properties: Row) -> Load:
    report = read_json(properties.get("report")) or {}
    reasons = [
        ReasonCount(outcome=outcome, reason=reason, rows=rows)
        for outcome in ("skipped", "refused", "flagged")
        for reason, rows in sorted((report.get(outcome) or {}).items())
    ]
    return build_object(Load, properties, reasons=reasons)
