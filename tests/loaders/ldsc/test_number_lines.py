import numpy as np
import pytest

from loaders.ldsc import number_lines
from loaders.ldsc.number_lines import NumberLines, stream_number_lines
from loaders.ldsc.thousandths import as_floats


def read(text, n_texts=1, n_numbers=2, chunk=7):
    data = text.encode()
    chunks = [data[start : start + chunk] for start in range(0, len(data), chunk)]
    return [
        (tuple(text.to_list() for text in found.texts), as_floats(found.numbers).tolist())
        if isinstance(found, NumberLines)
        else found
        for found in stream_number_lines(chunks, n_texts, n_numbers)
    ]


def test_stream_number_lines__by_hand():
    assert read("rs1\t1.5\t-2\nrs2\t0.001\t12345678.25\n") == [((["rs1", "rs2"],), [[1.5, -2.0], [0.001, 12345678.25]])]


def test_stream_number_lines__last_line_without_its_end_and_empty_input():
    assert read("rs1\t1\t2") == [((["rs1"],), [[1.0, 2.0]])]
    assert read("") == []


def test_stream_number_lines__equals_float_of_every_spelling():
    """The twin: Python's float, for every number of digits before and after the point, with and without a minus."""
    rng = np.random.default_rng(1)
    words = [
        sign + "".join(map(str, rng.integers(0, 10, before))) + "." + "".join(map(str, rng.integers(0, 10, after)))
        for before in range(9)
        for after in range(8)
        if 0 < before + after <= 15
        for sign in ("", "-")
        for _ in range(20)
    ]
    words += [word.replace(".", "") for word in words]
    found = read("".join(f"rs\t{word}\t{word}\n" for word in words))
    np.testing.assert_array_equal(np.concatenate([numbers for _, numbers in found])[:, 0], [float(w) for w in words])


def test_stream_number_lines__thousandths_until_a_number_does_not_fit(monkeypatch):
    """Four decimals, or more than nine digits in thousandths: that block and all behind it are float64."""
    monkeypatch.setattr(number_lines, "_BLOCK_BYTES", 8)
    for word, value in (("0.0001", 0.0001), ("1000000", 1e6), ("-1000000.5", -1000000.5), ("-0.2500", -0.25)):
        lines = ["rs1\t999999.999\t-.5\n", "rs2\t-999999.999\t07\n", f"rs3\t1.5\t{word}\n", "rs4\t1.5\t2.25\n"]
        found = [part.numbers.copy() for part in stream_number_lines([line.encode() for line in lines], 1, 2)]
        assert [(part.dtype, part.tolist()) for part in found] == [
            (np.int32, [[999_999_999, -500]]), (np.int32, [[-999_999_999, 7000]]),
            (np.float64, [[1.5, value]]), (np.float64, [[1.5, 2.25]]),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "word",
    [
        "",
        ".",
        "-",
        "-.",
        "1-",
        "1e3",
        "NA",
        "nan",
        "1.2.3",
        "+1",
        "--1",
        "1,5",
        " 1",
        "1234567890123456",
        "0x1",
        "1-2",
        "12345.x7890",
    ],
)
def test_stream_number_lines__leaves_what_is_not_plain_as_it_is(word):
    line = f"rs1\t1\t{word}\n"
    assert read(line) == [line.encode()]
    line = f"rs1\t{word}\t1\n"
    assert read(line) == [line.encode()]


@pytest.mark.parametrize("line", ["rs1\t1\n", "rs1\t1\t2\t3\n", "\t1\t2\n", "\n", "rs1 1 2\n", "rs1\t1\t2\r\n"])
def test_stream_number_lines__leaves_lines_with_other_fields(line):
    assert read(line) == [line.encode()]


def test_stream_number_lines__leaves_text_that_is_not_utf8():
    (found,) = stream_number_lines([b"rs\xff\t1\t2\n"], 1, 2)
    assert found == b"rs\xff\t1\t2\n"


def test_stream_number_lines__blocks_and_lines_larger_than_the_buffer(monkeypatch):
    monkeypatch.setattr(number_lines, "_BLOCK_BYTES", 64)
    rows = [(f"rs{'x' * (row % 300)}{row}", row / 8, -row) for row in range(500)]
    found = read("".join(f"{name}\t{a}\t{b}\n" for name, a, b in rows), chunk=33)
    assert len(found) > 50
    assert [name for texts, _ in found for name in texts[0]] == [row[0] for row in rows]
    assert [tuple(pair) for _, numbers in found for pair in numbers] == [row[1:] for row in rows]
