"""Numbers that are none become null."""

from services.statistics.values import known, to_json


def test_known__none_for_what_is_no_number() -> None:
    assert [known(value) for value in (0.5, float("nan"), float("inf"), None)] == [0.5, None, None, None]


def test_to_json__of_nested_results() -> None:
    nested = {"a": (1, float("nan")), "b": {"c": [float("-inf"), "x", True, None]}}
    assert to_json(nested) == {"a": [1, None], "b": {"c": [None, "x", True, None]}}
