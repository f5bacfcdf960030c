"""Says how a text matched what was found: exactly, by its beginning, by its words, or only nearly."""

import re
from collections.abc import Sequence
from enum import IntEnum

_WORD = re.compile(r"\w+")


class Match(IntEnum):
    """How a text matched; better ones are smaller."""

    EXACT = 0
    PREFIX = 1
    WORDS = 2
    FUZZY = 3
    REGION = 4


def judge_match(text: str, texts: Sequence[str | None]) -> tuple[Match, str]:
    """How `text` matches the best of the texts that something is known by, and which one that is.

    Exact: upper and lower case alike. Prefix: it begins with the text. Words: every word of the text is one of its
    words or begins one. Fuzzy: none of these, so that a letter or two differ.

    Parameters
    ----------
    texts
        Ids, names and synonyms, the more important first; absent ones are passed over.
    """
    lower = text.lower()
    judged = [(_judge(lower, known.lower()), known) for known in texts if known]
    return min(judged, key=lambda pair: pair[0], default=(Match.FUZZY, ""))


def _judge(wanted: str, known: str) -> Match:
    if known == wanted:
        return Match.EXACT
    if known.startswith(wanted):
        return Match.PREFIX
    words = _WORD.findall(known)
    if all(any(word.startswith(part) for word in words) for part in _WORD.findall(wanted)):
        return Match.WORDS
    return Match.FUZZY
