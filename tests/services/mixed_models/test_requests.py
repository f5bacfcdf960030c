"""Choices that contradict each other are refused with the choice and what to do."""

from pathlib import Path

import pytest

from services.mixed_models import PeopleRequest, RemlRequest, RequestError, RidgeChoices, ScanRequest

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
        ({"method": "lasso"}, "method must be one of exact, p3d, ols, firth, ridge, ridge-firth; seen: lasso"),
        ({"grm_kind": "vanraden"}, "kind of kinship must be one of centred, standardised, gcta; seen: vanraden"),
        ({"people": PeopleRequest(genotypes=FILE, phenotypes=FILE, traits=())}, "one trait or several; seen: none"),
        ({"people": people("a/b", "a b")}, "files named by them, must differ; seen: a/b, a b; name each once"),
        ({"method": "ols", "is_loco": True}, "about the kinship; seen: method ols, which has none"),
        ({"method": "firth", "kinship": FILE}, "for the methods exact and p3d; seen: method firth"),
        ({"method": "ridge", "kinship": FILE}, "for the methods exact and p3d; seen: method ridge; leave it out"),
        ({"method": "ridge", "is_loco": True}, "the ridge always leaves each chromosome out"),
        ({"ridge": RidgeChoices(predictions=FILE)}, "methods ridge and ridge-firth; seen: method exact"),
        ({"method": "ols", "ridge": RidgeChoices(n_folds=3)}, "methods ridge and ridge-firth; seen: method ols"),
        (
            {"method": "ridge", "out": FILE, "ridge": RidgeChoices(predictions=FILE, is_written=True)},
            "take the place of the ridge; seen: x and choices of the ridge, or that predictions be written",
        ),
        ({"method": "ridge", "ridge": RidgeChoices(is_written=True)}, "beside the table; seen: no prefix of files"),
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


def test_scan_request__each_trait_has_files_of_its_own() -> None:
    both = ScanRequest(people=people("LDL direct", "HDL"), method="ridge", out=Path("deep/lipids"))
    singles = both.each_trait()
    assert [one.people.traits for one in singles] == [("LDL direct",), ("HDL",)]
    assert [one.out for one in singles] == [Path("deep/lipids.LDL_direct"), Path("deep/lipids.HDL")]
    alone = ScanRequest(people=people("HDL"), out=Path("x"))
    assert alone.each_trait() == (alone,)
