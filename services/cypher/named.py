"""The library of named queries: what each means, its parameters and an example, read from the head of its file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from services.cypher.errors import CypherRefused

FOLDER = Path(__file__).with_name("library")
_PARAMETER = re.compile(r"@param (\w+)(?: = ([^:]+))?: (.+)")


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """One parameter of a named query.

    Attributes
    ----------
    name, meaning
        What it is called and means.
    default
        Its value when none is given; None where one must be given.
    """

    name: str
    meaning: str
    default: Any = None


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One query of the library; every one of them filters on what readers of the current release see.

    Attributes
    ----------
    name, meaning, text
        Its name, what it answers, and its Cypher.
    parameters
        In the order of its file.
    example
        The values of its example.
    """

    name: str
    meaning: str
    parameters: tuple[QueryParameter, ...]
    example: Mapping[str, Any]
    text: str

    def fill(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Values of every parameter.

        Raises
        ------
        CypherRefused
            When one is missing, or one was given that the query does not have.
        """
        known = {parameter.name: parameter.default for parameter in self.parameters}
        unknown = sorted({*given} - {*known})
        filled = {**known, **given}
        missing = [name for name, value in filled.items() if value is None]
        if unknown or missing:
            raise CypherRefused(
                f"the query {self.name} takes {', '.join(known) or 'no parameters'}",
                seen=f"missing: {', '.join(missing) or 'none'}; unknown: {', '.join(unknown) or 'none'}",
                remedy=f"for example: {self.command()}",
            )
        return filled

    def command(self) -> str:
        """The example as a command."""
        return " ".join(
            ["locusgraph query", self.name, *(f"-p {name}={value}" for name, value in self.example.items())]
        )


@cache
def list_named() -> tuple[NamedQuery, ...]:
    """Every query of the library, by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.cypher")))


def find_named(name: str) -> NamedQuery:
    """The query of that name.

    Raises
    ------
    CypherRefused
        When there is none, with the nearest names.
    """
    by_name = {query.name: query for query in list_named()}
    if name not in by_name:
        near = get_close_matches(name, by_name, n=3, cutoff=0.4)
        raise CypherRefused(
            "a named query is one of the library",
            seen=name,
            remedy=f"did you mean {', '.join(near)}?" if near else "locusgraph query lists them",
        )
    return by_name[name]


def _read(path: Path) -> NamedQuery:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line.removeprefix("//").strip() for line in lines if line.startswith("//")]
    found = [match for line in head if (match := _PARAMETER.fullmatch(line))]
    example = next(line.removeprefix("@example").strip() for line in head if line.startswith("@example"))
    return NamedQuery(
        name=path.stem,
        meaning=" ".join(line for line in head if not line.startswith("@")),
        parameters=tuple(QueryParameter(m[1], m[3], None if m[2] is None else json.loads(m[2])) for m in found),
        example={name: _value(value) for name, _, value in (word.partition("=") for word in example.split())},
        text="\n".join(line for line in lines if not line.startswith("//")),
    )


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
