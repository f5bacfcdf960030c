"""Allele pairs: all sixteen single-base pairs against an obvious twin, indels, and expressions against scalars."""

import itertools

import polars as pl
import pytest

from loaders import alleles

PAIRS = list(itertools.product(["A", "C", "G", "T", "AT", "D", "I"], repeat=2))


@pytest.mark.parametrize(("a", "b"), [("A", "G"), ("G", "A"), ("T", "C"), ("C", "T")])
def test_canonical_pair__covers_order_and_strand(a: str, b: str) -> None:
    assert alleles.canonical_pair(a, b) == ("A", "G")


def test_canonical_pair__four_classes() -> None:
    pairs = {alleles.canonical_pair(a, b) for a, b in itertools.permutations("ACGT", 2)}
    assert pairs == {("A", "C"), ("A", "G"), ("A", "T"), ("C", "G")}


@pytest.mark.parametrize(
    ("pair", "expected"), [(("TC", "T"), ("T", "TC")), (("I", "D"), ("D", "I")), (("G", "GT"), ("G", "GT"))]
)
def test_canonical_pair__indels_are_never_complemented(pair: tuple[str, str], expected: tuple[str, str]) -> None:
    assert alleles.canonical_pair(*pair) == expected


def test_is_palindromic__only_at_and_cg() -> None:
    found = {pair for pair in itertools.product("ACGT", repeat=2) if alleles.is_palindromic(*pair)}
    assert found == {("A", "T"), ("T", "A"), ("C", "G"), ("G", "C")}


@pytest.mark.parametrize(
    ("effect", "other", "sign"),
    [("A", "G", 1), ("G", "A", -1), ("T", "C", 1), ("C", "T", -1), ("A", "T", None), ("C", "G", None), ("T", "TA", 1),
     ("I", "D", -1),
     ("T", "G", 1), ("C", "A", -1)],
)  # fmt: skip
def test_aligned_sign__hand_worked(effect: str, other: str, sign: int | None) -> None:
    assert alleles.aligned_sign(effect, other) == sign


def test_expressions__agree_with_the_scalars() -> None:
    a, b = pl.col("a"), pl.col("b")
    first, second = alleles.canonical_pair_expressions(a, b)
    frame = pl.DataFrame(PAIRS, schema=["a", "b"], orient="row").with_columns(
        first=first, second=second, palindromic=alleles.is_palindromic_expression(a, b),
        sign=alleles.aligned_sign_expression(a, b),
    )  # fmt: skip
    for x, y, one, two, palindromic, sign in frame.iter_rows():
        assert (one, two) == alleles.canonical_pair(x, y)
        assert palindromic == alleles.is_palindromic(x, y)
        if x != y:
            assert sign == alleles.aligned_sign(x, y)


def test_expressions__missing_alleles_give_null() -> None:
    frame = pl.DataFrame({"a": ["A", None], "b": [None, "G"]})
    a, b = pl.col("a"), pl.col("b")
    out = frame.select(
        *alleles.canonical_pair_expressions(a, b), sign=alleles.aligned_sign_expression(a, b),
        palindromic=alleles.is_palindromic_expression(a, b),
    )  # fmt: skip
    assert out.rows() == [(None, None, None, False)] * 2


def test_clean_and_check__lower_case_and_blanks() -> None:
    frame = pl.DataFrame({"a": [" a", "ct ", "", "R", "<DEL>", "d", None]}).select(
        alleles.clean_allele_expression(pl.col("a"))
    )
    assert frame["a"].to_list() == ["A", "CT", None, "R", "<DEL>", "D", None]
    assert frame.select(alleles.is_allele_expression(pl.col("a"))).to_series().to_list() == [
        True,
        True,
        None,
        False,
        False,
        True,
        None,
    ]
