import pytest

from loaders.errors import FormatError
from loaders.ldsc.chromosome_files import AUTOSOMES, find_chromosome_files

SUFFIXES = (".x.gz", ".x")


def touch(folder, *names):
    for name in names:
        (folder / name).write_text("")


def test_find_chromosome_files__one_file_by_prefix_or_by_its_name(tmp_path):
    touch(tmp_path, "all.x")
    for name in ("all", "all.x"):
        (found,) = find_chromosome_files(tmp_path / name, SUFFIXES)
        assert (found.path.name, found.chromosome, found.stem) == ("all.x", None, str(tmp_path / "all"))


@pytest.mark.parametrize("prefix", ["ld.", "ld.@"])
def test_find_chromosome_files__one_a_chromosome_in_order(tmp_path, prefix):
    touch(tmp_path, *(f"ld.{name}.x" for name in AUTOSOMES))
    found = find_chromosome_files(str(tmp_path / prefix), SUFFIXES)
    assert [file.chromosome for file in found] == list(AUTOSOMES)
    assert found[9].path.name == "ld.10.x"


def test_find_chromosome_files__missing_chromosomes_are_named(tmp_path):
    """Quirk 9: the reference silently uses whichever chromosomes there are."""
    touch(tmp_path, *(f"ld.{name}.x" for name in AUTOSOMES if name not in ("6", "21")))
    with pytest.raises(FormatError, match=r"every chromosome must have its file; seen: none for chromosomes 6, 21"):
        find_chromosome_files(str(tmp_path / "ld.@"), SUFFIXES)
    assert len(find_chromosome_files(str(tmp_path / "ld.@"), SUFFIXES, allows_missing=True)) == 20
    assert len(find_chromosome_files(str(tmp_path / "ld.@"), SUFFIXES, chromosomes=("1", "2"))) == 2


def test_find_chromosome_files__no_file_at_all(tmp_path):
    with pytest.raises(FormatError, match=r"none of .*nothing.x and .*nothing@.x.*check the prefix"):
        find_chromosome_files(str(tmp_path / "nothing"), SUFFIXES, allows_missing=True)
