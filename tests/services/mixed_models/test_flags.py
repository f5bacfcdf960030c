"""Every flag and reason of variance components has a sentence."""

import re

from models.heritability import BIVARIATE_FLAG_MEANINGS, REASON_MEANINGS, REML_FLAG_MEANINGS
from services.mixed_models.flags import REML_MEANINGS


def test_reml_meanings__hold_all_and_are_sentences() -> None:
    assert {*REML_FLAG_MEANINGS, *BIVARIATE_FLAG_MEANINGS, *REASON_MEANINGS} == set(REML_MEANINGS)
    assert all(re.fullmatch(r"[A-Z].*\.", meaning) for meaning in REML_MEANINGS.values())
