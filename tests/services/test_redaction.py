"""Secrets are hidden wherever they are written."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.logs import set_up_logging
from services.redaction import hide_secret, redact
from services.settings import Settings, read_secret_file


@pytest.fixture(autouse=True)
def loggers_restored() -> Iterator[None]:
    log = logging.getLogger("services")
    kept = (list(log.handlers), log.level, log.propagate)
    yield
    log.handlers, log.propagate = kept[0], kept[2]
    log.setLevel(kept[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("token lgt_MQUCgMT2iQYfJ1kmuBafmnW2 was shown", "token lgt_[hidden] was shown"),
        ("Authorization: Bearer abcdefgh.ijk-l", "Authorization: Bearer [hidden]"),
        ("bolt://neo4j:pass-word@db:7687 is no address", "bolt://neo4j:[hidden]@db:7687 is no address"),
        ('{"uri": "bolt://db:7687", "mail": "a@b.example"}', '{"uri": "bolt://db:7687", "mail": "a@b.example"}'),
        ("nothing to hide: bolt://127.0.0.1:7687", "nothing to hide: bolt://127.0.0.1:7687"),
    ],
)
def test_redact__shapes_of_secrets(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_redact__known_secrets_however_they_are_written(tmp_path: Path) -> None:
    secret = "tr\"ou'ba\\dour&3"
    path = tmp_path / "password"
    path.touch(mode=0o600)
    path.write_text(secret + "\n")
    read_secret_file(path)
    for written in (secret, json.dumps(secret), repr(secret), f"http://x/?p={secret}"):
        assert "ba" not in redact(written)


def test_redact__short_secrets_hide_no_ordinary_words() -> None:
    hide_secret("none")
    assert redact("none is known") == "none is known"


@pytest.mark.parametrize("form", ["human", "json"])
def test_log__hides_secrets_in_messages_extras_and_tracebacks(form: str) -> None:
    stream = io.StringIO()
    set_up_logging(Settings(log_format=form, neo4j_password=SecretStr("s3cret-of-the-store")), stream)
    try:
        raise ValueError("auth s3cret-of-the-store failed")
    except ValueError:
        logging.getLogger("services.x").exception("with %s", "lgt_MQUCgMT2iQYfJ1", extra={"auth": "Bearer abcdefghijk"})
    text = stream.getvalue()
    assert "ValueError" in text
    assert not [word for word in ("s3cret", "lgt_MQ", "abcdefghijk") if word in text]
    if form == "json":
        assert json.loads(text)["auth"] == "Bearer [hidden]"
