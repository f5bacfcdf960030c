"""The tables of an evaluation, as text that the command line and the page both show."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.pinsage.evaluation import METRICS, Measure, PooledDifference
from models.pinsage.split_chromosomes import chance_level
from services.evaluation.reference import ORACLES, ReferenceResults
from services.evaluation.running import PooledGroup

N_DECILES = 10
_SIGNED = ("hit@50", "MRR")


@dataclass(frozen=True)
class Table:
    """Title, header, rows and a note below; the first column holds names."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def figures_table(group: PooledGroup, subset: str = "all", columns: Sequence[str] = tuple(METRICS)) -> Table:
    """Every method with its metrics and intervals on one subset; under S2 also the chance level."""
    rows = [
        (row.method, *(show_measure(row.measures[name]) for name in columns))
        for row in group.pooled.rows
        if row.subset == subset
    ]
    n_pairs = next((row.n_pairs for row in group.pooled.rows if row.subset == subset), 0)
    if group.split == "S2":
        rows.append(("chance (analytic)", *_chance_cells(group, columns)))
    return Table(f"{describe(group)}, {subset} ({n_pairs:,} pairs)", ("method", *columns), tuple(rows))


def differences_table(group: PooledGroup, subset: str = "all") -> Table:
    """Every method minus ALS-LD and minus popularity, and the two differences of PinSage's own."""
    chosen = [one for one in group.pooled.differences if one.subset == subset]
    rows = [(f"{one.method} − {one.against}", *(show_signed(one.measures[name]) for name in _SIGNED)) for one in chosen]
    title = f"{describe(group)}, {subset}: paired differences"
    return Table(title, ("difference", *_SIGNED), tuple(rows), "An interval that leaves out 0 says which is better.")


def deciles_table(group: PooledGroup, metric: str = "hit@50") -> Table:
    """Every method by decile of the locus's training degree; deciles of equal degrees are empty."""
    names = [f"degree decile {number + 1}" for number in range(N_DECILES)]
    found = {(row.method, row.subset): row for row in group.pooled.rows}
    kept = [name for name in names if any(subset == name for _, subset in found)]
    methods = dict.fromkeys(row.method for row in group.pooled.rows)
    rows = [
        (method, *(show_share(found[method, name].measures[metric].estimate) for name in kept)) for method in methods
    ]
    sizes = [f"{next(row.n_pairs for key, row in found.items() if key[1] == name):,}" for name in kept]
    header = ("method", *(name.removeprefix("degree decile ") for name in kept))
    return Table(f"{describe(group)}: {metric} by degree decile", header, (("pairs", *sizes), *rows))


def nulls_table(group: PooledGroup) -> Table:
    """Recall of the held-out loci beside that of matched random loci, and the collapse check."""
    rows = []
    for method, nulls in group.pooled.nulls.items():
        cells = [
            cell
            for null in nulls
            for cell in (
                show_share(null.recall),
                f"{show_share(null.expected)} [{show_share(null.lower)}, {show_share(null.upper)}]",
                f"{null.p:.3f}",
            )
        ]
        rank = group.pooled.effective_rank.get(method)
        rows.append((method, *cells, "–" if rank is None else f"{rank:.1f}"))
    header = [part for k in (10, 50, 100) for part in (f"recall@{k}", f"matched @{k}", "p")]
    return Table(f"{describe(group)}: matched null sets", ("method", *header, "effective rank"), tuple(rows))


def reference_table(groups: Sequence[PooledGroup], reference: ReferenceResults) -> Table:
    """hit@50 / recall@10 / MRR of every method, ours first, the reference's on the same graphs in brackets."""
    methods = dict.fromkeys(row.method for group in groups for row in group.pooled.rows)
    rows = [(method, *(_beside(group, method, reference) for group in groups)) for method in methods]
    rows += [(name, *(_of_reference(group, name, reference) for group in groups)) for name in ORACLES]
    return Table(
        "Beside the reference: hit@50 / recall@10 / MRR", ("method", *(group.group for group in groups)), tuple(rows)
    )


def chosen_table(groups: Sequence[PooledGroup]) -> Table:
    """The settings that validation chose, a row a method and graph."""
    rows = [
        (name, asked.name, one.results[name].chosen, f"{one.results[name].cpu_seconds:.1f}")
        for group in groups
        for asked, one in zip(group.inputs, group.found, strict=True)
        for name in one.results
        if "NoSettings" not in one.results[name].chosen
    ]
    return Table("Settings", ("method", "graph", "settings", "CPU-s"), tuple(sorted(rows)))


def nulls_above(group: PooledGroup) -> list[PooledDifference]:
    """List the methods whose interval over popularity lies wholly above 0 in some metric shown."""
    return [
        one
        for one in group.pooled.differences
        if one.subset == "all"
        and one.against == "popularity"
        and any(one.measures[name].is_above_zero for name in _SIGNED)
    ]


def describe(group: PooledGroup) -> str:
    """Name of split and group with the number of graphs."""
    n_graphs = group.pooled.n_graphs
    return f"{group.split} {group.group}" if n_graphs == 1 else f"{group.split} {group.group}, {n_graphs} graphs"


def show_measure(measure: Measure) -> str:
    """An estimate with its interval, such as .647 [.62, .67]."""
    return f"{show_share(measure.estimate)} [{show_share(measure.lower)}, {show_share(measure.upper)}]"


def show_signed(measure: Measure) -> str:
    """A difference with its interval, signs shown."""
    return f"{_sign(measure.estimate)} [{_sign(measure.lower)}, {_sign(measure.upper)}]"


def show_share(value: float) -> str:
    """Three digits without the leading 0."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"


def _sign(value: float) -> str:
    text = f"{abs(value):.3f}".replace("0.", ".", 1)
    return text if float(f"{value:.3f}") == 0 else f"{'−' if value < 0 else '+'}{text}"


def _chance_cells(group: PooledGroup, columns: Sequence[str]) -> list[str]:
    """Analytic chance, a mean over the graphs weighted by their pairs."""
    cases = [asked.case for asked in group.inputs]
    levels = [chance_level(case.n_candidates) for case in cases]
    n_pairs = sum(len(case.targets) for case in cases)
    cells = []
    for name in columns:
        values = [getattr(level, METRICS[name], None) for level in levels]
        if any(value is None for value in values):
            cells.append("–")
            continue
        weighted = [value * len(case.targets) for value, case in zip(values, cases, strict=True) if value is not None]
        cells.append(show_share(sum(weighted) / n_pairs))
    return cells


def _beside(group: PooledGroup, method: str, reference: ReferenceResults) -> str:
    row = next((row for row in group.pooled.rows if (row.method, row.subset) == (method, "all")), None)
    if row is None:
        return "not run"
    ours = " / ".join(show_share(row.measures[name].estimate) for name in ("hit@50", "recall@10", "MRR"))
    return f"{ours} {_of_reference(group, method, reference)}"


def _of_reference(group: PooledGroup, method: str, reference: ReferenceResults) -> str:
    theirs = reference.mean(method, [asked.name for asked in group.inputs])
    return f"({' / '.join(show_share(value) for value in theirs)})" if theirs else "(none)"
