"""The model card: what a run is, what it was made from, how good it is, and what it is not good for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.registry import RunDescription

CARD_NAME = "card.md"

_LIMITS = (
    "A prediction says that a locus may act on a target, never which SNP of the locus, nor in which direction.",
    "A probability is the chance that a pair is one of the tenth of known pairs that was hidden, as studies like these "
    "find them: it is not the chance that a pair is true, and it holds for the studies that the run was made from.",
    "The null percentile compares with a graph of the same degrees and no other structure: 50 is what chance gives.",
    "Loci that no loaded study reports for any molecule cannot be predicted.",
)


def render_card(run: RunDescription, metrics: Mapping[str, Any], *, n_predictions: int) -> str:
    """The card in Markdown.

    Parameters
    ----------
    run, metrics
        The run and what ``metrics.json`` holds of it.
    n_predictions
        Its predicted edges.
    """
    parts = [
        f"# Model card: run {run.run_id} ({run.method})",
        f"Predicts which other loci act on a CpG, gene or trait. {n_predictions:,} predicted edges.",
        "## Made from\n" + _facts(_origin(run, metrics)),
        "## Figures on held-out pairs\n" + _figures(metrics["evaluation"]),
        "## Probabilities\n" + _calibration(metrics["calibration"]),
        "## Champion\n" + metrics["choice"]["reason"] + ".",
        "## Limits\n" + "\n".join(f"- {limit}" for limit in _LIMITS),
    ]
    return "\n\n".join(parts) + "\n"


def _origin(run: RunDescription, metrics: Mapping[str, Any]) -> dict[str, Any]:
    counts = metrics["snapshot"]
    return {
        "training": run.training_id,
        "snapshot (sha256)": run.snapshot_fingerprint,
        "release": run.release_number,
        "loads": ", ".join(run.load_ids),
        "seed": run.seed,
        "code": run.code_version,
        "SNPs, CpGs, genes, edges": ", ".join(
            f"{counts[name]:,}" for name in ("n_snps", "n_cpgs", "n_genes", "n_edges")
        ),
        "settings": json.dumps(json.loads(run.settings), sort_keys=True),
    }


def _facts(facts: Mapping[str, Any]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())


def _figures(evaluation: Mapping[str, Any]) -> str:
    held_out, rest = evaluation["n_held_out_pairs"], evaluation["n_training_pairs"]
    text = f"{held_out:,} pairs of an LD block and a molecule hidden from {rest:,}; 95 % intervals over LD blocks.\n\n"
    names = ("hit_10", "hit_50", "mrr")
    rows = [
        (row["method"], row["subset"], row["n_pairs"], *(_measure(row[name]) for name in names))
        for row in evaluation["rows"]
    ]
    return text + _table(("method", "pairs", "number", "hit@10", "hit@50", "MRR"), rows)


def _calibration(calibration: Mapping[str, Any]) -> str:
    report = calibration["report"]
    if report is None:
        return f"None: {calibration['reason']}\n\n{calibration['traits']}"
    written = report["written"]
    facts = {
        "candidates, hidden pairs among them": f"{report['n_candidates']:,}, {report['n_hits']:,}",
        "log loss per hidden pair": f"{report['log_loss_per_hit']:.3f}",
        "the same of degrees alone": f"{report['degree_log_loss_per_hit']:.3f}",
        "gain over degrees alone": _measure(report["gain_per_hit"]),
        "written pairs, hidden ones among them": f"{report['n_written']:,}, {report['n_written_hits']:,}",
        "expected calibration error": _measure(written["expected_calibration_error"], 5),
        "Brier score": _measure(written["brier"], 5),
    }
    rows = [
        (
            f"{row['predicted']:.5f}",
            f"{row['observed']:.5f}",
            f"[{row['lower']:.5f}, {row['upper']:.5f}]",
            row["n_pairs"],
        )
        for row in written["reliability"]
    ]
    table = _table(("predicted", "observed", "95 % interval", "pairs"), rows)
    return f"{_facts(facts)}\n\n{table}\n\n{calibration['traits']}"


def _measure(value: Mapping[str, float], digits: int = 3) -> str:
    return f"{value['estimate']:.{digits}f} [{value['lower']:.{digits}f}, {value['upper']:.{digits}f}]"


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(value) for value in line) + " |" for line in lines)
