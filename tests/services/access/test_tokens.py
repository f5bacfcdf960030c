"""Tokens: made, checked, revoked; what lies on the disk."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.access.errors import TokenFileError, TokenRefused
from services.access.roles import Role
from services.access.tokens import PREFIX, TokenBook

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make(home: Path, name: str = "portal", role: Role = Role.READER, days: int | None = None) -> str:
    end = None if days is None else NOW + timedelta(days=days)
    return TokenBook(home).add(name, role, now=NOW, created_by="os:ann", expires_at=end)[0]


def test_add__keeps_the_hash_alone_in_a_private_file(tmp_path: Path) -> None:
    secret = make(tmp_path)
    path = tmp_path / "access" / "tokens.json"
    assert secret.startswith(PREFIX)
    assert len(secret) == len(PREFIX) + 43  # 256 bits in base64
    assert secret.removeprefix(PREFIX) not in path.read_text()
    assert json.loads(path.read_text())["tokens"][0]["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_add__no_two_tokens_are_alike(tmp_path: Path) -> None:
    assert len({make(tmp_path, f"t{i}") for i in range(20)}) == 20


def test_find__by_role_and_name_and_nothing_else(tmp_path: Path) -> None:
    secrets = {role: make(tmp_path, role.value, role) for role in Role}
    book = TokenBook(tmp_path)
    for role, secret in secrets.items():
        found = book.find(secret, NOW)
        assert found is not None
        assert (found.role, found.principal.who) == (role, f"token:{role.value}")
    some = secrets[Role.ADMIN]
    for wrong in (
        "",
        PREFIX,
        some[:-1],
        some + "x",
        some.upper(),
        "x" * 100_000,
        hashlib.sha256(some.encode()).hexdigest(),
    ):
        assert book.find(wrong, NOW) is None


def test_find__not_after_its_end(tmp_path: Path) -> None:
    secret = make(tmp_path, days=1)
    book = TokenBook(tmp_path)
    assert book.find(secret, NOW + timedelta(hours=23)) is not None
    assert book.find(secret, NOW + timedelta(days=1)) is None
    assert not book.has_valid(NOW + timedelta(days=1))


def test_changes__are_seen_by_another_process_at_once(tmp_path: Path) -> None:
    server = TokenBook(tmp_path)
    assert not server.has_valid(NOW)
    secret = make(tmp_path)
    assert server.find(secret, NOW) is not None
    TokenBook(tmp_path).revoke("portal", now=NOW)
    assert server.find(secret, NOW) is None
    again = make(tmp_path)
    assert server.find(again, NOW) is not None
    assert [token.state(NOW) for token in server.tokens()] == ["valid"]


def test_add__refuses_names_and_ends_that_cannot_be(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(TokenRefused, match="a valid token is called 'portal': revoke it first"):
        make(tmp_path)
    for name in ("", " x", "a\nb", "x" * 65):
        with pytest.raises(TokenRefused, match="1 to 64 printable signs"):
            make(tmp_path, name)
    with pytest.raises(TokenRefused, match="a name that may be shown"):
        make(tmp_path, "lgt_abcdefghijk")
    with pytest.raises(TokenRefused, match="has passed"):
        make(tmp_path, "old", days=-1)


def test_revoke__refuses_what_is_not_there(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(TokenRefused, match="no token is called 'other'"):
        TokenBook(tmp_path).revoke("other", now=NOW)
    revoked = TokenBook(tmp_path).revoke(TokenBook(tmp_path).tokens()[0].token_id, now=NOW)
    with pytest.raises(TokenRefused, match="was revoked at 2026-11-22 12:00"):
        TokenBook(tmp_path).revoke(revoked.name, now=NOW)


def test_file__that_others_may_write_is_not_trusted(tmp_path: Path) -> None:
    secret = make(tmp_path)
    path = tmp_path / "access" / "tokens.json"
    path.chmod(0o640)
    with pytest.raises(TokenFileError, match="has mode 0640"):
        TokenBook(tmp_path).find(secret, NOW)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 2, "tokens": []}', '{"version": 1, "tokens": [{}]}'])
def test_file__damaged_lets_nobody_in(tmp_path: Path, content: str) -> None:
    secret = make(tmp_path)
    (tmp_path / "access" / "tokens.json").write_text(content)
    with pytest.raises(TokenFileError, match=r"tokens\.json"):
        TokenBook(tmp_path).find(secret, NOW)


@pytest.mark.parametrize(("role", "n_covered"), [(role, n + 1) for n, role in enumerate(Role)])
def test_role__covers_those_before_it(role: Role, n_covered: int) -> None:
    assert [role.covers(other) for other in Role].count(True) == n_covered
    assert role.covers(Role.READER)
