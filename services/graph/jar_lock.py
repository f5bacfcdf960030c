"""Makes the lock of the managed server's jars (the maintainer's command, run when Neo4j is upgraded).

With a ``pom.xml`` whose only dependency is ``org.neo4j:neo4j`` at the wanted version::

    mvn dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=JARS -Dmdep.useRepositoryLayout=true
    python -m services.graph.jar_lock JARS ~/.m2/repository

The second command reads the jars in JARS and, from the POMs in Maven's local repository, their licences, and writes
``services/graph/jars.lock.json``: coordinates, sha256, size and licence of every jar. The server's version is that of
``org.neo4j:neo4j``.
"""

import hashlib
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree

from services.graph.errors import JarError
from services.graph.jars import LOCK_FILE, LockedJar

_NAMESPACE = re.compile(r"^\{[^}]*\}")


def write_jar_lock(folder: Path, poms: Path, *, lock_file: Path = LOCK_FILE) -> int:
    """Write the lock of all jars under `folder`; the number of jars.

    Parameters
    ----------
    folder, poms
        Jars and POMs, both in Maven's repository layout.

    Raises
    ------
    JarError
        When the folder holds no jars, or no Neo4j server.
    """
    jars = sorted((_describe_jar(path, folder, poms) for path in folder.rglob("*.jar")), key=lambda jar: jar.file_name)
    versions = [jar.version for jar in jars if (jar.group, jar.artifact) == ("org.neo4j", "neo4j")]
    if len(versions) != 1:
        raise JarError(
            f"{folder} holds {len(jars)} jars and {len(versions)} of org.neo4j:neo4j, wanted one: copy the jars "
            "with the command in services/graph/jar_lock.py"
        )
    lock = {"neo4j_version": versions[0], "jars": [asdict(jar) for jar in jars]}
    lock_file.write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(jars)


def _describe_jar(path: Path, folder: Path, poms: Path) -> LockedJar:
    *group, artifact, version = path.relative_to(folder).parent.parts
    stem = f"{artifact}-{version}"
    content = path.read_bytes()
    return LockedJar(
        group=".".join(group),
        artifact=artifact,
        version=version,
        classifier=path.stem.removeprefix(stem).lstrip("-"),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        licence=_read_licence(poms, ".".join(group), artifact, version),
    )


def _read_licence(poms: Path, group: str, artifact: str, version: str) -> str:
    """Licence names of a POM, else of the parent it inherits from; ``unknown`` when none says."""
    pom = poms.joinpath(*group.split("."), artifact, version, f"{artifact}-{version}.pom")
    if not pom.is_file():
        return "unknown"
    root = ElementTree.fromstring(pom.read_bytes())  # noqa: S314  (a maintainer's own download, never a user's file)
    for element in root.iter():
        element.tag = _NAMESPACE.sub("", str(element.tag))
    names = [" ".join((licence.findtext("name") or "").split()) for licence in root.findall("licenses/license")]
    if any(names):
        return " OR ".join(name for name in names if name)
    parent = root.find("parent")
    if parent is None:
        return "unknown"
    return _read_licence(poms, *(parent.findtext(key, "").strip() for key in ("groupId", "artifactId", "version")))


if __name__ == "__main__":
    write_jar_lock(Path(sys.argv[1]), Path(sys.argv[2]).expanduser())
