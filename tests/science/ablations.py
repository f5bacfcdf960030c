"""Takes one ingredient at a time out of PinSage's recipe and ranks validation pairs: the table of docs/evaluation.md.

`python -m tests.science.ablations --page docs/evaluation.md` (one thread, about 2 CPU-minutes a graph and seed; ranks
are kept in `--output`, so that a stopped run goes on).
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from models.pinsage import BipartiteGraph, LocusPairs, PinSageSettings, lead_pairs
from models.pinsage.bipartite import FloatArray
from models.pinsage.determinism import deterministic_torch
from models.pinsage.evaluation import Measure, Sample, bootstrap_blocks
from models.pinsage.examples import Examples, make_batch, make_examples
from models.pinsage.messages import fit_standardiser
from models.pinsage.network import Scores
from models.pinsage.optimisation import start_optimisation
from models.pinsage.rankers import cut_validation
from models.pinsage.ranking import Ranks, known_mask, rank_targets
from models.pinsage.split import assign_folds, hiding_keys
from models.pinsage.training import TrainingData, optimise
from models.pinsage.views import NodeTable, View, build_view, is_predictable, snp_table
from services.evaluation.inputs import read_graph_file
from services.evaluation.page import render_table, write_section
from services.evaluation.tables import Table, show_share, show_signed
from tests.paths import DATA

GRAPHS = ("sparse_0", "sparse_1", "sparse_2", "medium_0", "medium_1", "medium_2")
FULL = "the whole recipe"
MASKED, SHOWN_FEATURES, SHOWN_WALKS = "masked", "features of the whole graph", "walks of the whole graph"


@dataclass(frozen=True)
class Variant:
    """A recipe.

    Attributes
    ----------
    name
        Shown in the table.
    settings
        Settings changed.
    views
        What the training views hide of their own pairs: all; all but the features; nothing but the queries.
    has_random_features
        Random vectors of blocks and SNPs stand for the spectral features.
    fixed
        Parameters held at their start, by the end of their names.
    """

    name: str
    settings: dict[str, float] = field(default_factory=dict)
    views: str = MASKED
    has_random_features: bool = False
    fixed: tuple[str, ...] = ()


VARIANTS = (
    Variant(FULL),
    Variant("features not cross-fitted", views=SHOWN_FEATURES),
    Variant("walks not edge-masked", views=SHOWN_WALKS),
    Variant("no LD jump", settings={"ld_scale_bp": 1.0, "ld_minimum": 0.999}),
    Variant("no convolution", fixed=("pooled",)),
    Variant("random features for spectral ones", has_random_features=True),
    Variant("no query weights", fixed=("properties_to_weight",)),
    Variant("one hop", settings={"n_hops": 1}),
    Variant("two hops", settings={"n_hops": 2}),
    Variant("no regularisation of the profile", settings={"regularisation": 0.0}),
    Variant("no preference of the home block", fixed=("home_step",)),
    Variant("cis pairs weigh as others in walks", settings={"cis_weight": 1.0}),
)


@dataclass(frozen=True, eq=False)
class Cut:
    """A training graph with validation pairs cut off."""

    graph: BipartiteGraph
    left: LocusPairs
    validation: LocusPairs


def cut_graph(graph: BipartiteGraph, *, seed: int) -> Cut:
    """Cut a tenth of the pairs off, and their edges."""
    pairs = lead_pairs(graph)
    left, validation = cut_validation(graph, pairs, seed=seed)
    kept = hiding_keys(left.block, left.cluster, graph.n_clusters)
    cluster = graph.molecule_cluster[graph.edge_molecule]
    keys = hiding_keys(graph.snp_block[graph.edge_snp], cluster, graph.n_clusters)
    return Cut(graph.without_edges(~np.isin(keys, kept)), left, validation)


def rank_variant(cut: Cut, variant: Variant, settings: PinSageSettings, *, seed: int) -> Ranks:
    """Fit a variant to what is left and rank the validation pairs."""
    changed = replace(settings, **variant.settings)
    view = build_view(cut.graph, cut.left, np.zeros(0, np.int64), changed, seed=seed)
    data = prepare(cut, view, variant, changed, seed=seed)
    with deterministic_torch(1):
        state = start_optimisation(3 + cut.graph.snp_features.shape[1], changed)
        for name, parameter in state.network.named_parameters():
            parameter.requires_grad_(not name.endswith(variant.fixed) if variant.fixed else True)
        optimise(state, data, changed, seed=seed, report=lambda *_: None, save=lambda: None)
        asked = _examples_of(cut, view, cut.validation, changed)
        asked = _randomised(asked, seed) if variant.has_random_features else asked
        with torch.no_grad():
            batch = make_batch(asked, np.arange(len(asked)), data.standardiser).to(state.network.log_tau.device)
            vectors = state.network(batch.inputs)
            scores = _mixed(state.network.score(vectors, batch.inputs), cut)
    molecule = cut.validation.molecule
    row_of = {int(m): row for row, m in enumerate(molecule)}  # pairs of one molecule have one query
    return rank_targets(lambda ids: scores[[row_of[int(m)] for m in ids]], cut.left, cut.validation, name=variant.name)


def _mixed(parts: Scores, cut: Cut) -> FloatArray:
    """Log of the mixture that the loss is made of, over the loci not known; the known ones below all."""
    known = torch.from_numpy(known_mask(cut.left, cut.validation.molecule, parts.prior.shape[1]))
    odds = parts.prior_log_odds.cpu()[:, None]
    by_walks, by_prior = (
        torch.log_softmax(part.cpu().masked_fill(known, float("-inf")), dim=1) for part in (parts.evidence, parts.prior)
    )
    mixed = torch.logaddexp(functional.logsigmoid(-odds) + by_walks, functional.logsigmoid(odds) + by_prior)
    return mixed.masked_fill(known, -1e9).numpy()


def prepare(cut: Cut, view: View, variant: Variant, settings: PinSageSettings, *, seed: int) -> TrainingData:
    """Make the training views' examples as the variant wants them."""
    graph, pairs = cut.graph, cut.left
    keys = hiding_keys(pairs.block, pairs.cluster, graph.n_clusters)
    fold = assign_folds(keys, settings.n_views, seed=seed)
    examples = []
    for number in range(settings.n_views):
        is_hidden = fold == number
        hiding = build_view(graph, pairs, np.unique(keys[is_hidden]), settings, seed=seed, align_to=view.profile)
        is_target = is_predictable(pairs, is_hidden, graph.n_blocks, graph.n_molecules)
        masked = make_examples(graph, pairs, hiding, is_target, settings)
        shown = make_examples(graph, pairs, replace(view, visible=hiding.visible), is_target, settings)
        made = {MASKED: masked, SHOWN_WALKS: shown, SHOWN_FEATURES: _with_features(masked, shown)}[variant.views]
        examples.append(_randomised(made, seed) if variant.has_random_features else made)
    leads = snp_table(graph, view, np.unique(pairs.lead_snp), settings)
    blocks = view.blocks
    if variant.has_random_features:
        leads, blocks = _random_table(leads, seed + 1), _random_table(blocks, seed)
    training = [e for e in examples[:-1] if len(e)]
    whole = [np.arange(len(e)) for e in training]
    standardiser = fit_standardiser(blocks, leads)
    return TrainingData(view, standardiser, training, examples[-1], [len(e) for e in training], whole)


def _examples_of(cut: Cut, view: View, targets: LocusPairs, settings: PinSageSettings) -> Examples:
    """Examples whose targets are not among the pairs of the view."""
    graph, left = cut.graph, cut.left
    names = ("block", "molecule", "cluster", "lead_snp", "is_trans")
    both = LocusPairs(*(np.concatenate([getattr(left, name), getattr(targets, name)]) for name in names))
    order = np.lexsort((both.block, both.molecule))
    return make_examples(graph, both.select(order), view, order >= len(left), settings)


def _with_features(masked: Examples, shown: Examples) -> Examples:
    """Give the features of one, and all else of the other."""

    def merge(own: NodeTable, other: NodeTable) -> NodeTable:
        return replace(own, walk=replace(own.walk, features=other.walk.features))

    return replace(masked, loci=merge(masked.loci, shown.loci), snps=merge(masked.snps, shown.snps))


def _randomised(examples: Examples, seed: int) -> Examples:
    return replace(examples, loci=_random_table(examples.loci, seed), snps=_random_table(examples.snps, seed + 1))


def _random_table(table: NodeTable, seed: int) -> NodeTable:
    """Give every node a random vector of its own, the same wherever the node occurs."""
    features = table.walk.features
    length = np.linalg.norm(features, axis=1).mean()
    whole = np.random.default_rng([seed, 9]).normal(size=(int(table.node.max()) + 1, features.shape[1]))
    random = (whole[table.node] * length / np.sqrt(features.shape[1])).astype(np.float32)
    return replace(table, walk=replace(table.walk, features=random))


def run(
    graphs: Sequence[str], seeds: Sequence[int], kept: dict[str, list[float]], keep: Callable[[], None]
) -> dict[str, Cut]:
    """Rank with every variant, graph and seed that is not kept yet."""
    cuts = {}
    for name in graphs:
        read = read_graph_file(DATA / "pinsage" / f"{name}.parquet")
        cuts[name] = cut_graph(read.graph.without_edges(read.is_held_out), seed=0)
        for variant in VARIANTS:
            for seed in seeds:
                key = f"{name}/{variant.name}/{seed}"
                if key not in kept:
                    kept[key] = rank_variant(cuts[name], variant, PinSageSettings(), seed=seed).tolist()
                    keep()
                sys.stderr.write(f"{key}: hit@50 {np.mean(np.array(kept[key]) <= 50):.3f}\n")
    return cuts


def make_table(cuts: dict[str, Cut], seeds: Sequence[int], kept: dict[str, list[float]]) -> Table:
    """One row a variant: its figures, and its paired differences from the whole recipe, by density."""
    densities = dict.fromkeys(name.rsplit("_", 1)[0] for name in cuts)
    cells: dict[str, list[str]] = {variant.name: [] for variant in VARIANTS}
    for density in densities:
        of_density = {name: cut for name, cut in cuts.items() if name.startswith(density)}
        for only_trans in (False, True):
            samples = [_sample(name, cut, seeds, kept, only_trans=only_trans) for name, cut in of_density.items()]
            found = bootstrap_blocks(samples, n_bootstrap=1000, seed=0)
            for place, variant in enumerate(VARIANTS):
                shown = [show_share(found.measure(2 * place + column).estimate) for column in (0, 1)]
                differences: list[Measure] = [found.difference(2 * place + column, column) for column in (0, 1)]
                cells[variant.name] += [
                    f"{shown[0]} / {shown[1]}",
                    "–" if place == 0 else " / ".join(show_signed(one) for one in differences),
                ]
    header = [
        part
        for density in densities
        for pairs in ("all", "trans")
        for part in (f"{density}, {pairs}: hit@50 / MRR", "difference")
    ]
    names = ", ".join(cuts)
    rows = tuple((name, *of_variant) for name, of_variant in cells.items())
    note = f"Validation pairs of {names}; seeds {', '.join(map(str, seeds))}; 1,000 resamples of LD blocks."
    return Table("One ingredient out", ("recipe", *header), rows, note)


def _sample(name: str, cut: Cut, seeds: Sequence[int], kept: dict[str, list[float]], *, only_trans: bool) -> Sample:
    chosen = cut.validation.is_trans if only_trans else np.ones(len(cut.validation), np.bool_)
    columns = []
    for variant in VARIANTS:
        ranks = np.array([kept[f"{name}/{variant.name}/{seed}"] for seed in seeds])[:, chosen]
        columns += [(ranks <= 50).mean(axis=0), (1 / ranks).mean(axis=0)]
    return Sample(cut.validation.block[chosen], np.column_stack(columns))


def main() -> int:
    """Run the ablations; print the table, and write it to a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", nargs="+", default=GRAPHS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--output", type=Path, help="file in which ranks are kept")
    parser.add_argument("--page", type=Path, help="page to write the table to, such as docs/evaluation.md")
    asked = parser.parse_args()
    kept = json.loads(asked.output.read_text()) if asked.output is not None and asked.output.exists() else {}

    def keep() -> None:
        if asked.output is not None:
            asked.output.write_text(json.dumps(kept))

    table = make_table(run(asked.graphs, asked.seeds, kept, keep), asked.seeds, kept)
    if asked.page is not None:
        write_section(asked.page, "ablations", [render_table(table)])
    sys.stdout.write(render_table(table) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
