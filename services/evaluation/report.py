"""The whole evaluation: what was run and its pooled groups, as JSON, as tables for a terminal, and as a page."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.pinsage.evaluation import METRICS, Plan
from services.evaluation.page import render_table, write_section
from services.evaluation.reference import ReferenceResults
from services.evaluation.running import ALL_NULLS, REFERENCES, PooledGroup
from services.evaluation.tables import (
    Table,
    chosen_table,
    deciles_table,
    describe,
    differences_table,
    figures_table,
    nulls_above,
    nulls_table,
    reference_table,
)

TERMINAL_COLUMNS = ("recall@10", "hit@50", "MRR", "AUC")
SUBSETS = ("all", "trans", "without the MHC")


@dataclass(frozen=True, eq=False)
class EvaluationReport:
    """Result of an evaluation.

    Attributes
    ----------
    section
        "graphs" or "release": which marks of a page it fills.
    plan
        Budget, seeds and PinSage's settings.
    groups
        Pooled cases, by split and group.
    left_out
        Methods that were not run, with the reason.
    reference
        Results of others on the same graphs.
    """

    section: str
    plan: Plan
    groups: tuple[PooledGroup, ...]
    left_out: tuple[str, ...]
    reference: ReferenceResults

    def to_dict(self) -> dict[str, Any]:
        """Give everything but single pairs as JSON values."""
        return {
            "section": self.section,
            "budget": self.plan.budget,
            "seeds": list(self.plan.seeds),
            "pinsage_settings": asdict(self.plan.settings),
            "left_out": list(self.left_out),
            "groups": [_group_dict(group) for group in self.groups],
        }

    def terminal_tables(self) -> list[Table]:
        """The tables for a person at a terminal: figures and differences of all pairs and of trans pairs."""
        tables = []
        for group in self.groups:
            if group.group != ALL_NULLS:
                tables += [figures_table(group, subset, TERMINAL_COLUMNS) for subset in _subsets(group)]
            tables.append(differences_table(group))
        return tables

    def verdicts(self) -> list[str]:
        """Sentences on what the differences say."""
        found = [_verdict_on_nulls(group) for group in self.groups if group.group == ALL_NULLS]
        found += [sentence for group in self.groups if not group.is_null for sentence in _verdict_on_champion(group)]
        return found

    def remarks(self) -> list[str]:
        """Sentences on what was left out, or is of other code."""
        n_stale = sum(group.n_stale for group in self.groups if group.group != ALL_NULLS)
        stale = f"{n_stale} kept results are of earlier code: run the command without --no-run to make them anew."
        return [*self.left_out, *([stale] if n_stale else [])]

    def write_page(self, page: Path) -> None:
        """Write all tables to the marks of a page.

        Raises
        ------
        PageError
            When the page has no place for them.
        """
        write_section(page, self.section, self._sections())

    def _sections(self) -> list[str]:
        parts = [_describe_run(self), *self.remarks(), "\n".join(f"- {line}" for line in self.verdicts())]
        planted = [group for group in self.groups if group.split == "S1" and not group.is_null]
        if planted and self.reference.table.height:
            parts.append(render_table(reference_table(planted, self.reference)))
        for group in self.groups:
            parts += _group_sections(group)
        parts.append("### Settings that validation chose")
        parts.append(render_table(chosen_table([group for group in self.groups if group.group != ALL_NULLS])))
        return [part for part in parts if part]


def _group_sections(group: PooledGroup) -> list[str]:
    parts = [f"### {describe(group)}"]
    if group.group == ALL_NULLS:
        return [*parts, render_table(differences_table(group))]
    parts += [render_table(figures_table(group, subset)) for subset in _subsets(group)]
    parts.append(render_table(differences_table(group)))
    if group.split == "S1" and not group.is_null:
        parts += [render_table(deciles_table(group)), render_table(nulls_table(group))]
    return parts


def _subsets(group: PooledGroup) -> list[str]:
    present = {row.subset for row in group.pooled.rows}
    return [name for name in SUBSETS if name in present]


def _describe_run(report: EvaluationReport) -> str:
    seconds = sum(
        result.cpu_seconds
        for group in report.groups
        if group.group != ALL_NULLS
        for one in group.found
        for result in one.results.values()
    )
    seeds = ", ".join(str(seed) for seed in report.plan.seeds)
    return (
        f"At most {report.plan.budget} settings a ranker; seeds {seeds}; {seconds:,.0f} CPU-seconds in one thread, "
        "1,000 resamples of LD blocks, 1,000 matched null sets."
    )


def _verdict_on_nulls(group: PooledGroup) -> str:
    compared = [one for one in group.pooled.differences if one.subset == "all" and one.against == "popularity"]
    n_pairs = next(row.n_pairs for row in group.pooled.rows)
    lead = f"On {group.pooled.n_graphs} null graphs pooled ({group.split}, {n_pairs:,} pairs)"
    if not compared:
        return f"{lead} nothing could be compared with popularity."
    above = nulls_above(group)
    if not above:
        return f"{lead} none of {len(compared)} methods lies wholly above popularity, in hit@50 or MRR."
    return f"{lead} the interval over popularity lies wholly above 0 for {', '.join(one.method for one in above)}."


def _verdict_on_champion(group: PooledGroup) -> list[str]:
    """Name the methods whose paired hit@50 over ALS-LD lies wholly above 0, over all pairs and over trans pairs."""
    said = []
    for subset in ("all", "trans"):
        chosen = [one for one in group.pooled.differences if (one.subset, one.against) == (subset, REFERENCES[0])]
        better = [one.method for one in chosen if one.measures["hit@50"].is_above_zero]
        if chosen:
            said.append(f"{', '.join(better) or 'no method'} over {subset} pairs")
    return [f"{describe(group)}, wholly above {REFERENCES[0]} in hit@50: {'; '.join(said)}."] if said else []


def _group_dict(group: PooledGroup) -> dict[str, Any]:
    return {
        "split": group.split,
        "group": group.group,
        "graphs": [
            {
                "name": asked.name,
                "n_pairs": len(asked.case.targets),
                "n_hidden": asked.case.n_hidden,
                "n_training": len(asked.case.training),
                "n_candidates": asked.case.n_candidates,
                "fingerprint": asked.case.fingerprint,
                "methods": {
                    name: {"chosen": result.chosen, "cpu_seconds": result.cpu_seconds, "n_fits": len(result.places)}
                    for name, result in one.results.items()
                },
            }
            for asked, one in zip(group.inputs, group.found, strict=True)
        ],
        "metrics": list(METRICS),
        "rows": [asdict(row) for row in group.pooled.rows],
        "differences": [asdict(row) for row in group.pooled.differences],
        "matched_nulls": {name: [asdict(null) for null in nulls] for name, nulls in group.pooled.nulls.items()},
        "effective_rank": dict(group.pooled.effective_rank),
    }
