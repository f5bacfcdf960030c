"""The codes a GraphQL error carries; clients branch on these, never on the text."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a field has no value."""

    BAD_QUERY = "BAD_QUERY"
    """The document does not parse or does not fit the schema."""
    UNKNOWN_ID = "UNKNOWN_ID"
    RETIRED = "RETIRED"
    """It was there, and readers see it no more."""
    AMBIGUOUS_ID = "AMBIGUOUS_ID"
    BAD_ARGUMENT = "BAD_ARGUMENT"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    """None of the media types that the caller accepts is written here."""
    CURSOR_INVALID = "CURSOR_INVALID"
    CURSOR_OF_OTHER_RELEASE = "CURSOR_OF_OTHER_RELEASE"
    RELEASE_NOT_LOADED = "RELEASE_NOT_LOADED"
    """A release that `@asOf` names and that does not stay loaded, or a field that only the current one can answer."""
    WRONG_BUILD = "WRONG_BUILD"
    """A region of another genome build than the store's."""
    TOO_DEEP = "TOO_DEEP"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    TOO_COSTLY = "TOO_COSTLY"
    NO_RELEASE = "NO_RELEASE"
    """Nothing has been loaded yet."""
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    """An outage: nothing is known, which is not the same as nothing found."""
    STORE_FAILED = "STORE_FAILED"
    REFUSED = "REFUSED"
    """A service declined, and its message says why."""
    INTERNAL = "INTERNAL"
