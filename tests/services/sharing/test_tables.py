"""Tables written batch by batch and read back."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq

from graph_schema.properties import PropertyType
from services.sharing.tables import METADATA_KEY, TableFile

COLUMNS = {
    "key": PropertyType.STRING,
    "n": PropertyType.INTEGER,
    "z": PropertyType.FLOAT,
    "is_it": PropertyType.BOOLEAN,
    "names": PropertyType.STRING_LIST,
}
ROWS = [
    {"key": 'tab\t "quote"\nline', "n": 2**40, "z": 1, "is_it": True, "names": ["a,b", "c"], "unknown": 1},
    {"key": "", "n": None, "z": 0.1 + 0.2, "is_it": False},
]


def test_tsv__read_back(tmp_path: Path) -> None:
    with TableFile(tmp_path / "t.tsv", COLUMNS, "tsv", {"trait": "a\tb", "options": {"k": 5}}) as table:
        table.write(ROWS[:1])
        table.write(ROWS[1:])
    assert table.n_rows == 2
    text = (tmp_path / "t.tsv").read_text()
    assert text.startswith('# trait: a b\n# options: {"k": 5}\nkey\tn\tz\tis_it\tnames\n')
    with (tmp_path / "t.tsv").open(newline="") as stream:
        rows = list(csv.reader((line for line in stream if not line.startswith("# ")), delimiter="\t"))
    assert rows[1][:4] == ['tab\t "quote"\nline', str(2**40), "1", "true"]
    assert json.loads(rows[1][4]) == ["a,b", "c"]
    assert rows[2] == ["", "", repr(0.1 + 0.2), "false", ""]


def test_parquet__read_back(tmp_path: Path) -> None:
    with TableFile(tmp_path / "t.parquet", COLUMNS, "parquet", {"release": 3}) as table:
        table.write(ROWS[:1])
        table.write(ROWS[1:])
    file = pq.ParquetFile(tmp_path / "t.parquet")
    assert json.loads(file.schema_arrow.metadata[METADATA_KEY]) == {"release": 3}
    assert file.num_row_groups == 2
    assert file.read().to_pylist() == [
        {name: value for name, value in ROWS[0].items() if name != "unknown"},
        {**ROWS[1], "names": None},
    ]
