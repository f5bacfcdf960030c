import pytest

from loaders.errors import FormatError
from loaders.ldsc import read_sumstats
from services.search.gwas import GwasStudy
from services.statistics.errors import NoStatistics
from services.statistics.munging import MungeOptions, _choose_study, explain_loss, munge_file
from tests.loaders.ldsc.inputs import write

LINES = "SNP A1 A2 BETA P N\nrs1 A G 0.01 0.5 100\nrs2 A T 0.01 0.5 100\n"


def study(study_id, tmp_path, *, is_complete=True, n_samples=1):
    return GwasStudy(study_id, is_complete, None, (), n_samples, None, 0, tmp_path)


def test_munge_file__writes_and_reports(tmp_path):
    report = munge_file(write(tmp_path / "gwas.txt", LINES), out=tmp_path / "trait")
    assert report.out == str(tmp_path / "trait.sumstats.gz")
    assert read_sumstats(report.out)["SNP"].to_list() == ["rs1"]
    assert (report.n_read, report.n_written, report.losses) == (2, 1, {"bad_alleles": 1})
    assert report.to_dict()["facts"]["n_source"] == "the file's N"


def test_munge_file__writes_nothing_when_it_fails(tmp_path):
    source = write(tmp_path / "gwas.txt", LINES.replace(" N\n", " M\n"))
    with pytest.raises(FormatError, match="sample size"):
        munge_file(source, MungeOptions(), out=tmp_path / "trait")
    assert [path.name for path in tmp_path.iterdir()] == ["gwas.txt"]


def test_explain_loss__sentences():
    assert "strand is unknown" in explain_loss("bad_alleles")
    assert explain_loss("other") == "other"


def test_choose_study__complete_with_most_samples(tmp_path):
    hits, small, large = (
        study("a", tmp_path, is_complete=False),
        study("b", tmp_path),
        study("c", tmp_path, n_samples=9),
    )
    assert _choose_study([hits, small, large], "T", None).study_id == "c"
    assert _choose_study([hits, small, large], "T", "b").study_id == "b"
    with pytest.raises(NoStatistics, match=r"study a must hold complete.*a \(hits only\), c \(complete\)"):
        _choose_study([hits, large], "T", "a")
