"""The five small files whose orders must not matter: what each of them says of three sites."""

from pathlib import Path

from tests.services.ingest.tiny import evidence, site, write_study

FIVE = ("positions", "rsid-only", "positioned", "opposite-strand", "second-allele")


def write_five(folder: Path) -> dict[str, str]:
    """Write the five files; their manifest entries by study id."""
    return {
        "positions": write_study(
            folder,
            "positions",
            "positions",
            [
                site("rs1", "1:1000", l2=1.5, maf=0.2),
                site("rs2", "1:2000"),
                site("rs3", "2:3000", "A/G"),
                site("rs5", "3:500", "A/AT"),
            ],
        ),
        "rsid-only": write_study(
            folder,
            "rsid-only",
            "gwas",
            [
                evidence("rs1", alleles="A/G", target="T1"),
                evidence("rs2", alleles="C/", target="T1", beta=0.2),
                evidence("rs3", alleles="A/", target="T2"),
                evidence("rs4", alleles="A/C", target="T2"),
                evidence("rs5", alleles="I/D", target="T2"),
            ],
        ),
        "positioned": write_study(
            folder,
            "positioned",
            "mqtl",
            [
                evidence("", "1:1000", "A/G", "cg00000001"),
                evidence("rs2", "1:2000", "A/C", "cg00000001"),
                evidence("rs4", "4:400", "A/C", "cg00000002"),
                evidence("", "3:500", "D/I", "cg00000002"),
            ],
        ),
        "opposite-strand": write_study(
            folder,
            "opposite-strand",
            "eqtl",
            [
                evidence("rs1", alleles="T/C", target="ENSG00000000001"),
                evidence("rs1", "1:1000", "A/G", "ENSG00000000001", p=1e-9),
                evidence("rs3", alleles="C/T", target="ENSG00000000002"),
                evidence("rs4", alleles="G/T", target="ENSG00000000002"),
            ],
        ),
        "second-allele": write_study(
            folder,
            "second-allele",
            "gwas",
            [
                evidence("rs2", "1:2000", "A/G", "T3"),
                evidence("rs1", "1:1000", "G/A", "T3"),
            ],
        ),
    }
