"""Installs GraphiQL's files for ``locusgraph serve``: ``python -m api.graphiql [FOLDER]`` (``make graphiql``).

npm packs the three packages that ``web/graphiql.lock.json`` names; each is checked against the lock's hash before the
few files that the page needs are taken out of it. Nothing of them runs here.
"""

import base64
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.settings import read_settings

LOCK: Final = Path(__file__).parent / "web" / "graphiql.lock.json"
NPM_SECONDS: Final = 300


class PackageError(Exception):
    """A package cannot be fetched, or is not the locked one."""


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package of the lock.

    Attributes
    ----------
    name, version
        As npm has them.
    licence
        Its licence.
    integrity
        ``sha512-`` and the hash of the packed file, in base 64.
    files
        Files that are taken out of it.
    """

    name: str
    version: str
    licence: str
    integrity: str
    files: tuple[str, ...]


def read_lock(path: Path = LOCK) -> tuple[Package, ...]:
    """The locked packages."""
    listed = json.loads(path.read_text(encoding="utf-8"))["packages"]
    return tuple(Package(**{**each, "files": tuple(each["files"])}) for each in listed)


def install(folder: Path, packages: tuple[Package, ...]) -> list[Path]:
    """Fetch the packages with npm and write their files into `folder`; the paths.

    Raises
    ------
    PackageError
        When npm is missing or fails, or a package has another hash; nothing of it is written then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        packed = {package: _pack(package, Path(name)) for package in packages}
    return [path for package, content in packed.items() for path in unpack(package, content, folder)]


def unpack(package: Package, content: bytes, folder: Path) -> list[Path]:
    """Check a packed package against its hash and write its files into `folder`, without their own folders.

    Raises
    ------
    PackageError
        When the hash differs or a file is missing.
    """
    seen = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if seen != package.integrity:
        raise PackageError(
            f"{package.name} {package.version} is not the locked one: {seen}, wanted {package.integrity}"
        )
    written = []
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for file in package.files:
            try:
                member = archive.extractfile(f"package/{file}")
            except KeyError as error:
                raise PackageError(f"{package.name} {package.version} holds no {file}: mend {LOCK.name}") from error
            path = folder / Path(file).name
            path.write_bytes(member.read() if member else b"")
            written.append(path)
    return written


def _pack(package: Package, folder: Path) -> bytes:
    named = f"{package.name}@{package.version}"
    command = ["npm", "pack", "--silent", "--json", "--ignore-scripts", "--pack-destination", str(folder), named]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=NPM_SECONDS)
    except FileNotFoundError as error:
        raise PackageError("npm is not here: install Node.js, or keep the plain page") from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise PackageError(f"npm could not pack {named}: {str(error.stderr or error)[-500:]}") from error
    return (folder / str(json.loads(done.stdout)[0]["filename"])).read_bytes()


def main(arguments: list[str]) -> int:
    """Install into the folder named, or into the settings' one."""
    folder = Path(arguments[0]) if arguments else read_settings().graphiql_folder
    for path in install(folder, read_lock()):
        sys.stderr.write(f"{path} {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
