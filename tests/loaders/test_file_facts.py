"""What files say of themselves."""

from pathlib import Path

import pytest

from loaders.errors import FormatError
from loaders.file_facts import FileFacts, find_description, read_file_facts
from loaders.tables import TableHeader

META = """# a description
genome_assembly: GRCh38
coordinate_system: 1-based
trait_description:
  - body height
ontology_mapping:
- EFO_0004339
samples:
  - sample_size: 100
    sample_ancestry_category: European
  - sample_size: 50
"""


@pytest.mark.parametrize("name", ["a.tsv-meta.yaml", "a.tsv.gz-meta.yaml", "a-meta.yaml"])
def test_find_description__beside_the_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(META)
    assert find_description(tmp_path / "a.tsv.gz") == tmp_path / name


def test_read_file_facts__description(tmp_path: Path) -> None:
    (tmp_path / "a.tsv-meta.yaml").write_text(META)
    facts = read_file_facts(TableHeader(tmp_path / "a.tsv", ()))
    assert (facts.build, facts.trait, facts.trait_name, facts.n_samples) == (
        "GRCh38",
        "EFO_0004339",
        "body height",
        150,
    )


def test_read_file_facts__zero_based_positions(tmp_path: Path) -> None:
    (tmp_path / "a.tsv-meta.yaml").write_text("coordinate_system: 0-based\n")
    with pytest.raises(FormatError, match="positions must be 1-based; seen: coordinate_system: 0-based"):
        read_file_facts(TableHeader(tmp_path / "a.tsv", ()))


def test_read_file_facts__contig_lines(tmp_path: Path) -> None:
    preamble = ("##fileformat=VCFv4.2", "##contig=<ID=1,length=248956422>")
    facts = read_file_facts(TableHeader(tmp_path / "a.vcf", (), preamble))
    assert facts.build == "GRCh38"
    assert "##contig" in facts.build_source


def test_read_file_facts__nothing_said(tmp_path: Path) -> None:
    assert read_file_facts(TableHeader(tmp_path / "a.tsv", (), ("## lifted from hg19",))) == FileFacts()
