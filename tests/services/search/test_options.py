"""Options of the search."""

from typing import Any

import pytest

from services.search import CandidateOptions, OptionError


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("method", "magic", "one of pinsage, two_hop"),
        ("k", 0, "at least 1"),
        ("max_per_block", 0, "at least 1"),
        ("p_threshold", 0.0, "a p-value above 0"),
        ("alpha", 2.0, "an error rate above 0"),
        ("r_squared", 1.1, "between 0 and 1"),
        ("window_bp", -1, "at least 0"),
        ("n_null_sets", -5, "at least 0"),
    ],
)
def test_candidate_options__refuse_an_impossible_value(name: str, value: Any, wanted: str) -> None:
    with pytest.raises(OptionError, match=f"candidate option {name} is {value!r}: give .*{wanted}"):
        CandidateOptions(**{name: value})


def test_candidate_options__are_the_protocol_by_default() -> None:
    options = CandidateOptions()
    assert (options.p_threshold, options.window_bp, options.r_squared, options.alpha) == (5e-8, 1_000_000, 0.1, 0.05)
    assert options.n_null_sets >= 100
