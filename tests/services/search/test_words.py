"""Full-text queries from what a person typed."""

from services.search.words import MAX_WORDS, full_text_terms


def test_full_text_terms__lets_no_operator_through() -> None:
    terms = full_text_terms('Height) OR name:* AND "x" -[y TO z] \\ /regex.*/')
    words = {term.rstrip("*~").removesuffix("^3") for term in terms.split(" OR ")}
    assert words == {"height", "or", "name", "and", "x", "y", "to", "z", "regex"}


def test_full_text_terms__of_no_words_is_empty() -> None:
    assert full_text_terms("?!") == ""


def test_full_text_terms__are_bounded() -> None:
    assert full_text_terms("abcde " * 100).count(" OR ") == 3 * MAX_WORDS - 1


def test_full_text_terms__may_be_exact() -> None:
    assert full_text_terms("schizophrenia", is_fuzzy=False) == "schizophrenia^3 OR schizophrenia*"
