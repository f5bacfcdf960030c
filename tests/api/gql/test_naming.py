"""The forms in which an id may be written."""

import pytest

from api.gql.errors import QueryError
from api.gql.naming import check_text, id_forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CG00000001", ["CG00000001", "cg00000001"]),
        ("tp53", ["tp53", "TP53"]),
        ("ch.13.39564907R", ["ch.13.39564907R", "ch.13.39564907r", "CH.13.39564907R"]),
        ("grch37:x:100:a:g", ["grch37:x:100:a:g", "GRCh37:X:100:A:G"]),
        ("GRCh38:1:5:A:C", ["GRCh38:1:5:A:C"]),
    ],
)
def test_id_forms__as_written_first(text: str, expected: list[str]) -> None:
    assert id_forms(text) == expected


def test_check_text__is_trimmed_and_bounded() -> None:
    assert check_text("  rs1 ", argument="id") == "rs1"
    with pytest.raises(QueryError, match="`text` must have 1 to 5 characters, not 6"):
        check_text("abcdef", argument="text", longest=5)
