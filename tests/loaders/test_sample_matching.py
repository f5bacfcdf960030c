"""Who is analysed."""

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from loaders.errors import FormatError
from loaders.loco_files import LocoFile
from loaders.person_tables import PEOPLE_SCHEMA
from loaders.phenotypes import TraitTable
from loaders.sample_matching import SampleCounts, match_samples

NAN = np.nan


def _people(*rows: tuple[str | None, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=PEOPLE_SCHEMA, orient="row")


def _table(people: pl.DataFrame, *values: object, names: tuple[str, ...] = ("y",)) -> TraitTable:
    numbers = np.array(values, np.float64).reshape(people.height, -1)
    missing = np.isnan(numbers).sum(axis=0)
    return TraitTable(Path("traits.txt"), people, names, numbers, missing, np.zeros_like(missing))


GENOTYPED = _people(*(("f", letter) for letter in "abcdefgh"))


def test_match_samples__keeps_the_order_of_the_genotypes_and_counts_each_loss_once() -> None:
    traits = _table(
        _people(("f", "h"), ("f", "g"), ("f", "e"), ("f", "d"), ("f", "c"), ("f", "a"), ("f", "q")),
        [(8, NAN), (7, 70), (NAN, NAN), (4, 40), (3, 30), (1, 10), (0, 0)],
        names=("y", "z"),
    )
    covariates = _table(_people(("f", "a"), ("f", "d"), ("f", "e"), ("f", "h"), ("f", "g")), 10, NAN, 50, 80, 70)
    loco = LocoFile(Path("a.loco"), ("f_a", "f_h"), ("1", "2"), np.array([[0.1, 0.8], [0.2, 0.9]]))
    match = match_samples(
        GENOTYPED,
        traits,
        covariates,
        keep=GENOTYPED[:-1].vstack(GENOTYPED[-1:]),
        remove=_people(("f", "b")),
        predictions=[loco],
    )
    assert match.index.tolist() == [0, 7]
    np.testing.assert_array_equal(match.traits, [[1, 10], [8, NAN]])
    np.testing.assert_array_equal(match.covariates, [[10], [80]])
    np.testing.assert_array_equal(match.predictions[0], [[0.1, 0.8], [0.2, 0.9]])
    assert match.n_missing.tolist() == [0, 1]
    assert match.people.rows() == [("f", "a"), ("f", "h")]
    expected = SampleCounts(
        n_genotyped=8,
        n_not_in_keep_list=0,
        n_in_remove_list=1,  # b
        n_without_trait_row=1,  # f
        n_without_trait=1,  # e
        n_without_covariate_row=1,  # c
        n_without_covariate=1,  # d
        n_without_prediction=1,  # g
        n_matched=2,
        n_traits_not_genotyped=1,  # q
        n_covariates_not_genotyped=0,
    )
    assert match.counts == expected


def test_match_samples__keeps_whom_it_is_told_to() -> None:
    traits = _table(GENOTYPED, *range(8))
    match = match_samples(GENOTYPED, traits, keep=_people(("f", "c"), ("f", "a"), ("f", "zz"), ("f", "a")))
    assert match.index.tolist() == [0, 2]
    assert match.counts.n_not_in_keep_list == 6
    assert match.covariates is None


def test_match_samples__tells_people_apart_by_family_and_person() -> None:
    genotyped = _people(("f1", "a"), ("f2", "a"))
    match = match_samples(genotyped, _table(_people(("f2", "a"), ("f3", "a")), 5, 6))
    assert match.index.tolist() == [1]
    assert match.matched_by == {"traits": "family and person"}


@pytest.mark.parametrize(
    "genotyped, table, by",
    [
        ([(None, "a"), (None, "b")], [("f", "b")], "person"),
        ([("f", "a"), ("g", "b")], [(None, "b")], "person"),
        ([(None, "f_a"), (None, "g_b")], [("g", "b")], "family_person"),
    ],
)
def test_match_samples__meets_ids_without_family(
    genotyped: list[tuple[str | None, str]], table: list[tuple[str | None, str]], by: str
) -> None:
    match = match_samples(_people(*genotyped), _table(_people(*table), 5))
    assert match.index.tolist() == [1]
    assert match.matched_by == {"traits": by}


def test_match_samples__refuses_ids_that_do_not_tell_people_apart() -> None:
    with pytest.raises(FormatError, match=r"by IID where a file names no families; seen: a twice; in traits\.txt"):
        match_samples(_people((None, "a"), (None, "b")), _table(_people(("f", "a"), ("g", "a")), 1, 2))
    with pytest.raises(FormatError, match="a person must stand once in the genotypes; seen: f a twice"):
        match_samples(_people(("f", "a"), ("f", "a")), _table(GENOTYPED, *range(8)))


def test_match_samples__says_what_to_do_where_most_were_lost() -> None:
    unknown = dataclasses.replace(_table(GENOTYPED, *range(8)), values=np.full((8, 1), np.nan))
    with pytest.raises(FormatError, match=r"nobody \(genotyped 8, without trait 8; .*choose a trait that people have"):
        match_samples(GENOTYPED, unknown)
    with pytest.raises(FormatError, match=r"not in keep list 8.*check the list of people to keep"):
        match_samples(GENOTYPED, _table(GENOTYPED, *range(8)), keep=_people(("x", "1")))


def test_match_samples__says_where_everybody_was_lost() -> None:
    with pytest.raises(
        FormatError,
        match=r"\(genotyped 8, without trait row 8, traits not genotyped 1; first ids f a and x 1\).*write the same",
    ):
        match_samples(GENOTYPED, _table(_people(("x", "1")), 4))
