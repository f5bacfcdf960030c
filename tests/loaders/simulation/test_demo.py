import dataclasses
import hashlib

import polars as pl
import pytest

from loaders.manifest import read_manifest
from loaders.simulation import CohortSize, DemoSize, read_truth, write_demo
from tests.loaders.simulation.conftest import SMALL

GENOME_WIDE = 5e-8
MQTL_HEADER = (
    "cpg,snp,beta_a1,se,pval,samplesize,allele1,allele2,freq_a1,freq_se,cistrans,num_studies,direction,hetisq,hetchisq,"
    "hetpval,tausq,beta_are_a1,se_are,pval_are,se_mre,pval_mre,chunk,clumped"
)
EQTL_HEADER = (
    "Pvalue SNP SNPChr SNPPos AssessedAllele OtherAllele Zscore Gene GeneSymbol GeneChr GenePos NrCohorts NrSamples "
    "FDR BonferroniP"
)


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def read_gwas(demo, trait):
    path = demo.folder / f"GCST99{trait + 1:06d}.tsv.gz"
    return pl.read_csv(path, separator="\t", null_values="#NA")


def test_write_demo__same_seed_same_bytes(demo, tmp_path):
    assert write_demo(tmp_path, seed=7, size=SMALL) == demo.truth
    assert digests(tmp_path) == digests(demo.folder)


def test_write_demo__other_seed_other_bytes(demo, tmp_path):
    write_demo(tmp_path, seed=8, size=SMALL)
    ours, theirs = digests(demo.folder), digests(tmp_path)
    assert ours.keys() == theirs.keys()
    assert all(ours[name] != theirs[name] for name in ours if not name.endswith(".fam"))


def test_write_demo__truth_file_reads_back(demo):
    assert read_truth(demo.folder / "truth.json") == demo.truth


def test_write_demo__without_panel(tmp_path):
    small = dataclasses.replace(SMALL, n_panel_people=0, cohort=CohortSize(n_snps=0))
    truth = write_demo(tmp_path, size=small)
    assert truth.cohort is None
    assert read_truth(tmp_path / "truth.json") == truth
    assert not {"demo.bed", "cohort.bed"} & {path.name for path in tmp_path.iterdir()}
    assert "ld_panel" not in {study.kind for study in read_manifest(tmp_path / "studies.toml").studies}


def test_write_demo__manifest_names_every_kind(demo):
    manifest = read_manifest(demo.folder / "studies.toml")
    kinds = [study.kind for study in manifest.studies]
    assert set(kinds) == {
        "positions", "ld_panel", "genes", "cpgs", "ld_blocks", "annotation", "mqtl", "eqtl", "eqtm", "gwas",
    }  # fmt: skip
    assert kinds.count("gwas") == SMALL.n_traits + 2
    gwas = [study for study in manifest.studies if study.kind == "gwas"]
    assert all(study.statistics == "complete" for study in gwas)
    planted = [*demo.truth.traits, *demo.truth.cohort.traits]
    assert [f"{study.id}/{study.trait}" for study in gwas] == [trait.trait_id for trait in planted]


def test_write_demo__headers_are_the_published_ones(demo):
    mqtl = pl.read_csv(demo.folder / "assoc_meta_all.csv.gz", n_rows=1)
    eqtl = pl.read_csv(demo.folder / "eqtlgen_demo.txt.gz", separator="\t", n_rows=1)
    eqtm = pl.read_csv(demo.folder / "cis_eqtm.txt.gz", separator="\t", n_rows=1)
    assert ",".join(mqtl.columns) == MQTL_HEADER
    assert " ".join(eqtl.columns) == EQTL_HEADER
    assert ",".join(eqtm.columns) == (
        "PValue,SNPName,SNPChr,SNPChrPos,ProbeName,ProbeChr,ProbeCenterChrPos,CisTrans,SNPType,AlleleAssessed,"
        "OverallZScore,DatasetsWhereSNPProbePairIsAvailableAndPassesQC,DatasetsZScores,DatasetsNrSamples,"
        "IncludedDatasetsMeanProbeExpression,IncludedDatasetsProbeExpressionVariance,HGNCName,"
        "IncludedDatasetsCorrelationCoefficient,Meta-Beta (SE),Beta (SE),FoldChange,FDR"
    )


@pytest.mark.parametrize(("trait", "effect"), [(0, "beta"), (2, "odds_ratio")])
def test_write_demo__gwas_ssf_header_and_metadata(demo, trait, effect):
    assert read_gwas(demo, trait).columns == [
        "chromosome", "base_pair_location", "effect_allele", "other_allele", effect, "standard_error",
        "effect_allele_frequency", "p_value", "variant_id", "rsid", "n",
    ]  # fmt: skip
    name = f"GCST99{trait + 1:06d}.tsv.gz"
    metadata = (demo.folder / f"{name}-meta.yaml").read_text()
    digest = hashlib.md5((demo.folder / name).read_bytes(), usedforsecurity=False).hexdigest()
    assert f"data_file_md5sum: {digest}\n" in metadata
    assert "genome_assembly: GRCh37\n" in metadata
    assert ("case_control_study: true" in metadata) == (effect == "odds_ratio")


def test_write_demo__every_gwas_has_every_snp(demo):
    for trait in range(SMALL.n_traits):
        table = read_gwas(demo, trait)
        assert table.height == table["rsid"].n_unique() == SMALL.n_snps
        assert table.null_count().sum_horizontal().item() == 0


def test_write_demo__planted_loci_are_in_the_files(demo):
    n_seen = 0
    for number, trait in enumerate(demo.truth.traits):
        table = read_gwas(demo, number)
        for planted in trait.loci:
            locus = planted.locus
            inside = table.filter(
                (pl.col("chromosome").cast(pl.String) == locus.chromosome)
                & pl.col("base_pair_location").is_between(locus.start_bp, locus.end_bp)
            )
            smallest = inside["p_value"].min()
            causal = inside.row(by_predicate=pl.col("rsid") == locus.rsid, named=True)
            assert causal["base_pair_location"] == locus.position_bp
            assert inside.height == SMALL.snps_per_block
            if planted.level == "above":
                assert smallest < GENOME_WIDE
            else:
                assert GENOME_WIDE < smallest < 1e-4
            n_seen += 1
    assert n_seen == 3 * (5 + 5 + 2)


def test_write_demo__nothing_else_is_significant(demo):
    for number, trait in enumerate(demo.truth.traits):
        blocks = [planted.locus for planted in trait.loci]
        planted = pl.any_horizontal(
            pl.lit(value=False),
            *(
                (pl.col("chromosome").cast(pl.String) == locus.chromosome)
                & pl.col("base_pair_location").is_between(locus.start_bp, locus.end_bp)
                for locus in blocks
            ),
        )
        assert read_gwas(demo, number).filter(~planted)["p_value"].min() > GENOME_WIDE


def test_write_demo__null_trait_has_no_excess(demo):
    assert [trait.is_null for trait in demo.truth.traits] == [False, False, False, True]
    p_values = read_gwas(demo, SMALL.n_traits - 1)["p_value"]
    # correlated inside blocks: about 2,200 / 5 independent values, so the standard error of a share of .05 is .01
    assert (p_values < 0.05).mean() == pytest.approx(0.05, abs=0.035)
    assert p_values.median() == pytest.approx(0.5, abs=0.1)
    assert p_values.min() > 1e-6


def test_write_demo__regulators_have_their_module_in_the_mqtl_file(demo):
    mqtl = pl.read_csv(demo.folder / "assoc_meta_all.csv.gz", null_values="NULL").filter(pl.col("pval") < 1e-8)
    shares, strangers = [], []
    for module in demo.truth.modules:
        for locus in module.loci:
            hit = set(mqtl.filter(pl.col("snp") == f"chr{locus.chromosome}:{locus.position_bp}:SNP")["cpg"])
            shares.append(len(hit & set(module.cpgs)) / len(module.cpgs))
            strangers.append(len(hit - set(module.cpgs)))
    assert sum(shares) / len(shares) == pytest.approx(0.35, abs=0.05)
    assert sum(strangers) / len(strangers) < 4


def test_write_demo__loci_of_a_module_are_on_different_chromosomes(demo):
    for module in demo.truth.modules:
        assert len({locus.chromosome for locus in module.loci}) == SMALL.loci_per_module


def test_write_demo__same_seed_as_in_the_default_study(tmp_path):
    assert DemoSize().n_snps == 10_000
    assert (DemoSize().n_cpgs, DemoSize().n_genes, DemoSize().n_traits) == (3000, 600, 8)


@pytest.mark.slow
def test_write_demo__default_size(tmp_path):
    truth = write_demo(tmp_path)
    assert [len(trait.modules) for trait in truth.traits] == [1, 1, 1, 1, 2, 2, 2, 0]
    assert set(truth.traits[5].modules) & set(truth.traits[6].modules)
    assert sum(planted.is_hidden for trait in truth.traits for planted in trait.loci) == 4 * 5 + 3 * 8
    n_mqtl = pl.scan_csv(tmp_path / "assoc_meta_all.csv.gz").select(pl.len()).collect().item()
    n_eqtl = pl.scan_csv(tmp_path / "eqtlgen_demo.txt.gz", separator="\t").select(pl.len()).collect().item()
    assert 60_000 < n_mqtl + n_eqtl < 150_000
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 30e6
