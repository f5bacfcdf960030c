"""GraphiQL's packages are the locked ones, or nothing of them is written."""

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from api.graphiql import LOCK, Package, PackageError, read_lock, unpack
from api.web.console import INSTALLED


def packed(**files: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/umd/{name}.js")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def locked(content: bytes, *files: str) -> Package:
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    return Package("thing", "1.0.0", "MIT", integrity, files)


def test_read_lock__has_every_file_of_the_page_and_hashes_without_addresses() -> None:
    packages = read_lock()
    assert {Path(file).name for package in packages for file in package.files} == set(INSTALLED)
    assert all(package.integrity.startswith("sha512-") and package.licence == "MIT" for package in packages)
    assert "://" not in LOCK.read_text()


def test_unpack__writes_the_named_files_alone(tmp_path: Path) -> None:
    content = packed(a="one", b="two")
    assert unpack(locked(content, "umd/a.js"), content, tmp_path) == [tmp_path / "a.js"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.js"]
    assert (tmp_path / "a.js").read_text() == "one"


def test_unpack__another_hash_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    content = packed(a="one")
    with pytest.raises(PackageError, match=r"thing 1\.0\.0 is not the locked one: sha512-"):
        unpack(locked(content, "umd/a.js"), packed(a="other"), tmp_path)
    with pytest.raises(PackageError, match=r"thing 1\.0\.0 holds no umd/c\.js"):
        unpack(locked(content, "umd/c.js"), content, tmp_path)
    assert list(tmp_path.iterdir()) == []
