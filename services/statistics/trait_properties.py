"""The groups of properties that runs write on traits: which they are, whose they are, and what they are made from."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graph_schema.properties import (
    ANNOTATION_SHARES,
    CHROMOSOME_SHARES,
    HERITABILITY,
    MIXED_MODEL,
    VARIANCE,
    Property,
)
from services.statistics import runs

Values = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""From a run's id and results to properties by name; those that it leaves out are null."""


@dataclass(frozen=True, slots=True)
class PropertyGroup:
    """Properties of a trait that runs of one model write and replace together.

    Attributes
    ----------
    owner
        The property that names the run.
    names
        All of them, the owner among them.
    values
        What they are made from.
    """

    owner: str
    names: tuple[str, ...]
    values: Values

    def properties(self, run_id: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """Every property of the group; one that the run did not give is null."""
        named = {**self.values(run_id, metrics), self.owner: run_id}
        return {name: named.get(name) for name in self.names}

    @property
    def nothing(self) -> dict[str, None]:
        """Every property of the group as null."""
        return dict.fromkeys(self.names)


def _heritability(_: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **metrics,
        "heritability_flags": list(metrics["flags"]) or None,
        "heritability_study_id": metrics["source"]["study_id"],
    }


def _scan(run_id: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
    kinship, null = metrics["kinship"] or {}, metrics["null"] or {}
    return {
        "lmm_h2": null.get("pve"),
        "lmm_h2_se": null.get("pve_se"),
        "lmm_grm_kind": kinship.get("grm_kind"),
        "lmm_minimum_maf": kinship.get("minimum_maf"),
        "lmm_trace": null.get("trace"),
        "lmm_lambda_gc": metrics["lambda_gc"][metrics["judged_by"]],
        "lmm_test": metrics["judged_by"],
        "lmm_method": metrics["method"],
        "lmm_is_loco": metrics["is_loco"] or metrics["method"].startswith("ridge"),  # whose predictions leave it out
        "lmm_n": metrics["n_people"],
        "lmm_n_snps": metrics["n_tested"],
        "lmm_flags": list(metrics["flags"]) or None,
        "lmm_table": f"/scans/{run_id}",
        "lmm_study_id": metrics["study_id"],
    }


def _variance(_: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
    (component,) = metrics["components"]
    same = (
        "h2", "h2_se", "h2_liability", "h2_liability_se", "sample_prevalence", "population_prevalence", "share_scale",
        "is_constrained",
    )  # fmt: skip
    return {
        **{f"reml_{name}": metrics[name] for name in same},
        "reml_grm_kind": component["kinship"]["grm_kind"],
        "reml_minimum_maf": component["kinship"]["minimum_maf"],
        "reml_trace": component["mean_diagonal"],
        "reml_n": metrics["n_people"],
        "reml_flags": list(metrics["flags"]) or None,
    }


def _shares(listed: str, prefix: str) -> Values:
    """Names, shares and errors of the parts as parallel lists; a list holds no null, so NaN stands for none."""

    def values(_: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
        parts = metrics["components"]
        return {
            listed: [part["name"] for part in parts],
            f"{prefix}_shares": [_number(part["share"]) for part in parts],
            f"{prefix}_share_ses": [_number(part["share_se"]) for part in parts],
        }

    return values


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _group(owner: str, properties: tuple[Property, ...], values: Values) -> PropertyGroup:
    return PropertyGroup(owner, tuple(each.name for each in properties), values)


PROPERTY_GROUPS: Final[Mapping[str, PropertyGroup]] = {
    runs.LDSC: _group("heritability_run_id", HERITABILITY, _heritability),
    runs.LMM: _group("lmm_run_id", MIXED_MODEL, _scan),
    runs.REML: _group("reml_run_id", VARIANCE, _variance),
    runs.REML_CHROMOSOMES: _group(
        "reml_chromosome_run_id", CHROMOSOME_SHARES, _shares("reml_chromosomes", "reml_chromosome")
    ),
    runs.REML_ANNOTATIONS: _group(
        "reml_annotation_run_id", ANNOTATION_SHARES, _shares("reml_annotations", "reml_annotation")
    ),
}
"""The group of each model that writes one."""
