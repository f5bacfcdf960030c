"""Pages cut out of ordered entries."""

import pytest

from api.gql.cursors import Position
from api.gql.errors import QueryError
from api.gql.pages import Entry, check_page_size, make_connection


@pytest.mark.parametrize("first", [0, -1, 501])
def test_check_page_size__refuses_what_cannot_be_a_page(first: int) -> None:
    with pytest.raises(QueryError, match=f"`first` must be 1 to 500, not {first}"):
        check_page_size(first, 500)


def test_make_connection__keeps_one_entry_back_to_know_of_more() -> None:
    entries = [Entry(Position(float(n), str(n)), n) for n in range(3)]
    page = make_connection(entries, first=2, release=1, listing="x", is_continued=False)
    assert page.nodes == [0, 1]
    assert (page.page_info.has_next_page, page.page_info.has_previous_page) == (True, False)
    assert page.page_info.end_cursor == page.edges[-1].cursor


def test_make_connection__of_nothing_has_no_cursors() -> None:
    page = make_connection([], first=2, release=1, listing="x", is_continued=True)
    assert (page.nodes, page.page_info.start_cursor, page.page_info.end_cursor) == ([], None, None)
    assert page.page_info.has_previous_page
