"""Blocks of lines."""

import pytest

from loaders.lines import LineShape, cut_blocks, parse_block

TAB = LineShape("\t", 3)


def _rows(block: bytes, shape: LineShape, wanted: list[int] | None = None) -> list[tuple[object, ...]]:
    return parse_block(block, shape, wanted or [0, 1, 2]).frame.rows()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_cut_blocks__whole_lines_and_nothing_lost(size: int) -> None:
    text = b"a\nbb\n\nccc\nd"
    chunks = [text[i : i + size] for i in range(0, len(text), size)]
    blocks = list(cut_blocks(chunks, block_bytes=4))
    assert b"".join(blocks) == text + b"\n"
    assert all(block.endswith(b"\n") for block in blocks)


def test_parse_block__columns_by_place_and_empty_is_null() -> None:
    assert _rows(b"1\t\tx\n2\ty\t\n", TAB, [0, 2]) == [("1", "x"), ("2", None)]


def test_parse_block__ragged_rows_are_set_apart() -> None:
    parsed = parse_block(b"1\t2\t3\n1\t2\n\n1\t2\t3\t4\n4\t5\t6\n", TAB, [0])
    assert parsed.frame.rows() == [("1",), ("4",)]
    assert (parsed.n_rows, parsed.ragged.tolist(), parsed.row_offsets.tolist()) == (4, [1, 2], [0, 3])


def test_parse_block__short_rows_filled_where_asked() -> None:
    assert _rows(b"1\t2\n", LineShape("\t", 3, fills_short_rows=True)) == [("1", "2", None)]


def test_parse_block__runs_of_blanks_are_one_separator() -> None:
    assert _rows(b"  1  2\t 3 \n4 5 6\n", LineShape(" ", 3)) == [("1", "2", "3"), ("4", "5", "6")]


def test_parse_block__windows_line_ends() -> None:
    assert _rows(b"1\t2\t3\r\n4\t5\t6\r\n", TAB) == [("1", "2", "3"), ("4", "5", "6")]


def test_parse_block__quoted_separator_and_odd_quote() -> None:
    parsed = parse_block(b'"a,b",2,3\n"open,2,3\n4,5,6\n', LineShape(",", 3, is_quoted=True), [0, 1, 2])
    assert parsed.frame.rows() == [("a,b", "2", "3"), ("4", "5", "6")]
    assert parsed.ragged.tolist() == [1]


def test_parse_block__bare_quote_in_an_unquoted_table() -> None:
    assert _rows(b'1\t5" rule\t3\n', TAB) == [("1", '5" rule', "3")]


def test_parse_block__only_bad_lines() -> None:
    parsed = parse_block(b"1\n2\n", TAB, [0])
    assert (parsed.frame.height, parsed.n_rows, parsed.ragged.tolist()) == (0, 2, [0, 1])
