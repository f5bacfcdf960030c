"""Answers given before, for who asks the same of the same release again."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import orjson

from api.web.questions import Question

_BYTES_OF_AN_ENTRY: Final = 500
"""What an entry takes beside its text."""
Key = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent.

    Attributes
    ----------
    body, price
        Its bytes, and what the query cost.
    """

    body: bytes
    price: int


def key_of(release: int, text: str, question: Question) -> Key:
    """What makes an answer what it is: the release, the query's text, its variables and the operation's name."""
    asked = [text, question.variables, question.operation_name]
    return release, orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)


class AnswerMemory:
    """The last answers without errors, within a number of bytes and for some seconds.

    Parameters
    ----------
    most_bytes
        Of all answers and their questions together; 0 keeps none.
    seconds
        How long an answer is given again. Only the release is part of the question, and the state of a run or a load
        may change within one.
    now
        The clock.
    """

    def __init__(self, most_bytes: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes, self._seconds, self._now = most_bytes, seconds, now
        self._answers: OrderedDict[Key, tuple[float, Answer]] = OrderedDict()
        self._n_bytes = 0

    @property
    def keeps_any(self) -> bool:
        """Whether answers are kept at all."""
        return self._most_bytes > 0 and self._seconds > 0

    def get(self, key: Key) -> Answer | None:
        """The answer, where it was given not too long ago."""
        kept = self._answers.get(key)
        if kept is None:
            return None
        if self._now() - kept[0] > self._seconds:
            self._forget(key)
            return None
        self._answers.move_to_end(key)
        return kept[1]

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep an answer that is not too large; those asked longest ago leave where there is no room."""
        size = _size(key, answer)
        if size > self._most_bytes / 8:
            return
        self._forget(key)
        self._answers[key] = (self._now(), answer)
        self._n_bytes += size
        while self._n_bytes > self._most_bytes:
            self._forget(next(iter(self._answers)))

    def _forget(self, key: Key) -> None:
        kept = self._answers.pop(key, None)
        if kept is not None:
            self._n_bytes -= _size(key, kept[1])


def _size(key: Key, answer: Answer) -> int:
    return len(key[1]) + len(answer.body) + _BYTES_OF_AN_ENTRY
