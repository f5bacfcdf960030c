"""Every flag that a report may carry has a meaning."""

import re

from models.heritability import FLAG_MEANINGS as OF_REGRESSIONS
from services.statistics.flags import FLAG_MEANINGS
from tests.paths import ROOT


def test_flag_meanings__hold_those_of_the_regressions_and_are_sentences() -> None:
    assert set(OF_REGRESSIONS) < set(FLAG_MEANINGS)
    assert all(re.fullmatch(r"[A-Z].*\.", meaning) for meaning in FLAG_MEANINGS.values())


def test_flag_meanings__hold_what_ld_scores_are_flagged_with() -> None:
    text = (ROOT / "services" / "statistics" / "ld_scores.py").read_text(encoding="utf-8")
    assert set(re.findall(r'return \["(\w+)"\]', text)) <= set(FLAG_MEANINGS)
