"""The maintainer's command that writes the jars' lock."""

import hashlib
from pathlib import Path

import pytest

from services.graph.errors import JarError
from services.graph.jar_lock import write_jar_lock
from services.graph.jars import LockedJar, read_jar_lock

POM = '<project xmlns="urn:x">{body}</project>'
PARENT = "<parent><groupId>org.neo4j</groupId><artifactId>parent</artifactId><version>5.26.30</version></parent>"
LICENCE = (
    "<licenses><license><name>GPL-3.0\n  or later</name></license><license><name>Other</name></license></licenses>"
)


def _add(folder: Path, path: str, content: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content)


def test_write_jar_lock__coordinates_sums_and_inherited_licence(tmp_path: Path) -> None:
    found, poms, lock_file = tmp_path / "jars", tmp_path / "poms", tmp_path / "lock.json"
    _add(found, "org/neo4j/neo4j/5.26.30/neo4j-5.26.30.jar", "server")
    _add(found, "io/netty/epoll/4.1/epoll-4.1-linux-x86_64.jar", "native")
    _add(poms, "org/neo4j/neo4j/5.26.30/neo4j-5.26.30.pom", POM.format(body=PARENT))
    _add(poms, "org/neo4j/parent/5.26.30/parent-5.26.30.pom", POM.format(body=LICENCE))
    _add(poms, "io/netty/epoll/4.1/epoll-4.1.pom", POM.format(body=""))
    assert write_jar_lock(found, poms, lock_file=lock_file) == 2
    native, server = read_jar_lock(lock_file).jars
    digest = hashlib.sha256(b"server").hexdigest()
    assert server == LockedJar("org.neo4j", "neo4j", "5.26.30", "", digest, 6, "GPL-3.0 or later OR Other")
    assert (native.group, native.classifier, native.file_name) == (
        "io.netty",
        "linux-x86_64",
        "epoll-4.1-linux-x86_64.jar",
    )
    assert native.licence == "unknown"
    assert read_jar_lock(lock_file).neo4j_version == "5.26.30"


def test_write_jar_lock__licence_of_a_missing_pom(tmp_path: Path) -> None:
    _add(tmp_path, "org/neo4j/neo4j/5.26.30/neo4j-5.26.30.jar", "server")
    write_jar_lock(tmp_path, tmp_path, lock_file=tmp_path / "lock.json")
    assert read_jar_lock(tmp_path / "lock.json").jars[0].licence == "unknown"


def test_write_jar_lock__no_server_there(tmp_path: Path) -> None:
    with pytest.raises(JarError, match=r"holds 0 jars and 0 of org.neo4j:neo4j, wanted one"):
        write_jar_lock(tmp_path, tmp_path, lock_file=tmp_path / "lock.json")
