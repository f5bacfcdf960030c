"""The model card."""

from typing import Any

from services.registry import RunDescription
from services.training.card import render_card

RUN = RunDescription("r1", "f", "snap", '{"pinsage": {"n_steps": 5}}', "code", 7, 3, ("godmc-1",), "hybrid", "t1")


def _value(estimate: float) -> dict[str, float]:
    return {"estimate": estimate, "lower": estimate - 0.01, "upper": estimate + 0.01}


def _metrics(report: dict[str, Any] | None) -> dict[str, Any]:
    row = {"method": "hybrid", "subset": "all", "n_pairs": 40, **{n: _value(0.5) for n in ("hit_10", "hit_50", "mrr")}}
    return {
        "snapshot": {"n_snps": 10, "n_cpgs": 20, "n_genes": 3, "n_edges": 1234},
        "evaluation": {"n_held_out_pairs": 45, "n_training_pairs": 400, "rows": [row]},
        "calibration": {"report": report, "reason": None if report else "too few pairs", "traits": "None for traits."},
        "choice": {"reason": "the first run"},
    }


REPORT = {
    "n_candidates": 5000,
    "n_hits": 40,
    "log_loss_per_hit": 5.123,
    "degree_log_loss_per_hit": 6.5,
    "gain_per_hit": _value(1.377),
    "n_written": 900,
    "n_written_hits": 30,
    "written": {
        "expected_calibration_error": _value(0.02),
        "brier": _value(0.03),
        "reliability": [{"predicted": 0.1, "observed": 0.12, "lower": 0.05, "upper": 0.2, "n_pairs": 90, "n_hits": 11}],
    },
}


def test_render_card__says_what_it_is_made_from_how_good_it_is_and_its_limits() -> None:
    text = render_card(RUN, _metrics(REPORT), n_predictions=900)
    for words in (
        "# Model card: run r1 (hybrid)", "900 predicted edges", "godmc-1", '"n_steps": 5', "10, 20, 3, 1,234",
        "| hybrid | all | 40 | 0.500 [0.490, 0.510] |", "the same of degrees alone: 6.500",
        "gain over degrees alone: 1.377",
        "| 0.10000 | 0.12000 | [0.05000, 0.20000] | 90 |", "None for traits.", "the first run.", "## Limits",
    ):  # fmt: skip
        assert words in text, words


def test_render_card__without_probabilities_says_why() -> None:
    assert "None: too few pairs" in render_card(RUN, _metrics(None), n_predictions=0)
