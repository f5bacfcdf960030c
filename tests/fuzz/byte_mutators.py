"""Seeded ways to break any file: cut, flipped, padded, re-encoded, badly compressed; and TOML of its own."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import zipfile
from typing import Final

from tests.fuzz.mutators import Mutator

BOMB_BYTES: Final = 24 << 20


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flip_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20]) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def flip_near_start(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4) if changed else 0):
        changed[chance.randrange(min(len(changed), 48))] = chance.choice(
            [0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)]
        )
    return bytes(changed)


def set_a_number(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(max(len(data) - 4, 1))
    number = chance.choice([0, 1, 2, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 24, chance.randrange(1 << 32)])
    return data[:at] + number.to_bytes(4, "little") + data[at + 4 :]


def put_nulls(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + b"\x00" * chance.choice([1, 4, 4096]) + data[at:]


def put_rubbish(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.choice([1, 8, 500])) + data[at:]


def cut_out(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    return data[:first] + data[last:]


def double_part(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
    return data[:last] + data[first:]


def append_rubbish(data: bytes, chance: random.Random) -> bytes:
    return data + chance.choice([b"\x00", b"\x00" * 100, b"PK\x03\x04", chance.randbytes(30), b"<html>404</html>"])


def empty(data: bytes, chance: random.Random) -> bytes:
    return chance.choice([b"", b"\n", b" ", b"\x00"])


def web_page(data: bytes, chance: random.Random) -> bytes:
    return b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>no such file</body></html>\n"


BYTE_MUTATORS: Final[dict[str, Mutator]] = {
    function.__name__: function
    for function in (
        truncate, flip_bytes, flip_bits, put_nulls, put_rubbish, cut_out, double_part, append_rubbish, empty, web_page,
    )
}  # fmt: skip
BINARY_MUTATORS: Final = {**BYTE_MUTATORS, "flip_near_start": flip_near_start, "set_a_number": set_a_number}


def crlf(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b"\n", chance.choice([b"\r\n", b"\r\n", b"\r", b"\n\r"]))


def byte_order_mark(data: bytes, chance: random.Random) -> bytes:
    return b"\xef\xbb\xbf" + data


def utf16(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", errors="replace").encode(chance.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32"]))


def latin1(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice([b"\xe9", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xa0"]) + data[at:]


ENCODING_MUTATORS: Final[dict[str, Mutator]] = {
    function.__name__: function for function in (crlf, byte_order_mark, utf16, latin1)
}


def gzip_cut(data: bytes, chance: random.Random) -> bytes:
    return truncate(gzip.compress(data, 1), chance)


def gzip_damaged(data: bytes, chance: random.Random) -> bytes:
    return flip_bits(gzip.compress(data, 1), chance)


def gzip_with_rubbish(data: bytes, chance: random.Random) -> bytes:
    return gzip.compress(data, 1) + chance.choice([b"\x00" * 9, b"rubbish", b"\x1f\x8b", gzip.compress(b"x\ty\n")])


def gzip_twice(data: bytes, chance: random.Random) -> bytes:
    return gzip.compress(gzip.compress(data, 1), 1)


def zip_archive(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.tsv", data)
    return out.getvalue()


def bzip2_cut(data: bytes, chance: random.Random) -> bytes:
    packed = bz2.compress(data, 1)
    return packed[: chance.randrange(3, len(packed) + 1)]


def xz_cut(data: bytes, chance: random.Random) -> bytes:
    packed = lzma.compress(data, preset=0)
    return packed[: chance.randrange(6, len(packed) + 1)]


def fake_magic(data: bytes, chance: random.Random) -> bytes:
    return chance.choice([b"\x28\xb5\x2f\xfd", b"PAR1", b"BZh9", b"\xfd7zXZ\x00", b"\x1f\x8b\x08\x00"]) + data


def bomb(data: bytes, chance: random.Random) -> bytes:
    """A few hundred bytes that unpack to 24 MiB: one line, zeros, empty lines or the last row again and again."""
    row = data.rstrip(b"\n").rsplit(b"\n", 1)[-1] + b"\n"
    unit = chance.choice([b"A", b"\x00", b"\n", b"\t", row if len(row) > 20 else b"A"])
    return gzip.compress(data + unit * (BOMB_BYTES // max(len(unit), 1)), 1)


PACKING_MUTATORS: Final[dict[str, Mutator]] = {
    function.__name__: function
    for function in (
        gzip_cut, gzip_damaged, gzip_with_rubbish, gzip_twice, zip_archive, bzip2_cut, xz_cut, fake_magic,
    )
}  # fmt: skip

_VALUES: Final = (
    "1", "-1", "0", "1.5", "inf", "nan", "true", '""', '" "', '"x"', "[]", '["a", 1]', "[[]]", "{}", "{a = 1}",
    "1979-05-27T07:32:00Z", '"' + "x" * 3000 + '"', "'''\nx\n'''", "99999999999999999999", '"GRCh36"', '"../.."', '"."',
    '"*"', '"**/*"', '"~"', '"~nobody/x"', '"\\u0000"', '"/"', '"[a"', "unquoted", '"open', "",
)  # fmt: skip


def toml_value(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    keyed = [at for at, line in enumerate(lines) if b"=" in line]
    if keyed:
        at = chance.choice(keyed)
        lines[at] = lines[at].split(b"=")[0] + b"= " + chance.choice(_VALUES).encode()
    return b"\n".join(lines)


def toml_key(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    names = (
        "id", "kind", "path", "paths", "columns", "build", "p_threshold", "n", "study", "keep", "trait", "separator",
        "missing", "p_treshold", "a.b", '"quoted key"', "columns.rsid", "keep.x", "max_refused_share", "format",
    )  # fmt: skip
    at = chance.randrange(len(lines) + 1)
    lines.insert(at, f"{chance.choice(names)} = {chance.choice(_VALUES)}".encode())
    return b"\n".join(lines)


def toml_table(data: bytes, chance: random.Random) -> bytes:
    table = chance.choice(
        [b"[study]", b"[[study]]", b"[columns]", b"[study.x]", b"[[study.columns]]", b"[", b"]]", b"[[]]"]
    )
    lines = data.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), table)
    return b"\n".join(lines)


TOML_MUTATORS: Final[dict[str, Mutator]] = {
    function.__name__: function for function in (toml_value, toml_value, toml_key, toml_table)
}
