"""Turns what a person typed into a query for a full-text index."""

import re

_WORD = re.compile(r"\w+")
MAX_WORDS = 12


def full_text_terms(text: str, *, is_fuzzy: bool = True) -> str:
    """Lucene query for the words of a text; empty when it has none.

    Every word may also be the beginning of one in the index and, if `is_fuzzy`, differ from it by a letter or two.
    Only letters, digits and underscores of the text get through, in small letters, so nothing of it acts as an
    operator.
    """
    terms = []
    for word in _WORD.findall(text.lower())[:MAX_WORDS]:
        terms += [f"{word}^3", f"{word}*"]
        if is_fuzzy and len(word) >= 4:
            terms.append(f"{word}~")
    return " OR ".join(terms)


def full_text_phrase(text: str) -> str | None:
    """Lucene phrase of a whole text in small letters, quoted and escaped; None where it has no word."""
    if not _WORD.search(text):
        return None
    escaped = text.lower().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
