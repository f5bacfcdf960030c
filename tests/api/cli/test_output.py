"""Values and tables for people."""

import pytest

from api.cli.evaluation import show_evaluation
from api.cli.load_report import render_reasons
from api.cli.output import show


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1234567, "1,234,567"),
        (0.123456, "0.1235"),
        (True, "yes"),
        (None, "–"),
        ("", "–"),
        ((1, "a"), "1, a"),
        ((), "–"),
        (0, "0"),
    ],
)
def test_show__numbers_and_nothing(value: object, expected: str) -> None:
    assert show(value) == expected


def test_render_reasons__the_most_frequent_first() -> None:
    reasons = {"bad_p": 1, "below_threshold": 12_000, "duplicate": 3, "ragged_row": 2}
    assert render_reasons(reasons) == "below threshold 12,000; duplicate 3; ragged row 2; 1 more"


def test_show_evaluation__a_row_a_method(capsys: pytest.CaptureFixture[str]) -> None:
    measure = {"estimate": 0.6123, "lower": 0.6, "upper": 0.63}
    row = {"subset": "all", "method": "pinsage", "n_pairs": 1500, "hit_50": measure, "mrr": measure}
    show_evaluation({"evaluation": {"rows": [row]}})
    text = capsys.readouterr().out
    assert "0.612 [0.600, 0.630]" in text
    assert "hit@50" in text
    show_evaluation({})
    assert capsys.readouterr().out == ""
