"""Tokens of the web server: made, listed, revoked, and checked; only their sha256 is kept.

A token is 256 random bits, so there is nothing to guess and no dictionary to try: a slow password hash would only
make every request slow. The comparison takes the same time whatever was shown.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from services.access.errors import TokenFileError, TokenRefused
from services.access.private_files import locked, make_private_folder, replace_private_file
from services.access.roles import Principal, Role
from services.redaction import hide_secret

PREFIX: Final = "lgt_"
"""Beginning of every token, by which scanners for leaked secrets find one."""
_RANDOM_BYTES: Final = 32
_LONGEST_NAME: Final = 64
_LONGEST_TOKEN: Final = 200
_VERSION: Final = 1

State = Literal["valid", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token.

    Attributes
    ----------
    token_id
        First 8 hexadecimal digits of its sha256.
    name
        Whose or what it is for; one valid token a name.
    role
        What its holder may ask for.
    sha256
        Of the whole token.
    created_at, expires_at, revoked_at
        Times in UTC; None where it never expires, or is not revoked.
    created_by
        Who made it.
    """

    token_id: str
    name: str
    role: Role
    sha256: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Whether it is accepted at `now`, and if not, why."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"

    @property
    def principal(self) -> Principal:
        """The one who shows it."""
        return Principal(f"token:{self.name}", self.role, self.token_id)


class TokenBook:
    """The tokens of one home folder, in a file (0600) that several processes share; changes are seen at once.

    Parameters
    ----------
    home
        The state folder; the file is ``access/tokens.json`` in it.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "access"
        self.path = self.folder / "tokens.json"
        self._lock = self.folder / "tokens.lock"
        self._read: tuple[tuple[int, int, int], tuple[Token, ...]] | None = None

    def tokens(self) -> tuple[Token, ...]:
        """Every token, also expired and revoked ones, the oldest first.

        Raises
        ------
        TokenFileError
            When others may read the file, or it is damaged.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise TokenFileError(f"the tokens in {self.path} cannot be read ({error.strerror})") from error
        if found.st_mode & 0o077:
            mode = f"{found.st_mode & 0o777:04o}"
            raise TokenFileError(f"{self.path} has mode {mode}, so others may change it: chmod 600 {self.path}")
        stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, _parse(self.path))
        return self._read[1]

    def has_valid(self, now: datetime) -> bool:
        """Whether anybody could be let in at `now`."""
        return any(token.state(now) == "valid" for token in self.tokens())

    def find(self, presented: str, now: datetime) -> Token | None:
        """The valid token that was shown; None for any other text, in the same time."""
        shown = hashlib.sha256(presented[:_LONGEST_TOKEN].encode()).hexdigest()
        found: Token | None = None
        for token in self.tokens():
            if hmac.compare_digest(token.sha256, shown):
                found = token
        return found if found is not None and found.state(now) == "valid" else None

    def add(
        self, name: str, role: Role, *, now: datetime, created_by: str, expires_at: datetime | None = None
    ) -> tuple[str, Token]:
        """Make a token; an expired or revoked one of the same name is forgotten.

        Returns
        -------
        tuple[str, Token]
            The token itself, which is kept nowhere, and what is kept of it.

        Raises
        ------
        TokenRefused
            For a name that is taken or no name, and for a time that has passed.
        """
        if PREFIX in name:
            raise TokenRefused("the name is itself a token, or looks like one: give it a name that may be shown")
        if not (name.isprintable() and name.strip() == name and 0 < len(name) <= _LONGEST_NAME):
            raise TokenRefused(f"a token's name has 1 to {_LONGEST_NAME} printable signs, not {name[:80]!r}")
        if expires_at is not None and expires_at <= now:
            raise TokenRefused(f"the token would expire at {expires_at:%Y-%m-%d %H:%M} UTC, which has passed")
        secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        hide_secret(secret)
        digest = hashlib.sha256(secret.encode()).hexdigest()
        token = Token(digest[:8], name, role, digest, now, created_by, expires_at)
        make_private_folder(self.folder)
        with locked(self._lock):
            kept = [other for other in self.tokens() if other.name != name or other.state(now) == "valid"]
            if any(other.name == name for other in kept):
                raise TokenRefused(f"a valid token is called {name!r}: revoke it first, or choose another name")
            self._write([*kept, token])
        return secret, token

    def revoke(self, name: str, *, now: datetime) -> Token:
        """Let the token of this name or id be accepted no more.

        Raises
        ------
        TokenRefused
            When no token is called so, or it is revoked already.
        """
        make_private_folder(self.folder)
        with locked(self._lock):
            tokens = self.tokens()
            found = next((token for token in tokens if name in (token.name, token.token_id)), None)
            if found is None:
                raise TokenRefused(f"no token is called {name[:80]!r}: see `locusgraph tokens list`")
            if found.revoked_at is not None:
                raise TokenRefused(f"the token {found.name!r} was revoked at {found.revoked_at:%Y-%m-%d %H:%M} UTC")
            revoked = replace(found, revoked_at=now)
            self._write([revoked if token is found else token for token in tokens])
        return revoked

    def _write(self, tokens: list[Token]) -> None:
        content = {"version": _VERSION, "tokens": [asdict(token) for token in tokens]}
        replace_private_file(self.path, json.dumps(content, indent=1, default=_render_time).encode() + b"\n")


def _parse(path: Path) -> tuple[Token, ...]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise TokenFileError(f"{path} has version {content['version']}, this program reads {_VERSION}: update it")
        return tuple(_to_token(entry) for entry in content["tokens"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TokenFileError(
            f"{path} is no file of tokens ({type(error).__name__}), so nobody's can be checked: restore it, or delete "
            "it and make new tokens"
        ) from error


def _to_token(entry: dict[str, str | None]) -> Token:
    def time(name: str) -> datetime | None:
        text = entry[name]
        return None if text is None else datetime.fromisoformat(text)

    def word(name: str) -> str:
        text = entry[name]
        if not isinstance(text, str):
            raise TypeError(name)
        return text

    return Token(
        token_id=word("token_id"),
        name=word("name"),
        role=Role(word("role")),
        sha256=word("sha256"),
        created_at=datetime.fromisoformat(word("created_at")),
        created_by=word("created_by"),
        expires_at=time("expires_at"),
        revoked_at=time("revoked_at"),
    )


def _render_time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
