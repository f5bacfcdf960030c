"""Decision 1: which of p and z counts."""

import math

import polars as pl
import pytest

from loaders.cells import NUMBER_FIELDS
from loaders.strength import add_strength


def _strength(p_floor: float | None = None, **values: object) -> dict[str, object]:
    schema = dict.fromkeys(NUMBER_FIELDS, pl.Float64) | {"p_value": pl.String}
    if isinstance(values.get("p_value"), float):
        schema["p_value"] = pl.Float64
    row = {name: values.get(name) for name in schema}
    return add_strength(pl.DataFrame([row], schema=schema), p_floor).row(0, named=True)


def test_add_strength__reported_p_counts_and_z_is_effect_over_error() -> None:
    row = _strength(p_value="1e-5", effect_size=0.5, standard_error=0.1)
    assert (row["neg_log10_p"], row["signed_z"], row["is_p_from_z"]) == (5.0, 5.0, False)


@pytest.mark.parametrize("p_value", ["0", "0.0", 0.0])
def test_add_strength__p_zero_is_taken_from_z(p_value: object) -> None:
    row = _strength(p_value=p_value, effect_size=-4.0, standard_error=0.1)
    assert row["neg_log10_p"] == pytest.approx(349.136, abs=1e-3)
    assert (row["signed_z"], row["is_p_from_z"]) == (-40.0, True)


def test_add_strength__p_zero_without_z_is_a_lower_bound() -> None:
    row = _strength(p_value="0")
    assert (row["neg_log10_p"], row["signed_z"], row["is_p_lower_bound"]) == (323.0, None, True)


def test_add_strength__p_zero_with_a_sign_only_is_a_lower_bound_without_sign() -> None:
    row = _strength(p_value="0", effect_size=-4.0, standard_error=0.0)
    assert (row["neg_log10_p"], row["signed_z"], row["is_z_from_p"]) == (323.0, None, False)


@pytest.mark.parametrize("standard_error", [0.0, -1.0, None])
def test_add_strength__no_usable_error_takes_z_from_p(standard_error: float | None) -> None:
    row = _strength(p_value="1e-300", effect_size=-4.0, standard_error=standard_error)
    assert row["signed_z"] == pytest.approx(-37.0657878, abs=1e-6)
    assert row["is_z_from_p"]


def test_add_strength__only_z() -> None:
    row = _strength(z_score=5.0)
    assert row["neg_log10_p"] == pytest.approx(6.2417, abs=1e-4)
    assert row["is_p_from_z"]


def test_add_strength__text_beyond_the_smallest_float_is_exact() -> None:
    assert _strength(p_value="3.2E-412", z_score=43.0)["neg_log10_p"] == pytest.approx(411.49485)


def test_add_strength__denormal_float_is_taken_from_z() -> None:
    row = _strength(p_value=3.27167e-310, z_score=40.0)
    assert row["is_p_from_z"]
    assert _strength(p_value=3.27167e-310)["neg_log10_p"] == pytest.approx(309.4852, abs=1e-3)


def test_add_strength__floor_of_the_program() -> None:
    assert _strength(3.2717e-310, p_value="3.2717E-310", z_score=200.0)["neg_log10_p"] == pytest.approx(
        8688.2887, abs=1e-3
    )
    assert not _strength(3.2717e-310, p_value="1e-300", z_score=200.0)["is_p_from_z"]


@pytest.mark.parametrize("p_value", ["-0.1", "1.5", "abc", -1.0, 2.0])
def test_add_strength__bad_p(p_value: object) -> None:
    assert _strength(p_value=p_value, z_score=1.0)["is_bad_p"]


def test_add_strength__negative_log_p_is_bad() -> None:
    assert _strength(neg_log10_p=-2.0)["is_bad_p"]
    assert _strength(neg_log10_p=math.nan)["is_bad_p"]


def test_add_strength__log_p_given() -> None:
    assert _strength(neg_log10_p=412.0)["neg_log10_p"] == 412.0
    assert _strength(signed_log_p=-math.log(10) * 7)["neg_log10_p"] == pytest.approx(7.0)
    assert _strength(signed_log_p=7.0)["neg_log10_p"] == 7.0


def test_add_strength__zero_p_with_a_log_p_beside_it() -> None:
    row = _strength(p_value="0.0", neg_log10_p=400.0)
    assert (row["neg_log10_p"], row["is_p_lower_bound"]) == (400.0, False)


def test_add_strength__odds_ratio_and_interval() -> None:
    width = 1.959963984540054 * 0.2
    row = _strength(p_value="1e-5", odds_ratio=math.e, ci_lower=math.exp(1 - width), ci_upper=math.exp(1 + width))
    assert (row["effect_size"], row["standard_error"]) == (pytest.approx(1.0), pytest.approx(0.2))


def test_add_strength__interval_of_an_effect() -> None:
    row = _strength(p_value="1e-5", effect_size=1.0, ci_lower=1 - 1.959963984540054, ci_upper=1 + 1.959963984540054)
    assert row["standard_error"] == pytest.approx(1.0)


@pytest.mark.parametrize("field", ["effect_size", "standard_error", "z_score"])
@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_add_strength__non_finite(field: str, value: float) -> None:
    assert _strength(p_value="0.1", **{field: value})["is_non_finite"]


def test_add_strength__an_effect_too_large_for_its_z() -> None:
    row = _strength(p_value="0.1", effect_size=-1e308, standard_error=0.1)
    assert (row["is_non_finite"], row["signed_z"]) == (True, None)


def test_add_strength__nothing_given() -> None:
    assert _strength()["neg_log10_p"] is None
