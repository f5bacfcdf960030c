"""Estimates beside what was planted."""

import pytest

from loaders.simulation import PlantedCategory, PlantedCohort, PolygenicTrait
from services.pipeline.planted import BesideTruth, compare_with_truth
from tests.services.pipeline.made_up import (
    cell_type_report,
    correlation_report,
    heritability_report,
    partition_report,
)

TRAITS = (
    PolygenicTrait("one/t", "Trait 1", "one", 100, 0.6, 0.59),
    PolygenicTrait("two/t", "Trait 2", "two", 90, 0.4, 0.41),
)
CATEGORIES = (PlantedCategory("elements/a", 5.0, 0.1, 0.4), PlantedCategory("cells/b", 0.0, 0.1, 0.1))
PLANTED = PlantedCohort(1_000, "panel", "elements", "cells", TRAITS, CATEGORIES, 0.6, 0.2, None)


def _rows(rg: float | None = 0.5) -> list[BesideTruth]:
    return list(
        compare_with_truth(
            PLANTED,
            (heritability_report(), heritability_report()),
            (partition_report("elements/a"), partition_report("elements/a")),
            (cell_type_report("cells/b"), cell_type_report("cells/b")),
            correlation_report(rg),
        )
    )


def test_compare_with_truth__has_a_row_an_estimate() -> None:
    seen = [(row.trait, row.quantity, row.truth, row.estimate) for row in _rows()]
    assert seen == [
        ("Trait 1", "h²", 0.6, 0.5),
        ("Trait 1", "intercept", 1.0, 1.02),
        ("Trait 2", "h²", 0.4, 0.5),
        ("Trait 2", "intercept", 1.0, 1.02),
        ("Trait 1", "enrichment of elements/a", 4.0, 3.0),
        ("Trait 2", "enrichment of elements/a", 4.0, 3.0),
        ("Trait 1", "tau of cells/b × 1,000 SNPs", 0.0, pytest.approx(0.01)),
        ("Trait 2", "tau of cells/b × 1,000 SNPs", 0.0, pytest.approx(0.01)),
        ("Trait 1 and Trait 2", "genetic correlation", 0.6, 0.5),
        ("Trait 1 and Trait 2", "cross-trait intercept", 0.2, 0.25),
    ]


def test_n_errors__is_the_distance_in_standard_errors() -> None:
    row = _rows()[0]
    assert row.n_errors == pytest.approx((0.5 - 0.6) / 0.1)
    assert row.flags == ("few_snps",)


def test_n_errors__of_what_is_not_defined_is_none() -> None:
    row = _rows(rg=None)[-2]
    assert (row.estimate, row.n_errors, row.flags) == (None, None, ("rg_undefined",))
