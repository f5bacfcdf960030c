"""Errors of tokens and of the audit log.

Exception
└── AccessError         anything about access
    ├── TokenRefused    a token cannot be made or revoked as asked
    ├── MomentRefused   a text names no time
    ├── TokenFileError  the file of tokens cannot be trusted or used
    └── AuditError      the audit log cannot be written or read
"""


class AccessError(Exception):
    """Anything about access that could not be done."""


class TokenRefused(AccessError):  # noqa: N818 (says what happened)
    """A token cannot be made or revoked as asked."""


class MomentRefused(AccessError):  # noqa: N818
    """A text names no time."""


class TokenFileError(AccessError):
    """The file of tokens cannot be trusted or used, so nobody's token can be checked."""


class AuditError(AccessError):
    """The audit log cannot be written or read."""
