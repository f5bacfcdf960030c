"""The managed server's folder, without a server."""

from collections import namedtuple
from pathlib import Path

import pytest

from services.graph import server_files
from services.graph.errors import DiskFull, ServerError, ServerVersionError
from services.graph.server_files import (
    check_free_disk,
    check_version,
    make_folders,
    read_password,
    server_command,
    write_configuration,
    write_new_secret,
)
from services.settings import Settings

OURS = "5.26.30"
Usage = namedtuple("Usage", "total used free")


def test_make_folders__only_for_their_owner(tmp_path: Path) -> None:
    make_folders(tmp_path / "graph")
    assert (tmp_path / "graph").stat().st_mode & 0o777 == 0o700


def test_write_configuration__shut_and_local(tmp_path: Path) -> None:
    make_folders(tmp_path)
    write_configuration(tmp_path, 7699, Settings())
    lines = (tmp_path / "conf" / "neo4j.conf").read_text().splitlines()
    assert "server.bolt.listen_address=127.0.0.1:7699" in lines
    assert "dbms.security.allow_csv_import_from_file_urls=false" in lines
    assert "internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0" in lines
    assert "server.http.enabled=false" in lines
    assert not [line for line in lines if "{" in line or "password" in line]


def test_check_version__a_new_store_takes_ours(tmp_path: Path) -> None:
    check_version(tmp_path, OURS)
    assert (tmp_path / server_files.VERSION_FILE).read_text() == OURS + "\n"


def test_check_version__an_older_store_is_opened_and_marked(tmp_path: Path) -> None:
    (tmp_path / server_files.VERSION_FILE).write_text("5.26.9\n")
    check_version(tmp_path, OURS)
    assert (tmp_path / server_files.VERSION_FILE).read_text() == OURS + "\n"


def test_check_version__a_newer_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / server_files.VERSION_FILE).write_text("2026.8.1\n")
    with pytest.raises(ServerVersionError, match=r"written by Neo4j 2026.8.1 and this program brings 5.26.30"):
        check_version(tmp_path, OURS)
    assert (tmp_path / server_files.VERSION_FILE).read_text() == "2026.8.1\n"


def test_check_version__a_store_of_unknown_origin_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data" / "databases").mkdir(parents=True)
    with pytest.raises(ServerVersionError, match=r"does not say which Neo4j wrote it \(neo4j_version is missing\)"):
        check_version(tmp_path, OURS)


def test_check_free_disk__too_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1 << 40, 1 << 40, 100 << 20))
    check_free_disk(tmp_path, 100)
    with pytest.raises(DiskFull, match="needs 101 MiB of free disk to start and 100 MiB are free"):
        check_free_disk(tmp_path, 101)


def test_write_new_secret__is_no_option_of_a_command(tmp_path: Path) -> None:
    """One in 64 random words of the URL alphabet begins with -, and neo4j-admin would refuse it."""
    words = [write_new_secret(tmp_path / "password").get_secret_value() for _ in range(8)]
    assert all(len(word) == 48 and set(word) <= set("0123456789abcdef") for word in words)


def test_write_new_secret__private_and_random(tmp_path: Path) -> None:
    first = write_new_secret(tmp_path / "password")
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    assert read_password(tmp_path) == first
    assert write_new_secret(tmp_path / "password") != first


def test_read_password__lost(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"the managed graph cannot be entered: .*restore the file"):
        read_password(tmp_path)


@pytest.mark.parametrize(
    ("version", "main_class"),
    [("5.26.30", "org.neo4j.server.CommunityEntryPoint"), ("2026.8.1", "org.neo4j.server.Neo4jCommunity")],
)
def test_server_command__main_class_of_the_version(tmp_path: Path, version: str, main_class: str) -> None:
    command = server_command(tmp_path, version, Settings(server_heap_mib=700))
    assert main_class in command
    assert "-Xmx700m" in command
    assert "--add-opens=java.base/java.nio=ALL-UNNAMED" in command
