import hashlib

import pytest

from loaders.errors import BuildError, FormatError
from loaders.ldsc import read_sumstats
from services.ingest import ingest_manifest
from services.search.gwas import GwasStudy
from services.statistics.errors import NoStatistics
from services.statistics.munging import MungeOptions, _choose_study, explain_loss, munge_file, sumstats_of_trait
from tests.loaders.ldsc.inputs import write
from tests.services.ingest.tiny import write_manifest, write_study
from tests.services.statistics.small_world import N_GWAS, N_SNPS, gwas_rows, write_gwas

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


PLACES = "CHR BP A1 A2 BETA P N\n1 100 A G 0.01 0.5 100\n1 200 A G 0.01 0.5 100\n"


def test_munge_file__finds_ids_in_a_list(tmp_path):
    source, listed = write(tmp_path / "gwas.txt", PLACES), write(tmp_path / "ref.bim", "1 rs1 0 100 G A\n")
    report = munge_file(source, MungeOptions(build="hg19"), ids_from=listed, out=tmp_path / "trait")
    assert read_sumstats(report.out).row(0)[:3] == ("rs1", "A", "G")
    assert (report.n_read, report.n_written, report.losses) == (2, 1, {"not_in_id_list": 1})
    with pytest.raises(BuildError, match=r"within one genome build only.*--build GRCh37"):
        munge_file(source, ids_from=listed)


def test_munge_file__without_rsids_names_the_option(tmp_path):
    message = r"must name its SNPs by rsid.*add --ids-from LIST .* and --build BUILD"
    with pytest.raises(FormatError, match=message):
        munge_file(write(tmp_path / "gwas.txt", PLACES))
    with pytest.raises(FormatError, match=r"A2 \(other allele\)"):
        munge_file(write(tmp_path / "gwas.txt", PLACES.replace("A2", "X")))
    placed = LINES.replace("rs1", "1:100:A:G").replace("rs2", "1:200:A:T")
    report = munge_file(write(tmp_path / "gwas.txt", placed))
    assert "no rsids, such as 1:100:A:G: LD scores must have the same ids, else" in report.facts.notes[-1]
    assert not any("rsids" in note for note in munge_file(write(tmp_path / "gwas.txt", LINES)).facts.notes)


def test_explain_loss__sentences():
    assert "strand is unknown" in explain_loss("bad_alleles")
    assert explain_loss("other") == "other"
    assert "list of ids has no SNP" in explain_loss("not_in_id_list")


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


@pytest.mark.store
def test_sumstats_of_trait__on_the_live_store(store, settings, cypher, tmp_path):
    """z, alleles, N and places of the trait's own rows, of the study that is asked for; what is left out is counted."""
    trait = "EFO:0000001"
    rows = gwas_rows((trait, "EFO:0000002"), seed=5)
    rows[1]["ea"], rows[1]["oa"] = "A", "T"
    rows[2]["eaf"] = 0.001
    more = {"statistics": "complete", "p_threshold": 1.0, "ancestry": "European"}
    entries = [
        write_study(tmp_path, "small", "gwas", rows, **more),
        write_gwas(tmp_path, (trait,), name="twin", seed=6),
        write_gwas(tmp_path, (trait,), name="hits", seed=7, statistics="truncated", p_threshold=0.9),
    ]
    ingest_manifest(store, settings, write_manifest(tmp_path, *entries))
    table, losses, study_id, sha256 = sumstats_of_trait(store, settings, trait)
    assert (study_id, losses) == ("small", {"read": 2 * N_SNPS, "low_frequency": 1, "bad_alleles": 1})
    mine = [row for at, row in enumerate(rows) if row["target"] == trait and at not in (1, 2)]
    by_rsid = {row[0]: row for row in table.select("SNP", "A1", "A2", "N", "CHR", "BP", "Z").iter_rows()}
    assert len(by_rsid) == table.height == len(mine)
    for row in mine:
        found = by_rsid[row["rsid"]]
        assert found[1:6] == (row["ea"], row["oa"], N_GWAS, row["chr"], int(row["pos"]))
        assert found[6] == pytest.approx(row["beta"] / row["se"], rel=1e-6, abs=1e-9)
    (study,) = cypher("MATCH (s:Study {study_id: 'small'}) RETURN s.table_path AS table_path")
    path = settings.home / study["table_path"]
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()

    other = sumstats_of_trait(store, settings, trait, study_id="twin")
    assert (other[2], other[1]) == ("twin", {"read": 2 * N_SNPS})
    assert other[3] != sha256
    assert sumstats_of_trait(store, settings, "EFO:0000002")[0].height == 2 * N_SNPS
    with pytest.raises(NoStatistics, match=r"study hits must hold complete.*hits \(hits only\).*small \(complete\)"):
        sumstats_of_trait(store, settings, trait, study_id="hits")
    with pytest.raises(NoStatistics, match=r"must hold complete .* EFO:0000009; the trait.s studies: none"):
        sumstats_of_trait(store, settings, "EFO:0000009")
    path.unlink()
    with pytest.raises(NoStatistics, match=r"full table of a study is kept in the state folder, but .* is missing"):
        sumstats_of_trait(store, settings, trait)
