"""``locusgraph tokens``: who may ask the web server, and for what."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.opening import open_settings
from api.cli.option import option
from api.cli.output import AsJson, print_json, print_table, stderr, stdout

if TYPE_CHECKING:
    from services.access.tokens import Token, TokenBook

commands = typer.Typer(no_args_is_help=True, help="Make, list and revoke tokens for the web server.")


def add_commands(app: typer.Typer) -> None:
    """Add ``tokens add``, ``tokens list`` and ``tokens revoke``."""
    app.add_typer(commands, name="tokens", rich_help_panel="Running")


@commands.command(epilog="Example: [bold]locusgraph tokens add --name portal --role reader --expires 90d[/bold]")
def add(
    context: typer.Context,
    name: Annotated[str, option("Whose or what it is for; the log names it.")],
    role: Annotated[
        Literal["reader", "analyst", "curator", "admin"],
        option("reader: GraphQL and columns; analyst: Cypher too; curator: uploads too; admin: all, metrics too."),
    ],
    expires: Annotated[str | None, option("End: 12h, 90d, 6w, or a date; never when not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it this once; only its sha256 is kept. Running servers accept it at once."""
    from services.access.audit import operating_user
    from services.access.moments import read_moment
    from services.access.roles import Role

    now = datetime.now(UTC)
    end = None if expires is None else read_moment(expires, now)
    book = _open_book(context)
    secret, token = book.add(name, Role(role), now=now, created_by=operating_user(), expires_at=end)
    if as_json:
        print_json({"token": secret, **_to_dict(token, now)})
        return
    stdout().print(secret, soft_wrap=True, markup=False)
    until = "does not expire" if token.expires_at is None else f"expires {token.expires_at:%Y-%m-%d %H:%M} UTC"
    stderr().print(
        f"token {token.name!r} ({token.role}, {until}) is shown only now: send it as Authorization: Bearer …",
        soft_wrap=True,
    )


@commands.command("list", epilog="Example: [bold]locusgraph tokens list --json[/bold]")
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """List every token: role, state, beginning and end; the tokens themselves are kept nowhere."""
    now = datetime.now(UTC)
    listed = [_to_dict(token, now) for token in _open_book(context).tokens()]
    if as_json:
        print_json({"tokens": listed})
        return
    rows = [
        (t["token_id"], t["name"], t["role"], t["state"], t["created_at"][:16], _day(t["expires_at"])) for t in listed
    ]
    print_table(f"{len(rows):,} tokens", ("=id", "name", "role", "state", "made", "expires"), rows)


@commands.command(epilog="Example: [bold]locusgraph tokens revoke portal[/bold]")
def revoke(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name or id of the token, as `tokens list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Revoke a token; running servers refuse it from the next request on."""
    now = datetime.now(UTC)
    token = _open_book(context).revoke(name, now=now)
    if as_json:
        print_json(_to_dict(token, now))
    else:
        stdout().print(f"token {token.name!r} ({token.role}) is revoked", soft_wrap=True)


def _open_book(context: typer.Context) -> "TokenBook":
    from services.access.tokens import TokenBook

    return TokenBook(open_settings(context).home)


def _day(time: str | None) -> str | None:
    return None if time is None else time[:16]


def _to_dict(token: "Token", now: datetime) -> dict[str, Any]:
    def time(value: datetime | None) -> str | None:
        return None if value is None else value.isoformat(timespec="seconds")

    return {
        "token_id": token.token_id,
        "name": token.name,
        "role": token.role.value,
        "state": token.state(now),
        "created_at": time(token.created_at),
        "created_by": token.created_by,
        "expires_at": time(token.expires_at),
        "revoked_at": time(token.revoked_at),
    }
