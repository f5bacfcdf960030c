"""Cursors: read back what was written, and refuse all else by name."""

import base64

import pytest

from api.gql.cursors import Position, read_cursor, write_cursor
from api.gql.errors import QueryError


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


@pytest.mark.parametrize("value", [0.1 + 0.2, 411.4948500216801, 3.0, 0.0])
def test_read_cursor__gives_back_the_very_number(value: float) -> None:
    position = Position(value, "run:SNP|rs1")
    assert read_cursor(write_cursor(3, "mqtl_of_snps", position), release=3, listing="mqtl_of_snps") == position


def test_read_cursor__of_another_release_is_refused() -> None:
    cursor = write_cursor(2, "mqtl_of_snps", Position(1.0, "a"))
    with pytest.raises(QueryError, match="made in release 2, the current one is 3: begin again") as caught:
        read_cursor(cursor, release=3, listing="mqtl_of_snps")
    assert caught.value.extensions["code"] == "CURSOR_OF_OTHER_RELEASE"


def test_read_cursor__of_another_list_is_refused() -> None:
    cursor = write_cursor(3, "eqtl_of_snps", Position(1.0, "a"))
    with pytest.raises(QueryError, match="belongs to the list it came from: this one is of 'eqtl_of_snps'"):
        read_cursor(cursor, release=3, listing="mqtl_of_snps")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "not a cursor",
        "AAAA",
        "W10",
        *(base64.urlsafe_b64encode(b).decode() for b in (b"[1,2,3,4]", b"{}")),
    ],
)
def test_read_cursor__of_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(QueryError, match=r"is no cursor: pass pageInfo\.endCursor"):
        read_cursor(cursor, release=3, listing="mqtl_of_snps")
