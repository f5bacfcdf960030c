"""Fingerprints change with content and settings, and with nothing else."""

import dataclasses
import hashlib
from pathlib import Path

from loaders.fingerprint import fingerprint_study, hash_files
from tests.loaders.samples import make_study, write_text


def test_fingerprint_study__moving_a_file_or_a_line_changes_nothing(tmp_path: Path) -> None:
    spec = make_study(write_text(tmp_path / "a.tsv", "x"))
    moved = dataclasses.replace(spec, paths=(write_text(tmp_path / "b.tsv", "x"),), line=99)
    assert fingerprint_study(spec) == fingerprint_study(moved)


def test_fingerprint_study__content_settings_and_order_count(tmp_path: Path) -> None:
    one, two = write_text(tmp_path / "a.tsv", "x"), write_text(tmp_path / "b.tsv", "y")
    spec = dataclasses.replace(make_study(one), paths=(one, two))
    changed = [
        dataclasses.replace(spec, paths=(two, one)),
        dataclasses.replace(spec, p_threshold=0.5),
        dataclasses.replace(spec, build="GRCh38"),
        dataclasses.replace(spec, columns={"rsid": "SNP"}),
        dataclasses.replace(spec, keep={"TEST": ("ADD",)}),
        dataclasses.replace(spec, citation="somebody"),
    ]
    assert len({fingerprint_study(entry) for entry in (spec, *changed)}) == 7
    before = fingerprint_study(spec)
    one.write_text("z")
    assert fingerprint_study(spec) != before


def test_hash_files__companions_are_read_too(tmp_path: Path) -> None:
    bed = write_text(tmp_path / "p.bed", "bed")
    write_text(tmp_path / "p.bim", "bim")
    write_text(tmp_path / "p.fam", "fam")
    assert hash_files(make_study(bed, "ld_panel")) == {
        name: hashlib.sha256(name[-3:].encode()).hexdigest() for name in ("p.bed", "p.bim", "p.fam")
    }


def test_hash_files__a_description_and_two_files_of_one_name(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    paths = (write_text(tmp_path / "a.tsv", "1"), write_text(folder / "a.tsv", "2"))
    write_text(tmp_path / "a.tsv-meta.yaml", "genome_assembly: GRCh37")
    assert list(hash_files(dataclasses.replace(make_study(paths[0]), paths=paths))) == [
        "a.tsv",
        "a.tsv-meta.yaml",
        "a.tsv#2",
    ]
