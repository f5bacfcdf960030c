import polars as pl

from loaders.reference.row_store import RowStore


def settle(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort("key", "value").unique("key", keep="first", maintain_order=True)


def fill(store: RowStore) -> None:
    for start in range(0, 300, 100):
        keys = [f"rs{(start + place) % 120}" for place in range(100)]
        store.add(pl.DataFrame({"key": keys, "value": range(start, start + 100)}))


def test_write_table__parts_give_the_same_rows_as_memory(tmp_path):
    tables = []
    for name, n_bytes in (("memory", 0), ("parts", 70)):
        with RowStore(tmp_path / name, key="key", n_bytes=n_bytes, bytes_per_part=10) as store:
            fill(store)
            tables.append(pl.read_parquet(store.write_table(settle)))
    assert tables[0].height == 120
    assert tables[0].rows() == tables[1].sort("key").rows()


def test_exit__leaves_only_the_table(tmp_path):
    with RowStore(tmp_path, key="key", n_bytes=70, bytes_per_part=10) as store:
        fill(store)
        store.write_table(settle)
    assert [path.name for path in tmp_path.iterdir()] == ["table.parquet"]


def test_write_table__without_rows_writes_nothing(tmp_path):
    with RowStore(tmp_path, key="key", n_bytes=0) as store:
        assert not store.write_table(settle).exists()
