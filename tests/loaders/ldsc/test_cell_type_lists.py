import pytest

from loaders.errors import FormatError
from loaders.ldsc import CellType, read_cell_type_list, write_cell_type_list


def test_write_cell_type_list__reads_back(tmp_path):
    entries = (CellType("Liver", ("/a/liver.", "/a/control.")), CellType("Whole blood", ("/a/blood.",)))
    write_cell_type_list(tmp_path / "a.ldcts", entries)
    assert read_cell_type_list(tmp_path / "a.ldcts") == entries


def test_read_cell_type_list__prefixes_beside_the_list(tmp_path):
    (tmp_path / "a.cts").write_text("Liver liver.,control.\n")
    assert read_cell_type_list(tmp_path / "a.cts")[0].prefixes == (f"{tmp_path}/liver.", f"{tmp_path}/control.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Liver\n", r"a name and its prefixes.*a.cts:1"),
        ("Liver a.\n\ta.,b.\n", r"a name and its prefixes.*seen: '\\ta.,b.'; in .*a.cts:2"),
        ("Liver a.\n\nLiver b.\n", r"listed once; seen: Liver; in .*a.cts:3"),
        ("\n", r"must name at least one"),
    ],
)
def test_read_cell_type_list__refuses(tmp_path, text, message):
    (tmp_path / "a.cts").write_text(text)
    with pytest.raises(FormatError, match=message):
        read_cell_type_list(tmp_path / "a.cts")


def test_read_cell_type_list__no_file(tmp_path):
    with pytest.raises(FormatError, match="must exist"):
        read_cell_type_list(tmp_path / "a.cts")
