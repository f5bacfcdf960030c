"""Write a simulated study with known truth as files in the published formats, with a manifest that names them."""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loaders.simulation import array_files, gwas_files, qtl_files, reference_files, study_list
from loaders.simulation.cohort import write_cohort
from loaders.simulation.effects import CausalSnp, EffectPlan, plan_effects
from loaders.simulation.files import table_bytes, write_gzip
from loaders.simulation.genome import Genome, make_genome
from loaders.simulation.statistics import draw_qtl_rows, draw_trait_z, neg_log10_p
from loaders.simulation.truth import DemoSize, DemoTruth, PlantedLocus, PlantedModule, PlantedTrait, write_truth
from loaders.targets import canonical_trait

DEFAULT_SEED = 2025
TRUTH_NAME = "truth.json"
_STREAMS = ("genome", "effects", "qtl", "mqtl_file", "eqtl_file", "eqtm_file", "array", "annotation", "panel", "gwas")


def write_demo(folder: Path, *, seed: int = DEFAULT_SEED, size: DemoSize | None = None) -> DemoTruth:
    """Simulate a study and write it.

    Parameters
    ----------
    folder
        Where to write; made if missing. Files of an earlier call are replaced, others left alone.
    seed
        Seed of every draw; the same seed and size give the same bytes.
    size
        How large the study is; about 10,000 SNPs, 3,000 CpGs, 600 genes and 8 traits by default, beside a cohort of
        22,000 SNPs and 6,000 people.

    Returns
    -------
    DemoTruth
        What was planted, also written as `truth.json`.

    Raises
    ------
    DemoSizeError
        If no study can be made of the size.

    Notes
    -----
    z = sqrt(n)-scaled true effects times the LD with the causal SNP, plus noise with the same LD. Every part of the
    study draws from a stream of its own, so that a change of one leaves the others as they were.
    """
    size = size or DemoSize()
    streams = {name: np.random.default_rng([seed, number]) for number, name in enumerate(_STREAMS)}
    genome = make_genome(size, streams["genome"])
    plan = plan_effects(genome, size, streams["effects"])
    folder.mkdir(parents=True, exist_ok=True)
    _write_reference(folder, genome, plan, size, streams)
    _write_qtls(folder, genome, plan, size, streams)
    traits = tuple(_write_trait(folder, trait, genome, plan, size, seed) for trait in range(size.n_traits))
    manifest = study_list.render_manifest(seed, size, plan.traits)
    (folder / study_list.MANIFEST_NAME).write_text(manifest, encoding="utf-8")
    cohort = write_cohort(folder, seed=seed, size=size.cohort) if size.cohort.n_snps else None
    truth = DemoTruth(seed, size, study_list.MANIFEST_NAME, traits, _describe_modules(genome, plan), cohort)
    write_truth(truth, folder / TRUTH_NAME)
    return truth


Streams = dict[str, np.random.Generator]


def _write_reference(folder: Path, genome: Genome, plan: EffectPlan, size: DemoSize, streams: Streams) -> None:
    write_gzip(folder / "demo.gencode.gtf.gz", reference_files.gencode_gtf(genome))
    (folder / "ld_blocks.bed").write_bytes(reference_files.ld_blocks_bed(genome))
    annotation = streams["annotation"]
    write_gzip(folder / "chromatin_states.bed.gz", reference_files.chromatin_bed(genome, plan, annotation))
    write_gzip(folder / "conserved_elements.bed.gz", reference_files.conserved_bed(genome, annotation))
    (folder / "HumanMethylation450_demo.csv").write_bytes(array_files.illumina_manifest(genome, streams["array"]))
    (folder / "demo.bim").write_bytes(reference_files.plink_bim(genome))
    if size.n_panel_people:
        (folder / "demo.fam").write_bytes(reference_files.plink_fam(size.n_panel_people))
        (folder / "demo.bed").write_bytes(reference_files.plink_bed(genome, size, streams["panel"]))


def _write_qtls(folder: Path, genome: Genome, plan: EffectPlan, size: DemoSize, streams: Streams) -> None:
    rows = draw_qtl_rows(genome, plan, size, streams["qtl"])
    mqtl = qtl_files.godmc_table(genome, rows, size, streams["mqtl_file"])
    write_gzip(folder / "assoc_meta_all.csv.gz", table_bytes(mqtl, separator=",", null_value="NULL"))
    eqtl = qtl_files.eqtlgen_table(genome, rows, size, streams["eqtl_file"])
    write_gzip(folder / "eqtlgen_demo.txt.gz", table_bytes(eqtl))
    write_gzip(folder / "cis_eqtm.txt.gz", table_bytes(qtl_files.eqtm_table(genome, streams["eqtm_file"])))


def _write_trait(folder: Path, trait: int, genome: Genome, plan: EffectPlan, size: DemoSize, seed: int) -> PlantedTrait:
    trait_plan = plan.traits[trait]
    generator = np.random.default_rng([seed, len(_STREAMS), trait])
    z = draw_trait_z(genome, trait_plan, size, generator)
    table = gwas_files.gwas_ssf_table(genome, z, trait, trait_plan.n_samples, generator)
    file_name = study_list.gwas_file_name(trait)
    write_gzip(folder / file_name, gwas_files.gwas_ssf_bytes(table))
    metadata = gwas_files.gwas_metadata(trait, trait_plan, size.n_traits, file_name, (folder / file_name).read_bytes())
    (folder / f"{file_name}-meta.yaml").write_text(metadata, encoding="utf-8")
    return PlantedTrait(
        trait_id=canonical_trait(gwas_files.trait_code(trait, size.n_traits), study_list.gwas_study_id(trait)),
        name=gwas_files.trait_name(trait, size.n_traits),
        study_id=study_list.gwas_study_id(trait),
        n_samples=trait_plan.n_samples,
        is_null=not trait_plan.causal,
        modules=trait_plan.modules,
        loci=tuple(_describe_locus(genome, causal, z, size) for causal in trait_plan.causal),
    )


def _describe_locus(genome: Genome, causal: CausalSnp, z: NDArray[np.float64], size: DemoSize) -> PlantedLocus:
    first = causal.snp // size.snps_per_block * size.snps_per_block
    seen = neg_log10_p(z[first : first + size.snps_per_block])
    return PlantedLocus(
        locus=genome.locus(causal.snp),
        module=causal.module,
        level=causal.level,
        expected_z=round(causal.z * int(genome.snps["orientation"][causal.snp]), 6),
        seen_neg_log10_p=round(float(seen.max()), 6),
    )


def _describe_modules(genome: Genome, plan: EffectPlan) -> tuple[PlantedModule, ...]:
    return tuple(
        PlantedModule(
            module=index,
            loci=tuple(genome.locus(int(snp)) for snp in module.snps),
            cpgs=tuple(_names(genome.cpgs["cpg"], module.cpgs)),
            genes=tuple(_names(genome.genes["gene"], module.genes)),
        )
        for index, module in enumerate(plan.modules)
    )


def _names(column: pl.Series, chosen: NDArray[np.int64]) -> list[str]:
    return [str(name) for name in column.gather(chosen).to_list()]
