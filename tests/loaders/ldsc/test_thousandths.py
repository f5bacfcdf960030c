import numpy as np
import pyarrow as pa
import pytest

from loaders.ldsc.thousandths import as_floats, as_thousandths, decimal_column, decimal_thousandths, is_thousandths

NUMBERS = np.array([0, 1, -1, 999_999_999, -999_999_999, 123_456, -7_001], dtype=np.int32)


def test_as_thousandths__every_decimal_comes_back_as_it_was_parsed():
    """The twin: Python's float of the text."""
    thousandths = np.random.default_rng(1).integers(-999_999_999, 1_000_000_000, 50_000)
    parsed = np.array([float(f"{'-' if number < 0 else ''}{abs(number) // 1000}.{abs(number) % 1000:03d}")
                       for number in thousandths.tolist()])  # fmt: skip
    found = as_thousandths(parsed)
    assert found is not None
    assert is_thousandths(found)
    np.testing.assert_array_equal(found, thousandths)
    np.testing.assert_array_equal(as_floats(found), parsed)


@pytest.mark.parametrize("value", [0.0001, 1 / 3, 1e6, -1e6, 1e300, np.nan, np.inf, np.nextafter(0.001, 1)])
def test_as_thousandths__not_of_other_numbers(value):
    assert as_thousandths(np.array([1.5, value])) is None
    np.testing.assert_array_equal(as_floats(np.array([1.5, value])), [1.5, value])


def test_decimal_thousandths__of_any_width_and_slices():
    column = decimal_column(NUMBERS)
    for kind in (pa.decimal32(9, 3), pa.decimal64(9, 3), pa.decimal128(9, 3), pa.decimal256(9, 3)):
        cast = column.cast(kind)
        assert decimal_thousandths(pa.chunked_array([cast])).tolist() == NUMBERS.tolist()
        assert decimal_thousandths(pa.chunked_array([cast.slice(2, 3)])).tolist() == NUMBERS[2:5].tolist()


def test_decimal_thousandths__not_of_other_columns():
    column = decimal_column(NUMBERS)
    others = [
        pa.chunked_array([column, column]),
        pa.chunked_array([column.cast(pa.decimal128(12, 3))]),
        pa.chunked_array([column.cast(pa.decimal128(13, 4))]),
        pa.chunked_array([pa.array([None, 1], pa.decimal32(9, 3))]),
        pa.chunked_array([pa.array([1.5])]),
    ]
    assert [decimal_thousandths(other) for other in others] == [None] * 5
