"""Answers that a caller may keep: whether it has one already."""


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether a request's ``if-none-match`` names this very answer."""
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return etag in known or "*" in known
