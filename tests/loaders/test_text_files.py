from pathlib import Path

import pytest

from loaders.errors import RowError
from loaders.text_files import is_file, read_text


def test_read_text__without_its_mark(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfZo\xc3\xab\n")
    assert read_text(tmp_path / "a.txt") == "Zoë\n"


@pytest.mark.parametrize(("data", "seen"), [(b"a\nb\xe9c\n", "the byte 0xe9"), (b"\xef\xbb\xbfa\nb\xe9c\n", "0xe9")])
def test_read_text__names_the_line_of_a_byte_that_is_no_text(tmp_path: Path, data: bytes, seen: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(RowError, match=rf"text in UTF-8; seen: .*{seen}; in .*a\.txt:2; .*iconv"):
        read_text(tmp_path / "a.txt")


def test_read_text__refuses_zero_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("a\tb\n".encode("utf-16"))
    with pytest.raises(RowError, match=r"a zero byte; in .*a\.txt:1"):
        read_text(tmp_path / "a.txt")


@pytest.mark.parametrize("name", ["x" * 5000, "a\x00b"])
def test_is_file__of_names_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    assert not is_file(tmp_path / name)
