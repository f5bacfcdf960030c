"""Log lines for people and for machines."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from services.logs import PACKAGES, set_up_logging
from services.settings import Settings


@pytest.fixture(autouse=True)
def loggers_restored() -> Iterator[None]:
    kept = {
        name: (list(log.handlers), log.level, log.propagate) for name in PACKAGES if (log := logging.getLogger(name))
    }
    yield
    for name, (handlers, level, propagate) in kept.items():
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_set_up_logging__human_line() -> None:
    stream = io.StringIO()
    set_up_logging(Settings(log_level="INFO"), stream)
    logging.getLogger("services.x").info("loaded %d rows", 3)
    logging.getLogger("services.x").debug("hidden")
    assert stream.getvalue().endswith("INFO    services.x: loaded 3 rows\n")


def test_set_up_logging__json_line_with_extra_and_error() -> None:
    stream = io.StringIO()
    set_up_logging(Settings(log_format="json"), stream)
    try:
        raise KeyError("lost")
    except KeyError:
        logging.getLogger("loaders.x").exception("failed", extra={"study": "godmc"})
    content = json.loads(stream.getvalue())
    assert (content["level"], content["logger"], content["message"]) == ("ERROR", "loaders.x", "failed")
    assert content["study"] == "godmc"
    assert "KeyError: 'lost'" in content["error"]


def test_set_up_logging__again_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    set_up_logging(Settings(), first)
    set_up_logging(Settings(), second)
    logging.getLogger("services.x").warning("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_set_up_logging__settings_in_a_message_hide_the_password() -> None:
    stream = io.StringIO()
    settings = Settings(neo4j_uri="bolt://x", neo4j_password=SecretStr("topsecret"))
    set_up_logging(settings, stream)
    logging.getLogger("services.x").warning("%s %r", settings, settings)
    assert "topsecret" not in stream.getvalue()
