"""Seeded ways to break a text table: fields, columns, rows, delimiters, values, alleles, builds."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

Mutator = Callable[[bytes, random.Random], bytes]

NUMBERS: Final = (
    "NaN", "nan", "inf", "-inf", "Infinity", "-1", "-0.5", "0", "1", "2", "1e400", "1e-400", "-1e308", "1e308",
    "99999999999999999999999999", "2147483648", "-2147483649", "9223372036854775808", "0x1F", "1_000", "1,5", "1.5.2",
    "--1", "+", "-", ".", "", " ", "NA", "N/A", "NULL", "None", "#N/A", "#REF!", "TRUE", "１２", "½", "1e", "e5", "5%",
)  # fmt: skip
ALLELES: Final = (
    "",
    "N",
    "R",
    "-",
    "*",
    ".",
    "<DEL>",
    "A,G",
    "a",
    "AT" * 400,
    "0",
    "1",
    "I",
    "D",
    "U",
    "é",
    "A G",
    "NA",
)
PLACES: Final = (
    "chr1", "25", "26", "chrUn_gl000220", "1.0", "01", "MT", "chrM", "XY", "0", "-1", "999999999999", "1e6", "1:1000",
    "249250622", "rs0", "rs-1", "rs99999999999999999999", "chr1:1000:A:G", "1:1000", "1_1000_A_G_b38",
)  # fmt: skip
WORDS: Final = (
    "日本語", "Zoë", "\u202eabc", "a\u0000b", '"', '"open', 'a"b"c', "'", "\\", "=1+1", "x" * 5000, "\ufeff", "$(ls)",
    "; DROP", "}}", "../../etc", "\x1b[31m", "🧬",
)  # fmt: skip


def separator_of(text: bytes) -> bytes:
    """The separator of the first line."""
    line = text[: text.find(b"\n")] if b"\n" in text else text
    return next((mark for mark in (b"\t", b",", b";") if mark in line), b" ")


def _lines(text: bytes) -> list[bytes]:
    return text.split(b"\n")


def _on_fields(text: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    separator = separator_of(text)
    return b"\n".join(separator.join(change(line.split(separator))) if line else line for line in _lines(text))


def _width(text: bytes) -> int:
    lines = [line for line in _lines(text) if line and not line.startswith(b"##")]
    return len(lines[0].split(separator_of(text))) if lines else 1


def swap_columns(text: bytes, chance: random.Random) -> bytes:
    one, other = chance.randrange(_width(text)), chance.randrange(_width(text))

    def change(fields: list[bytes]) -> list[bytes]:
        if max(one, other) < len(fields):
            fields[one], fields[other] = fields[other], fields[one]
        return fields

    return _on_fields(text, change)


def swap_values_under_their_header(text: bytes, chance: random.Random) -> bytes:
    head, _, rest = text.partition(b"\n")
    return head + b"\n" + swap_columns(rest, chance)


def drop_column(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(_width(text))
    return _on_fields(text, lambda fields: fields[:at] + fields[at + 1 :])


def double_column(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(_width(text))
    return _on_fields(text, lambda fields: fields[: at + 1] + fields[at:])


def rename_column(text: bytes, chance: random.Random) -> bytes:
    head, newline, rest = text.partition(b"\n")
    separator = separator_of(text)
    names = head.split(separator)
    at = chance.randrange(len(names))
    names[at] = chance.choice(
        [b"", names[at].lower(), names[at].upper(), names[at] + b" ", b"column", names[0], b'"x"']
    )
    return separator.join(names) + newline + rest


def change_delimiter(text: bytes, chance: random.Random) -> bytes:
    separator = separator_of(text)
    other = chance.choice([mark for mark in (b"\t", b",", b";", b" ", b"|", b"  ") if mark != separator])
    if chance.random() < 0.5:
        return text.replace(separator, other)
    lines = _lines(text)
    at = chance.randrange(len(lines))
    lines[at] = lines[at].replace(separator, other)
    return b"\n".join(lines)


def _set_fields(text: bytes, chance: random.Random, values: tuple[str, ...]) -> bytes:
    separator, lines = separator_of(text), _lines(text)
    whole_column = chance.random() < 0.25
    column = chance.randrange(_width(text))
    for at in range(1, len(lines)) if whole_column else [chance.randrange(len(lines)) for _ in range(3)]:
        fields = lines[at].split(separator)
        place = column if whole_column else chance.randrange(len(fields))
        if lines[at] and place < len(fields):
            fields[place] = chance.choice(values).encode()
            lines[at] = separator.join(fields)
    return b"\n".join(lines)


def odd_numbers(text: bytes, chance: random.Random) -> bytes:
    return _set_fields(text, chance, NUMBERS)


def odd_alleles(text: bytes, chance: random.Random) -> bytes:
    return _set_fields(text, chance, ALLELES)


def odd_places(text: bytes, chance: random.Random) -> bytes:
    return _set_fields(text, chance, PLACES)


def odd_words(text: bytes, chance: random.Random) -> bytes:
    return _set_fields(text, chance, WORDS)


def ragged_rows(text: bytes, chance: random.Random) -> bytes:
    separator, lines = separator_of(text), _lines(text)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        fields = lines[at].split(separator)
        lines[at] = separator.join(chance.choice([fields[:-1], [*fields, b"9"], fields[: len(fields) // 2], [b"x"]]))
    return b"\n".join(lines)


def double_rows(text: bytes, chance: random.Random) -> bytes:
    lines = _lines(text)
    at = chance.randrange(len(lines))
    return b"\n".join([*lines[: at + 1], *([lines[at]] * chance.choice([1, 2, 300])), *lines[at + 1 :]])


def shuffle_rows(text: bytes, chance: random.Random) -> bytes:
    head, *rows = _lines(text.rstrip(b"\n"))
    if chance.random() < 0.5:
        rows.reverse()
    else:
        chance.shuffle(rows)
    return b"\n".join([head, *rows]) + b"\n"


def lose_header(text: bytes, chance: random.Random) -> bytes:
    return text.partition(b"\n")[2]


def only_header(text: bytes, chance: random.Random) -> bytes:
    return text.partition(b"\n")[0] + chance.choice([b"", b"\n", b"\n\n\n"])


def header_again(text: bytes, chance: random.Random) -> bytes:
    lines = _lines(text)
    lines.insert(chance.randrange(len(lines) + 1), lines[0])
    return b"\n".join(lines)


def odd_lines(text: bytes, chance: random.Random) -> bytes:
    lines = _lines(text)
    odd = chance.choice(
        [b"", b"   ", b"\t", b"#comment", b"##comment", b'"', b"\x1a", b"track name=x", b",,,,", b"\x0c"]
    )
    for _ in range(chance.randint(1, 3)):
        lines.insert(chance.randrange(len(lines) + 1), odd)
    return b"\n".join(lines)


def name_a_build(text: bytes, chance: random.Random) -> bytes:
    build = chance.choice([b"GRCh38", b"hg19", b"hg18", b"GRCh37", b"mm10"])
    return chance.choice([b"##assembly=" + build, b"## " + build, b"##reference=file:" + build + b".fa"]) + b"\n" + text


def trailing_separator(text: bytes, chance: random.Random) -> bytes:
    separator = separator_of(text)
    lines = _lines(text)
    some = range(len(lines)) if chance.random() < 0.5 else [chance.randrange(len(lines))]
    for at in some:
        lines[at] += separator if lines[at] else b""
    return b"\n".join(lines)


def no_last_newline(text: bytes, chance: random.Random) -> bytes:
    return text.rstrip(b"\n")


def quote_fields(text: bytes, chance: random.Random) -> bytes:
    return _on_fields(text, lambda fields: [b'"' + field + b'"' for field in fields])


TABLE_MUTATORS: Final[dict[str, Mutator]] = {
    function.__name__: function
    for function in (
        swap_columns, swap_values_under_their_header, drop_column, double_column, rename_column, change_delimiter,
        odd_numbers, odd_alleles, odd_places, odd_words, ragged_rows, double_rows, shuffle_rows, lose_header,
        only_header, header_again, odd_lines, name_a_build, trailing_separator, no_last_newline, quote_fields,
    )
}  # fmt: skip
