"""Line numbers of a manifest's keys, which tomllib does not tell, so that errors can point at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TABLE = re.compile(r"^\s*\[\[?\s*([\w.\"'-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w.-]+|\"[^\"]+\"|'[^']+')\s*=")
_STRING_OR_COMMENT = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|(?P<fence>\"\"\"|''').*|\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")
TOP = -1


@dataclass(frozen=True)
class KeyLines:
    """1-based lines of a manifest.

    Attributes
    ----------
    studies
        Line of the n-th `[[study]]`.
    keys
        (index of the study, or -1 for the top level; dotted key) to its line.
    """

    studies: tuple[int, ...] = ()
    keys: dict[tuple[int, str], int] = field(default_factory=dict)

    def find(self, study: int, key: str | None = None) -> int | None:
        """Line of a key of a study; of the study itself where the key is not found."""
        if key is not None:
            for name in (key, key.split(".", maxsplit=1)[0]):
                if (study, name) in self.keys:
                    return self.keys[study, name]
        return self.studies[study] if 0 <= study < len(self.studies) else None


def find_key_lines(text: str) -> KeyLines:
    """Find the line of every `[[study]]` and every key of a TOML text.

    Parameters
    ----------
    text
        A manifest that tomllib accepts; multi-line strings and arrays are stepped over.
    """
    studies: list[int] = []
    keys: dict[tuple[int, str], int] = {}
    study, prefix = TOP, ""
    for number, line in _top_level_lines(text):
        if table := _TABLE.match(line):
            name = table.group(1).replace('"', "").replace("'", "")
            if name == "study":
                studies.append(number)
                study, prefix = len(studies) - 1, ""
            else:
                prefix = name.removeprefix("study.") + "."
                keys.setdefault((study, prefix[:-1]), number)
        elif key := _KEY.match(line):
            keys.setdefault((study, prefix + key.group(1).strip("\"'")), number)
    return KeyLines(tuple(studies), keys)


def _top_level_lines(text: str) -> Iterator[tuple[int, str]]:
    depth, fence = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        rest = line
        if fence:
            _, found, rest = line.partition(fence)
            if not found:
                continue
            fence = ""
        elif depth == 0:
            yield number, line
        fence = next((mark for found in _STRING_OR_COMMENT.finditer(rest) if (mark := found["fence"])), "")
        bare = _STRING_OR_COMMENT.sub("", rest)
        if depth or not _TABLE.match(line):
            depth += sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")
