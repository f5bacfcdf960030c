"""Bars are checked at their limits, and tables land between the page's marks."""

import numpy as np
import pytest

from tests.paths import ROOT
from tests.science.bars import check_bars, coverage, rejections
from tests.science.correlation import CorrelationStudy, Line
from tests.science.estimates import Estimates
from tests.science.tables import (
    BEGIN,
    END,
    render_bars,
    render_correlation,
    render_scenarios,
    replace_section,
)

R = 400


def made_up(h2: float, enrichment: float, rejected: float) -> Estimates:
    """Estimates that are right on average, with a share of replicates that reject."""
    generator = np.random.default_rng(1)

    def around(value, error):
        draws = generator.standard_normal(R)
        return value + error * (draws - draws.mean()) / draws.std(ddof=1)

    p = np.where(np.arange(R)[:, None] < rejected * R, 2.0, 0.1) * np.ones((R, 6))
    p[:, 1] = np.where(np.arange(R) < 0.7 * R, 2.0, 0.1) if h2 and enrichment > 2 else p[:, 1]
    return Estimates(
        h2=around(h2, 0.1), h2_se=np.full(R, 0.1), intercept=around(1.0, 0.01), intercept_se=np.full(R, 0.01),
        single_h2=around(h2, 0.1), single_h2_se=np.full(R, 0.1), tau=np.column_stack([around(0, 1)] * 6),
        tau_se=np.ones((R, 6)), tau_neg_log10_p=p, enrichment=np.column_stack([around(enrichment, 0.1)] * 6),
        enrichment_se=np.full((R, 6), 0.1), enrichment_neg_log10_p=p,
    )  # fmt: skip


def scenarios(rejected=0.05, enrichment=4.0):
    return {
        "in-sample LD": made_up(0.5, enrichment, rejected),
        "panel LD": made_up(0.5, enrichment, rejected),
        "polygenic, panel LD": made_up(0.5, 1.0, rejected),
        "h² = 0, panel LD": made_up(0.0, 1.0, rejected),
    }


def test_check_bars__all_are_met_by_right_estimates():
    bars = check_bars(scenarios(), 4.0, (17.0, 17.3))
    assert len(bars) == 1 + 4 * 3 + 2 * 2 + 2 * 6 + 1
    assert [bar for bar in bars if not bar.is_met] == []


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"found": scenarios(rejected=0.2)}, "rejections"),
        ({"found": scenarios(enrichment=5.0)}, "median enrichment"),
        ({"mean_ld": (17.0, 18.0)}, "mean LD score"),
        ({"found": {**scenarios(), "in-sample LD": made_up(0.6, 4.0, 0.05)}}, "distance of mean h²"),
    ],
)
def test_check_bars__a_missed_one_is_named(change, missed):
    asked = {"found": scenarios(), "mean_ld": (17.0, 17.3), **change}
    bars = check_bars(asked["found"], 4.0, asked["mean_ld"])
    assert any(missed in bar.what for bar in bars if not bar.is_met)
    assert "**missed**" in render_bars(bars)


def test_coverage_and_rejections__count():
    assert coverage(np.array([0.0, 1.0, 3.0]), np.ones(3), 0.0) == pytest.approx(2 / 3)
    np.testing.assert_allclose(rejections(np.array([[1.4, 0.0], [1.2, 0.0]])), [0.5, 0.0])


def test_render_scenarios__has_a_row_each():
    text = render_scenarios(scenarios(), 4.0)
    assert [line.split(" | ")[0] for line in text.splitlines()[2:]] == [f"| {name}" for name in scenarios()]
    assert "not defined" in text.splitlines()[-1]


def test_render_correlation__judges_by_the_mean():
    lines = (Line("rg", 0.5, 0.501, 0.02, 0.02), Line("h²", 0.4, 0.5, 0.02, 0.02))
    text = render_correlation(CorrelationStudy(25, 1000, lines))
    assert "| rg | 0.5000 | 0.5010 | 0.0200 | 0.0200 | 0.0120 | met |" in text
    assert text.endswith("**missed** |")
    assert "skipped" in render_correlation(None)


def test_replace_section__keeps_the_rest(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    replace_section(page, "new")
    assert page.read_text() == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_replace_section__needs_both_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{END}\n{BEGIN}\n")
    with pytest.raises(ValueError, match=r"page\.md must hold the lines .*begin.*end.*: put them where"):
        replace_section(page, "new")


def test_page__has_the_marks():
    text = (ROOT / "docs" / "maths" / "ldsc.md").read_text(encoding="utf-8")
    assert text.index(BEGIN) < text.index(END)
