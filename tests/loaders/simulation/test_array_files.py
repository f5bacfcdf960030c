import numpy as np

from loaders.simulation.array_files import illumina_manifest
from loaders.simulation.genome import make_genome
from tests.loaders.simulation.conftest import SMALL

HEADER = (
    "IlmnID,Name,AddressA_ID,AlleleA_ProbeSeq,AddressB_ID,AlleleB_ProbeSeq,Infinium_Design_Type,Next_Base,Color_Channel,"
    "Forward_Sequence,Genome_Build,CHR,MAPINFO,SourceSeq,Chromosome_36,Coordinate_36,Strand,Probe_SNPs,Probe_SNPs_10,"
    "Random_Loci,Methyl27_Loci,UCSC_RefGene_Name,UCSC_RefGene_Accession,UCSC_RefGene_Group,UCSC_CpG_Islands_Name,"
    "Relation_to_UCSC_CpG_Island,Phantom,DMR,Enhancer,HMM_Island,Regulatory_Feature_Name,Regulatory_Feature_Group,DHS"
)


def test_illumina_manifest__preamble_table_controls():
    genome = make_genome(SMALL, np.random.default_rng(3))
    lines = illumina_manifest(genome, np.random.default_rng(1)).decode().splitlines()
    assert [line.split(",")[0] for line in lines[:7]] == [
        ["Illumina", " Inc."][0],
        "[Heading]",
        "Descriptor File Name",
        "Assay Format",
        "Date Manufactured",
        "Loci Count ",
        "[Assay]",
    ]
    assert lines[7] == HEADER
    assert {line.count(",") for line in lines} == {32}
    assert lines[8 + SMALL.n_cpgs].startswith("[Controls],")
    assert lines[8 + SMALL.n_cpgs + 1].startswith("21630339,STAINING,-99,DNP(20)")
