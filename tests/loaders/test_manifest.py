"""Manifests: what is read, and what each mistake says."""

from pathlib import Path

import pytest

from loaders.errors import ManifestError
from loaders.manifest import Manifest, read_manifest
from tests.paths import DATA


def _write(tmp_path: Path, study: str, top: str = "") -> Path:
    (tmp_path / "a.tsv").write_text("x\n")
    path = tmp_path / "studies.toml"
    path.write_text(f"{top}\n[[study]]\n{study}\n")
    return path


def _read(tmp_path: Path, study: str, top: str = "") -> Manifest:
    return read_manifest(_write(tmp_path, study, top))


GOOD = 'id = "s"\nkind = "gwas"\npath = "a.tsv"'


def test_read_manifest__defaults_and_places(tmp_path: Path) -> None:
    manifest = _read(tmp_path, GOOD + '\nbuild = "hg19"\ncohorts = ["x"]\nkeep = {A = "b"}')
    (study,) = manifest.studies
    assert (manifest.reference_build, study.build, study.cohorts, study.keep) == (
        "GRCh37",
        "GRCh37",
        ("x",),
        {"A": ("b",)},
    )
    assert (study.paths, study.line, study.is_evidence) == ((tmp_path / "a.tsv",), 2, True)
    assert study.where == f"{tmp_path / 'studies.toml'}:2 (study s)"


def test_read_manifest__globs_folders_and_lists_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    for name in ("2.tsv", "1.tsv", "1.tsv.tbi", ".hidden", "1.tsv-meta.yaml"):
        (folder / name).write_text("x")
    names = {
        'path = "more"': ["1.tsv", "2.tsv"],
        'path = "more/*.tsv"': ["1.tsv", "2.tsv"],
        'paths = ["a.tsv", "more/2.tsv"]': ["a.tsv", "2.tsv"],
    }
    for line, expected in names.items():
        study = _read(tmp_path, f'id = "s"\nkind = "gwas"\n{line}').studies[0]
        assert [path.name for path in study.paths] == expected


@pytest.mark.parametrize(
    ("study", "message"),
    [
        (GOOD + "\np_treshold = 1e-8", r"studies.toml:6, key p_treshold; did you mean p_threshold\?"),
        (GOOD.replace("gwas", "gwass"), r"gwass is not known among the kinds.*toml:4, key kind; did you mean gwas"),
        (
            GOOD.replace("a.tsv", "b.tsv"),
            r"the file must exist; seen: .*b.tsv; in .*toml:5, key path; did you mean a.tsv",
        ),
        (GOOD + "\nn = -5", r"n must be a whole number of 1 or more; seen: -5; in .*toml:6, key n"),
        (GOOD + "\np_threshold = 7", r"p_threshold must be a number above 0, up to 1; seen: 7"),
        (GOOD + '\nbuild = "hg99"', r"must be one of GRCh37 .*; seen: 'hg99'; in .*toml:6, key build"),
        (
            GOOD + "\ncolumns = { rs_id = 'SNP' }",
            r"rs_id is not known among the columns of kind gwas.*did you mean rsid",
        ),
        (GOOD + "\nformat = 'godmc'\ncolumns = { rsid = 'SNP' }", "either a format or columns, not both"),
        (
            GOOD + "\ncolumns = { rsid = 'S', effect_size = 'B', p_value = 'P' }",
            "signed effect needs its effect allele",
        ),
        (GOOD + "\ntrait = 'a'\ntrait_id = 'b/a'", r"either trait or trait_id, not both; in .*toml:7, key trait_id"),
        ('id = "s"\nkind = "gwas"', "must have either path or paths"),
        (GOOD + '\npaths = ["a.tsv"]', "must have either path or paths"),
        ('id = "s"\nkind = "gwas"\npaths = []', "paths must name at least one file"),
        ('id = "s"\nkind = "gwas"\npath = "*.vcf"', "a folder or pattern must hold at least one file"),
        ('kind = "gwas"\npath = "a.tsv"', "a study must have the key id"),
        (GOOD + "\n[[study]]\n" + GOOD, r"an id of its own; seen: s, also at line 2; in .*toml:7, key id"),
    ],
)
def test_read_manifest__mistakes(study: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=message):
        _read(tmp_path, study)


def test_read_manifest__wrong_top_key(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"toml:1, key reference_buid; did you mean reference_build"):
        _read(tmp_path, GOOD, 'reference_buid = "GRCh37"')


def test_read_manifest__not_toml(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"must be valid TOML; seen: .*at line 3"):
        _read(tmp_path, "id = ", "")


def test_read_manifest__no_study(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("")
    with pytest.raises(ManifestError, match="must hold at least one"):
        read_manifest(tmp_path / "m.toml")


def test_read_manifest__study_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("study = [1]")
    with pytest.raises(ManifestError, match=r"study must be written as"):
        read_manifest(tmp_path / "m.toml")


def test_read_manifest__missing_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="the manifest must exist"):
        read_manifest(tmp_path / "none.toml")


def test_read_manifest__a_folder_is_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="must be a UTF-8 text file"):
        read_manifest(tmp_path)


@pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
def test_read_manifest__the_real_one() -> None:
    manifest = read_manifest(DATA / "studies.toml")
    assert len(manifest.studies) == 16
    assert {study.kind for study in manifest.studies} == {
        "positions", "ld_panel", "genes", "cpgs", "ld_blocks", "annotation", "traits", "mqtl", "eqtl", "eqtm", "gwas",
    }  # fmt: skip
