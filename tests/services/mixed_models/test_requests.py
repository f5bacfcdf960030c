"""Choices that contradict each other are refused with the choice and what to do."""

from pathlib import Path

import pytest

from services.mixed_models import PeopleRequest, RemlRequest, RequestError, ScanRequest

FILE = Path("x")


def people(*traits: str, **more: object) -> PeopleRequest:
    return PeopleRequest(genotypes=FILE, phenotypes=FILE, traits=traits or ("height",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("more", [{"covariate_names": ("age",)}, {"categorical": ("sex",)}])
def test_people_request__covariates_without_their_table(more: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(RequestError, match=r"named without their table; seen: (age|sex); give the table"):
        people(**more)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"method": "lasso"}, "method must be one of exact, p3d, ols, firth; seen: lasso"),
        ({"grm_kind": "vanraden"}, "kind of kinship must be one of centred, standardised, gcta; seen: vanraden"),
        ({"people": people("a", "b")}, "a scan is of one trait; seen: a, b"),
        ({"method": "ols", "is_loco": True}, "about the kinship; seen: method ols, which has none"),
        ({"method": "firth", "kinship": FILE}, "for the methods exact and p3d; seen: method firth"),
        ({"is_loco": True, "kinship": FILE}, "kinship of each one; seen: one matrix of all, x; leave the file out"),
    ],
)
def test_scan_request__contradictions(more: dict[str, object], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        ScanRequest(**{"people": people(), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"parts": "gene"}, "parts must be one of whole, chromosome, annotation; seen: gene"),
        ({"grm_kind": "x"}, "the kind of kinship must be one of"),
        ({"people": people("a", "b", "c")}, "of one trait, or two; seen: a, b, c"),
        ({"people": people("a", "a")}, "two traits must differ; seen: a twice"),
        ({"parts": "annotation"}, "are BED files; seen: parts annotation and 0 files"),
        ({"annotations": (FILE,)}, "are BED files; seen: parts whole and 1 files"),
        ({"parts": "chromosome", "kinships": (FILE,)}, "from files or computed by part; seen: 1 files"),
        ({"people": people("a", "b"), "parts": "chromosome"}, "from one matrix; seen: parts chromosome"),
        ({"people": people("a", "b"), "kinships": (FILE, FILE)}, "from one matrix; seen: 2 files"),
        ({"population_prevalence": 1.0}, "share between 0 and 1; seen: 1.0; in population_prevalence"),
        ({"sample_prevalence": 0.3}, "needs the prevalence in the population"),
        ({"people": people("a", "b"), "population_prevalence": 0.1}, "belong to one trait; seen: two traits"),
    ],
)
def test_reml_request__contradictions(more: dict[str, object], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        RemlRequest(**{"people": people(), **more})  # type: ignore[arg-type]
