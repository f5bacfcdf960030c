"""What a request asks of a scan: its parameters and its Accept header, checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from starlette.datastructures import QueryParams

from api.gql.codes import ErrorCode
from api.gql.errors import QueryError

_NAMES: Final = ("columns", "chromosome", "start", "end", "min_neg_log10_p", "format")


class ScanFormat(StrEnum):
    """How a scan is written."""

    JSON = "json"
    ARROW = "arrow"


MEDIA_TYPES: Final[Mapping[ScanFormat, str]] = {
    ScanFormat.JSON: "application/json",
    ScanFormat.ARROW: "application/vnd.apache.arrow.stream",
}


@dataclass(frozen=True, slots=True)
class ScanQuestion:
    """What is wanted of a scan.

    Attributes
    ----------
    format
        How it is to be written.
    choice
        Columns, region and bar, by the names of the service that reads them; what was not given is left out.
    """

    format: ScanFormat
    choice: Mapping[str, Any]

    @property
    def media_type(self) -> str:
        """Content type of the answer."""
        return MEDIA_TYPES[self.format]

    @property
    def text(self) -> str:
        """The same text for the same question, however it was written."""
        return repr((self.format.value, sorted(self.choice.items())))


def read_question(parameters: QueryParams, accept: str | None) -> ScanQuestion:
    """What a request asks of a scan.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for an unknown, repeated or malformed parameter; ``NOT_ACCEPTABLE`` for other media types.
    """
    check_names(parameters, _NAMES)
    columns = parameters.get("columns")
    choice = {
        "columns": None if columns is None else tuple(name.strip() for name in columns.split(",")),
        "chromosome": parameters.get("chromosome"),
        "start_bp": read_number(parameters, "start", int),
        "end_bp": read_number(parameters, "end", int),
        "min_neg_log10_p": read_number(parameters, "min_neg_log10_p", float),
    }
    given = {name: value for name, value in choice.items() if value is not None}
    return ScanQuestion(choose_format(parameters.get("format"), accept), given)


def check_names(parameters: QueryParams, known: tuple[str, ...]) -> None:
    """Refuse a request with a parameter that nobody reads, or with one twice.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT``.
    """
    seen = [name for name, _ in parameters.multi_items()]
    wrong = [name for name in seen if name not in known or seen.count(name) > 1]
    if wrong:
        message = (
            f"the parameters here are {', '.join(known)}, each once; {wrong[0][:50]!r} is not one of them, or twice"
        )
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument=wrong[0][:50], remedy="leave it out")


def read_number(parameters: QueryParams, name: str, kind: type[int] | type[float]) -> Any:
    """A parameter as a number; None where it was not given.

    Raises
    ------
    QueryError
        ``BAD_ARGUMENT`` for what is no finite number.
    """
    text = parameters.get(name)
    if text is None:
        return None
    try:
        number = kind(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) >= 2**63:
        what = "a whole number" if kind is int else "a number"
        message = f"`{name}` must be {what}, not {text[:50]!r}"
        raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument=name, remedy=f"write {name}=1000000")
    return number


def choose_format(wanted: str | None, accept: str | None) -> ScanFormat:
    """The format that was named, else the one that the Accept header likes best; JSON where it does not care."""
    if wanted is not None:
        if wanted.lower() not in set(ScanFormat):
            message = f"`format` must be {' or '.join(ScanFormat)}, not {wanted[:50]!r}"
            raise QueryError(ErrorCode.BAD_ARGUMENT, message, argument="format", remedy="leave it out for JSON")
        return ScanFormat(wanted.lower())
    likings = _likings(accept or "*/*")
    liked = {each: _liking(likings, media_type) for each, media_type in MEDIA_TYPES.items()}
    best = max(liked, key=lambda each: liked[each])
    if liked[best] <= 0:
        types = " and ".join(MEDIA_TYPES.values())
        message = (
            f"a scan is written as {types}, not as {str(accept)[:100]!r}: accept one of these, or say format=arrow"
        )
        raise QueryError(ErrorCode.NOT_ACCEPTABLE, message, accepted=list(MEDIA_TYPES.values()))
    return best


def _likings(accept: str) -> dict[str, float]:
    """Weight of each media range of an Accept header; one that is no number counts nothing."""
    found: dict[str, float] = {}
    for entry in accept.split(","):
        media_range, *options = (part.strip().lower() for part in entry.split(";"))
        weights = [option.removeprefix("q=") for option in options if option.startswith("q=")]
        try:
            found[media_range] = float(weights[0]) if weights else 1.0
        except ValueError:
            found[media_range] = 0.0
    return found


def _liking(likings: Mapping[str, float], media_type: str) -> float:
    """Weight of a media type by the closest range that names it."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((likings[each] for each in ranges if each in likings), 0.0)
