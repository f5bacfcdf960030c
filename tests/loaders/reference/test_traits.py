import polars as pl
import pytest

from loaders.manifest import read_manifest
from loaders.reference.traits import SCHEMA, prepare
from tests.loaders.reference.studies import read_rows, write_study
from tests.paths import DATA


def test_prepare__ids_are_trimmed_and_lists_split(tmp_path):
    text = (
        "id\tname\tdef\tis_a\tsynonym\n"
        'EFO:2 \theight\t"The \\"distance\\"\\n from foot." [ORCID:1, x]\tEFO:1| EFO:9|\tstature|body height|stature\n'
        "EFO:1\t\t\t\t\nEFO:2\tagain\t\t\t\n\tnameless\t\t\t\nEFO:3\tmass\tplain text\t\t\n"
    )
    spec = write_study(tmp_path, "traits", "terms.tsv", text, build=None)
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path / "out")
    assert read_rows(table, *SCHEMA) == [
        ("EFO:1", "EFO:1", None, [], []),
        ("EFO:2", "height", 'The "distance" from foot.', ["EFO:1", "EFO:9"], ["stature", "body height"]),
        ("EFO:3", "mass", "plain text", [], []),
    ]
    assert report.skipped == {"repeated_name": 1}
    assert report.refused == {"missing_name": 1}
    assert report.flagged == {"named_by_id": 1}
    assert pl.read_parquet(table).schema == SCHEMA


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared real inputs are not here")
def test_prepare__real_ontology(tmp_path):
    spec = next(s for s in read_manifest(DATA / "studies.toml").studies if s.kind == "traits")
    table, report = prepare(spec, reference_build="GRCh37", folder=tmp_path)
    assert (report.read, report.written) == (16_331, 16_331)
    terms = pl.read_parquet(table)
    assert not terms["trait"].str.contains(r"\s").any()
    row = terms.row(by_predicate=pl.col("trait") == "BTO:0000007", named=True)
    assert row["parents"] == ["EFO:0001643", "EFO:0002888"]
    assert row["synonyms"][:2] == ["293 cell", "A-293 cell"]
    assert row["definition"] == "Established from a human primary embryonal kidney transformed by adenovirus type 5."
