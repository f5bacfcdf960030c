"""Ids of requests."""

import pytest

from api.web.request_ids import choose_request_id


def test_choose_request_id__keeps_a_plain_one() -> None:
    assert choose_request_id("abc-1.2_3") == "abc-1.2_3"


@pytest.mark.parametrize("offered", [None, "", "a b", "x" * 65, "a\nb", "<script>", "lgt_" + "z" * 43])
def test_choose_request_id__replaces_anything_else(offered: str | None) -> None:
    first, second = choose_request_id(offered), choose_request_id(offered)
    assert first != second
    assert len(first) == 32
