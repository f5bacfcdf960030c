"""The registry of keys."""

import dataclasses

import pytest

from loaders.manifest import StudySpec
from loaders.manifest_keys import COLUMN_FIELDS, KINDS, STUDY_KEYS


def test_study_keys__are_the_fields_of_a_study() -> None:
    fields = {field.name for field in dataclasses.fields(StudySpec)} - {"manifest", "line"}
    assert fields == set(STUDY_KEYS) - {"path"}


def test_study_keys__every_key_says_what_it_means() -> None:
    assert all(key.meaning and key.wants for key in STUDY_KEYS.values())
    assert set(COLUMN_FIELDS) == set(KINDS)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("id", "a-1", "a b"),
        ("p_threshold", 5e-8, 0),
        ("p_threshold", 1, float("nan")),
        ("p_threshold", 0.5, True),
        ("n", 194, -1),
        ("n", 1, 1.5),
        ("n", 1, True),
        ("priority", 0, -1),
        ("statistics", "complete", "full"),
        ("cohorts", ["a"], "a"),
        ("columns", {"rsid": "SNP"}, {"rsid": 1}),
        ("columns", {"rsid": "SNP"}, {}),
        ("only_if_used", False, "no"),
        ("keep", {"TEST": "ADD", "X": ["a", "b"]}, {"TEST": 1}),
        ("max_refused_share", 0, 1.5),
        ("tissue", "liver", " "),
    ],
)
def test_study_keys__accept_and_refuse(key: str, good: object, bad: object) -> None:
    assert STUDY_KEYS[key].accepts(good)
    assert not STUDY_KEYS[key].accepts(bad)
