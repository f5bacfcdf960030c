"""Structured logging, set up in one place: human lines or JSON, on standard error."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from services.redaction import redact
from services.settings import Settings

PACKAGES = ("services", "loaders", "models", "api", "graph_schema")
_HUMAN_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_ORDINARY_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, what was given as ``extra``, and the error."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        content = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in _ORDINARY_FIELDS},
        }
        if record.exc_info:
            content["error"] = self.formatException(record.exc_info)
        return redact(json.dumps(content, default=str, ensure_ascii=False))


class HumanFormatter(logging.Formatter):
    """One line for people, and the traceback of an error below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one record."""
        return redact(super().format(record))


def set_up_logging(settings: Settings, stream: TextIO | None = None, *, whole_process: bool = False) -> None:
    """Send the product's log records to `stream` (standard error) in the settings' form and from their level up.

    Secrets are hidden in every line. May be called again; the last call counts.

    Parameters
    ----------
    settings, stream
        The form and the lowest level; where to.
    whole_process
        Warnings of other libraries take the same form and place, as a server's log wants; else they are left alone.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else HumanFormatter(_HUMAN_FORMAT))
    if whole_process:
        logging.captureWarnings(True)
        root = logging.getLogger()
        root.handlers = [handler]
        root.setLevel(logging.WARNING)
    for name in PACKAGES:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(settings.log_level)
        logger.propagate = False
