"""Recognising formats, and what is said when none or several fit."""

from pathlib import Path
from typing import Any

import pytest

from loaders import format_choice
from loaders.errors import BuildError, FormatError
from loaders.format_choice import ColumnPlan, plan_columns
from loaders.formats import FORMATS
from loaders.tables import read_header
from tests.loaders.samples import FORMAT_SAMPLES, make_study, write_text


def _plan(tmp_path: Path, header: str, kind: str = "gwas", **settings: Any) -> ColumnPlan:
    path = write_text(tmp_path / "f.tsv", "\t".join(header.split()) + "\n")
    return plan_columns(make_study(path, kind, **settings), read_header(path))


def test_plan_columns__recognised(tmp_path: Path) -> None:
    plan = _plan(tmp_path, FORMAT_SAMPLES["saige"].header.replace("|", " "))
    assert (plan.format.name, plan.sources["effect_allele"], plan.build) == ("saige", "Allele2", "GRCh37")


def test_plan_columns__only_the_columns_that_are_needed_are_read(tmp_path: Path) -> None:
    plan = _plan(tmp_path, FORMAT_SAMPLES["bolt-lmm"].header.replace("|", " "))
    assert "CHISQ_LINREG" not in plan.read
    assert "P_BOLT_LMM" in plan.read


def test_plan_columns__column_map(tmp_path: Path) -> None:
    columns = {"rsid": "a", "p_value": "b"}
    plan = _plan(tmp_path, "a b c", columns=columns, build_of_ids="GRCh38")
    assert (plan.format.name, dict(plan.sources), plan.build_of_ids) == ("columns", columns, "GRCh38")
    assert not plan.format.is_signed


def test_plan_columns__column_map_of_a_missing_column(tmp_path: Path) -> None:
    with pytest.raises(
        FormatError, match=r"must have the column pval; seen: columns rs, p_val; .*did you mean p_val\?"
    ):
        _plan(tmp_path, "rs p_val", columns={"rsid": "rs", "p_value": "pval"})


def test_plan_columns__unknown_format_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"seen: 'bolt_lmm'; .*did you mean bolt-lmm\?"):
        _plan(tmp_path, "a b", format="bolt_lmm")


def test_plan_columns__format_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="must be one that holds gwas rows"):
        _plan(tmp_path, "a b", format="godmc")


def test_plan_columns__named_format_lacks_a_column(tmp_path: Path) -> None:
    header = FORMAT_SAMPLES["bolt-lmm"].header.replace("|", " ").replace("A1FREQ", "A1_FREQ")
    with pytest.raises(FormatError, match=r"format bolt-lmm must have the columns A1FREQ; .*rename them to A1_FREQ\?"):
        _plan(tmp_path, header, format="bolt-lmm")


def test_plan_columns__no_format_fits(tmp_path: Path) -> None:
    with pytest.raises(
        FormatError, match=r"must fit a format of gwas rows; seen: columns SNP, foo; .*closest: .* lacks"
    ):
        _plan(tmp_path, "SNP foo")


def test_plan_columns__effect_allele_is_not_told_by_the_header(tmp_path: Path) -> None:
    header = FORMAT_SAMPLES["mungesumstats"].header.replace("|", " ")
    with pytest.raises(FormatError, match=r"exactly one format by itself.*mungesumstats \(effect allele: A2\)"):
        _plan(tmp_path, header)


def test_plan_columns__several_formats_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    twin = dataclasses.replace(FORMATS["saige"], name="saige-twin")
    monkeypatch.setattr(format_choice, "FORMATS", {**FORMATS, twin.name: twin})
    with pytest.raises(FormatError, match=r"exactly one format.*saige \(.*saige-twin \("):
        _plan(tmp_path, FORMAT_SAMPLES["saige"].header.replace("|", " "))


@pytest.mark.parametrize(
    ("columns", "settings", "message"),
    [
        ({"rsid": "a"}, {}, "every row needs a p-value or a z score"),
        ({"p_value": "b"}, {}, "every row needs a variant"),
        ({"rsid": "a", "p_value": "b"}, {"trait": None}, "a GWAS needs a trait"),
        ({"rsid": "a", "p_value": "b"}, {"kind": "mqtl"}, "every mqtl row needs a cpg"),
        ({"rsid": "a", "p_value": "b"}, {"kind": "eqtl"}, "every eqtl row needs a gene"),
        ({"cpg": "a", "p_value": "b"}, {"kind": "eqtm"}, "needs a CpG and a gene"),
    ],
)
def test_plan_columns__what_every_row_needs(
    columns: dict[str, str], settings: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message):
        _plan(tmp_path, "a b c", columns=columns, **settings)


def test_plan_columns__molecule_of_a_one_molecule_file(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "a b", "mqtl", columns={"rsid": "a", "p_value": "b"}, molecule="cg1")
    assert plan.format.name == "columns"


def test_plan_columns__format_and_manifest_contradict(tmp_path: Path) -> None:
    header = FORMAT_SAMPLES["eqtlgen"].header.replace("|", " ")
    with pytest.raises(BuildError, match=r"the manifest \(build, .* says GRCh38; the format eqtlgen says GRCh37"):
        _plan(tmp_path, header, "eqtl", build="GRCh38")


def test_with_model__the_manifest_names_the_model(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "a b", columns={"rsid": "a", "p_value": "b"})
    assert format_choice.with_model(plan, "women").format.model == "women"
    assert format_choice.with_model(plan, None) is plan
