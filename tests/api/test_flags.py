"""Flags as sentences."""

import pytest

from api.flags import REMEDIES, explain_flags, explain_flags_of_people
from services.mixed_models.flags import REML_MEANINGS, SCAN_MEANINGS
from services.statistics.flags import FLAG_MEANINGS


@pytest.mark.parametrize("flag", sorted(FLAG_MEANINGS))
def test_explain_flags__says_the_meaning_and_what_to_do(flag: str) -> None:
    assert explain_flags([flag]) == [f"{FLAG_MEANINGS[flag]} {REMEDIES[flag]}"]


def test_explain_flags__has_no_remedy_without_a_meaning() -> None:
    assert set(REMEDIES) <= set(FLAG_MEANINGS)


def test_explain_flags__an_unknown_flag_stands_for_itself() -> None:
    assert explain_flags(["mean_of_all"]) == ["Mean of all."]
    assert explain_flags([]) == []


@pytest.mark.parametrize("flag", sorted({*REML_MEANINGS, *SCAN_MEANINGS}))
def test_explain_flags_of_people__says_what_the_mixed_model_means_by_it(flag: str) -> None:
    assert explain_flags_of_people([flag]) == [{**REML_MEANINGS, **SCAN_MEANINGS}[flag]]


def test_explain_flags_of_people__others_are_explained_as_everywhere() -> None:
    assert explain_flags_of_people(["few_snps", "mean_of_all"]) == explain_flags(["few_snps", "mean_of_all"])
