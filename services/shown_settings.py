"""Settings and versions as they may be written beside results: without secrets."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from services.settings import Settings, describe_settings


def shown_settings(settings: Settings) -> dict[str, Any]:
    """Every setting that is no secret, by its variable, as JSON values; addresses lose a user and a password."""
    values: dict[str, Any] = {}
    for row in describe_settings():
        value = getattr(settings, row.name)
        if row.type == "secret" or isinstance(value, SecretStr):
            continue
        plain = value is None or isinstance(value, bool | int | float | dict | list | tuple)
        values[row.environment_variable] = value if plain else _without_user(str(value))
    return values


def program_version() -> str:
    """Version of this program; 0 in a checkout that was never installed."""
    try:
        return version("locusgraph")
    except PackageNotFoundError:
        return "0"


def _without_user(text: str) -> str:
    parts = urlsplit(text)
    if "@" not in parts.netloc:
        return text
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
