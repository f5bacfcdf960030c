# ruff: noqa: E501 (commands are not broken)
"""What an operator types where the store is a server of their own, which this program neither stops nor starts."""

from pathlib import Path

from services.backup.errors import BackupError
from services.settings import Settings

_BACKUP = """\
  1. stop the program that writes (locusgraph serve, schedule), then the server:   systemctl stop neo4j
  2. as the server's user:   neo4j-admin database dump {database} --to-path={folder} --overwrite-destination=true
  3. start the server again:   systemctl start neo4j
  4. copy the state folder of the same moment:   tar -C {home} --exclude=cache --exclude='*.lock' -czf {folder}/state.tar.gz .
with docker/compose.yaml ({folder} exists, and uids 7474 and 10001 may write there):
  docker compose -f docker/compose.yaml stop scheduler app neo4j
  docker compose -f docker/compose.yaml run --rm --no-deps -v {folder}:/backup --entrypoint neo4j-admin neo4j database dump {database} --to-path=/backup --overwrite-destination=true
  docker compose -f docker/compose.yaml run --rm --no-deps -v {folder}:/backup --entrypoint tar app -C /var/lib/locusgraph --exclude=cache -czf /backup/state.tar.gz .
  docker compose -f docker/compose.yaml up -d"""
_RESTORE = """\
  1. stop the program that writes (locusgraph serve, schedule), then the server:   systemctl stop neo4j
  2. as the server's user:   neo4j-admin database load {database} --from-path={folder} --overwrite-destination=true
  3. start the server again:   systemctl start neo4j
  4. put the state folder of the same moment back:   tar -C {home} -xzf {folder}/state.tar.gz
with docker/compose.yaml:
  docker compose -f docker/compose.yaml stop scheduler app neo4j
  docker compose -f docker/compose.yaml run --rm --no-deps -v {folder}:/backup:ro --entrypoint neo4j-admin neo4j database load {database} --from-path=/backup --overwrite-destination=true
  docker compose -f docker/compose.yaml run --rm --no-deps -v {folder}:/backup:ro --entrypoint tar app -C /var/lib/locusgraph -xzf /backup/state.tar.gz
  docker compose -f docker/compose.yaml up -d"""


def require_managed(settings: Settings, folder: Path, doing: str) -> None:
    """Refuse a server of the user's with the commands that its operator needs.

    Parameters
    ----------
    doing
        ``backup`` or ``restore``.

    Raises
    ------
    BackupError
        When ``NEO4J_URI`` is set.
    """
    if settings.is_managed:
        return
    commands = (_BACKUP if doing == "backup" else _RESTORE).format(
        database=settings.neo4j_database, folder=folder.absolute(), home=settings.home
    )
    raise BackupError(
        f"{settings.neo4j_uri} is not ours to stop, and Neo4j Community dumps and loads a stopped server only: "
        f"its operator does this\n{commands}"
    )
