"""Whole evaluations of small files and of a store: what is kept, what a stopped run goes on with, what is shown."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.pinsage.evaluation import FittedMethod, Method, Plan
from models.pinsage.settings import PinSageSettings
from services.evaluation import EvaluationError, EvaluationRequest, evaluate_files, evaluate_release
from services.evaluation.errors import PageError, ResultsFileError
from services.evaluation.inputs import inputs_of_file
from services.evaluation.page import marks
from services.evaluation.results import ResultsFile
from services.evaluation.running import choose_methods, run_methods
from services.evaluation.tables import figures_table, reference_table
from services.graph.store import Store
from services.settings import Settings
from tests.conftest import Cypher
from tests.services.evaluation.graph_file import write_graph_file
from tests.services.graph_rows import planted_modules

FAST = ("popularity", "item-kNN", "ALS-LD")
REQUEST = EvaluationRequest(budget=1, seeds=(0, 1), methods=FAST)
PLAN = Plan(PinSageSettings(), 1, (0,))


def quiet(_done: int, _total: int, _text: str) -> None:
    """Report to nobody."""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def graphs(tmp_path: Path) -> Path:
    folder = tmp_path / "graphs"
    folder.mkdir()
    for name, seed in (("sparse_0", 0), ("sparse_1", 1), ("null_sparse_0", 2)):
        write_graph_file(folder / f"{name}.parquet", seed=seed)
    return folder


def counting(calls: list[str]) -> Method:
    """A method that says when it is fitted."""
    inner = choose_methods(["popularity"]).methods[0]

    def fit(graph: object, pairs: object, plan: Plan) -> Iterator[FittedMethod]:
        calls.append("fitted")
        yield from inner.fit(graph, pairs, plan)  # type: ignore[arg-type]

    return Method("popularity", fit)


def test_evaluate_files__pools_by_density_and_nulls_apart(graphs: Path, home: Settings) -> None:
    report = evaluate_files([graphs], REQUEST, home, on_progress=quiet)
    groups = {group.group: group for group in report.groups}
    assert {name: group.pooled.n_graphs for name, group in groups.items()} == {
        "null_sparse": 1, "sparse": 2, "null graphs": 1,
    }  # fmt: skip
    rows = {row.method: row for row in groups["sparse"].pooled.rows if row.subset == "trans"}
    assert set(rows) == set(FAST)
    assert rows["item-kNN"].measures["recall@10"].lower > rows["popularity"].measures["recall@10"].estimate
    json.dumps(report.to_dict())  # JSON values only
    nulls, sparse = report.verdicts()
    assert nulls.startswith("On 1 null graphs pooled (S1, ")
    assert sparse.startswith("S1 sparse, 2 graphs, wholly above ALS-LD in hit@50: ")


def test_verdicts__do_not_clear_nulls_that_were_not_compared(graphs: Path, home: Settings) -> None:
    request = replace(REQUEST, methods=("item-kNN",))
    report = evaluate_files([graphs / "null_sparse_0.parquet"], request, home, on_progress=quiet)
    (verdict,) = report.verdicts()
    assert verdict.endswith("nothing could be compared with popularity.")


def test_evaluate_files__goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    (asked,) = inputs_of_file(write_graph_file(tmp_path / "sparse_0.parquet"), ("S1",), seed=0)
    path, calls = tmp_path / "results.json", []

    def broken(*_: object) -> Iterator[FittedMethod]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        run_methods([asked], [counting(calls), Method("EASE", broken)], PLAN, ResultsFile(path), on_progress=quiet)
    assert calls == ["fitted"]
    run_methods([asked], [counting(calls)], PLAN, ResultsFile(path), on_progress=quiet)
    assert calls == ["fitted"]  # taken from the file
    run_methods([asked], [counting(calls)], Plan(PLAN.settings, 2, (0,)), ResultsFile(path), on_progress=quiet)
    (other,) = inputs_of_file(write_graph_file(tmp_path / "sparse_1.parquet", seed=1), ("S1",), seed=0)
    run_methods([other], [counting(calls)], PLAN, ResultsFile(path), on_progress=quiet)
    assert calls == ["fitted"] * 3  # another budget, another graph


def test_evaluate_files__reads_back_the_same_figures(graphs: Path, home: Settings) -> None:
    first, again = (evaluate_files([graphs], REQUEST, home, on_progress=quiet).to_dict() for _ in range(2))
    assert first == again
    assert json.loads((home.home / "evaluation" / "graphs.json").read_text())["report"] == json.loads(json.dumps(first))


def test_evaluate_files__without_a_run_shows_what_is_kept(graphs: Path, home: Settings) -> None:
    nothing = replace(REQUEST, is_run=False)
    with pytest.raises(EvaluationError, match="showing kept results needs some"):
        evaluate_files([graphs], nothing, home, on_progress=quiet)
    evaluate_files([graphs / "sparse_0.parquet"], replace(REQUEST, methods=FAST[:2]), home, on_progress=quiet)
    report = evaluate_files([graphs], nothing, home, on_progress=quiet)
    (group,) = report.groups
    assert ([one.name for one in group.inputs], {row.method for row in group.pooled.rows}) == (
        ["sparse_0"],
        set(FAST[:2]),
    )


def test_results_of_other_code__are_run_anew_or_shown_with_a_remark(graphs: Path, home: Settings) -> None:
    request = replace(REQUEST, methods=("popularity",))
    evaluate_files([graphs / "sparse_0.parquet"], request, home, on_progress=quiet)
    kept = home.home / "evaluation" / "graphs.json"
    kept.write_text(kept.read_text().replace('"code": "', '"code": "older '))
    shown = evaluate_files([graphs / "sparse_0.parquet"], replace(request, is_run=False), home, on_progress=quiet)
    assert shown.remarks() == [
        "1 kept results are of earlier code: run the command without --no-run to make them anew."
    ]
    again = evaluate_files([graphs / "sparse_0.parquet"], request, home, on_progress=quiet)
    assert again.remarks() == []
    assert "older" not in kept.read_text()


def test_results_file__refuses_another_file(tmp_path: Path) -> None:
    for text in ("[1]", "no JSON", '{"format": "other"}'):
        (tmp_path / "other.json").write_text(text)
        with pytest.raises(ResultsFileError, match="begins with its format"):
            ResultsFile(tmp_path / "other.json")


def test_choose_methods__refuses_unknown_names() -> None:
    with pytest.raises(EvaluationError, match="seen: magic; use popularity, nearest position"):
        choose_methods(["magic"])


def test_choose_methods__says_that_lightgcn_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.evaluation.running.has_lightgcn", lambda: False)
    chosen = choose_methods()
    assert "LightGCN" not in [method.name for method in chosen.methods]
    assert "make lightgcn" in chosen.left_out[0]
    with pytest.raises(EvaluationError, match="LightGCN needs the package torch_geometric"):
        choose_methods(["lightgcn"])


def test_request__refuses_a_split_that_nobody_offers() -> None:
    with pytest.raises(EvaluationError, match="seen: S9; use S1, S2"):
        EvaluationRequest(splits=("S1", "S9"))


def test_page__is_written_between_its_marks(graphs: Path, home: Settings, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    begin, end = marks("graphs")
    page.write_text(f"Before.\n\n{begin}\nold\n{end}\n\nAfter.\n")
    request = EvaluationRequest(budget=1, seeds=(0,), methods=FAST, splits=("S1", "S2"), page=page)
    evaluate_files([graphs], request, home, on_progress=quiet)
    text = page.read_text()
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "old" not in text
    for wanted in ("### S1 sparse, 2 graphs", "ALS-LD − popularity", "chance (analytic)", "matched null sets"):
        assert wanted in text


def test_page__without_marks_is_refused_before_anything_runs(graphs: Path, home: Settings, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("no marks")
    request = EvaluationRequest(budget=1, seeds=(0,), methods=FAST, page=tmp_path / "page.md")
    with pytest.raises(PageError, match="where the tables belong; seen: no such lines"):
        evaluate_files([graphs], request, home, on_progress=quiet)
    assert not (home.home / "evaluation").exists()


def test_reference__stands_beside_ours_where_all_graphs_have_one(graphs: Path, home: Settings) -> None:
    lines = ["graph,method,n_pairs,hit_50,recall_10,mrr", "sparse_0,popularity,100,0.1,0.2,0.3"]
    lines += ["sparse_1,popularity,300,0.5,0.2,0.3", "sparse_0,kNN cosine,100,0.4,0.4,0.4"]
    (graphs / "reference_results.csv").write_text("\n".join(lines))
    report = evaluate_files([graphs], REQUEST, home, on_progress=quiet)
    group = next(group for group in report.groups if group.group == "sparse")
    rows = {row[0]: row[1] for row in reference_table([group], report.reference).rows}
    assert rows["popularity"].endswith("(.400 / .200 / .300)")  # weighted by pairs
    assert rows["item-kNN"].endswith("(none)")  # one of the two graphs lacks it


def test_figures_table__shows_chance_under_s2(graphs: Path, home: Settings) -> None:
    request = EvaluationRequest(budget=1, seeds=(0,), methods=("item-kNN", "nearest position"), splits=("S2",))
    report = evaluate_files([graphs / "sparse_0.parquet"], request, home, on_progress=quiet)
    rows = {row[0]: row[1:] for row in figures_table(report.groups[0]).rows}
    chance = rows["chance (analytic)"]
    assert [cell.split(" ")[0] for cell in rows["item-kNN"]][:3] == list(chance[:3])
    assert float(rows["nearest position"][3].split(" ")[0]) > float(chance[3])  # the CpG's home is known


@pytest.mark.store
def test_evaluate_release__ranks_the_loaded_release(store: Store, settings: Settings, cypher: Cypher) -> None:
    planted_modules().write(cypher)
    report = evaluate_release(store, REQUEST, settings, on_progress=quiet)
    (group,) = report.groups
    assert group.group.startswith("release ")
    rows = {row.method: row for row in group.pooled.rows if row.subset == "all"}
    assert set(rows) == set(FAST)
    assert rows["item-kNN"].measures["MRR"].estimate > rows["popularity"].measures["MRR"].estimate
    assert (settings.home / "evaluation" / "release.json").exists()
