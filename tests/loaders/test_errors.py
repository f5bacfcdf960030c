"""Messages of the named errors."""

from pathlib import Path

from loaders.errors import FormatError, LoadError, locate


def test_load_error__message_has_rule_value_place_and_remedy() -> None:
    error = FormatError("a must be b", seen="c", where="file.tsv:3", remedy="write b")
    assert str(error) == "a must be b; seen: c; in file.tsv:3; write b"
    assert isinstance(error, LoadError)


def test_locate__with_and_without_line() -> None:
    assert (locate(Path("a.tsv"), 3), locate(Path("a.tsv"))) == ("a.tsv:3", "a.tsv")
