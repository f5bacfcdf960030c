import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from models.pinsage import CheckpointError, FittedPinSage, SettingsError, fit_pinsage, lead_pairs
from models.pinsage.convolution import dgl_is_there, resolve_convolution, resolve_device, weighted_sums
from models.pinsage.determinism import deterministic_torch
from models.pinsage.loss import masked_mixture_loss
from models.pinsage.messages import Edges, NetworkInput, fit_standardiser, network_input
from models.pinsage.network import PinSageNetwork
from models.pinsage.views import build_view, snp_table
from tests.models.pinsage.planted import SMALL, planted_graph
from tests.paths import ROOT

pytest.importorskip("models.pinsage.backend")
QUICK = replace(SMALL, n_steps=20, checkpoint_every=10)


def planted_input(seed):
    """Input of a planted graph, where some SNPs reach no other locus and one query is empty."""
    graph = planted_graph(seed).graph
    pairs = lead_pairs(graph)
    view = build_view(graph, pairs, np.zeros(0, np.int64), SMALL, seed=0)
    tables = view.blocks, snp_table(graph, view, np.unique(pairs.lead_snp), SMALL)
    assert (tables[1].walk.strength == 0).any()
    generator = np.random.default_rng(seed)
    rows = generator.integers(0, tables[1].node.size, 60), generator.integers(0, 12, 60)
    home = generator.integers(-1, tables[0].node.size, 13)
    return network_input(*tables, rows, home, fit_standardiser(*tables))


def random_edges(generator, n_sources, n_nodes):
    """Random weighted edges; every third node receives nothing, and the same edge may come twice."""
    n_edges = generator.integers(0, 9, n_nodes)
    n_edges[::3] = 0
    start = np.concatenate([[0], np.cumsum(n_edges)])
    source = generator.integers(0, n_sources, start[-1])
    return Edges(*map(torch.from_numpy, (source, start, generator.random(start[-1]).astype(np.float32))))


def random_input(seed, n_loci=40, n_snps=70, n_queries=13):
    """Input of a graph without any structure, with loci, SNPs and queries that receive nothing."""
    generator = np.random.default_rng(seed)
    query = random_edges(generator, n_snps, n_queries)
    tensors = {}
    for kind, n in (("snp", n_snps), ("locus", n_loci)):
        # short vectors: with long ones the softmax is 1 at one locus, and gradients are rounding alone
        tensors[f"{kind}_features"] = torch.from_numpy(generator.normal(0.0, 0.2, (n, 16)).astype(np.float32))
        tensors[f"{kind}_properties"] = torch.from_numpy(generator.normal(size=(n, 5)).astype(np.float32))
        tensors[f"{kind}_has_walk"] = torch.from_numpy(generator.integers(0, 2, (n, 1)).astype(np.float32))
    return NetworkInput(
        locus_edges=random_edges(generator, n_loci, n_loci),
        snp_edges=random_edges(generator, n_loci, n_snps),
        query_edges=replace(query, weight=torch.ones(query.source.numel())),
        query_home=torch.from_numpy(generator.integers(-1, n_loci, n_queries)),
        **tensors,
    )


def passed(convolution, inputs):
    """Vectors, scores and gradients of one forward and backward pass from the same random parameters."""
    network = PinSageNetwork(5, convolution=convolution)
    generator = torch.Generator().manual_seed(8)
    for parameter in network.parameters():
        parameter.data += 0.3 * torch.randn(parameter.shape, generator=generator)
    with deterministic_torch(1):
        vectors = network(inputs)
        scores = network.score(vectors, inputs)
        target = torch.arange(scores.evidence.shape[0])
        masked_mixture_loss(scores, target, torch.zeros(scores.evidence.shape, dtype=torch.bool)).backward()
    found = {"locus": vectors.locus, "snp": vectors.snp, "weight": vectors.snp_weight, "scores": scores.evidence}
    return {**found, **{name: parameter.grad for name, parameter in network.named_parameters()}}


@pytest.mark.parametrize("make_input", [planted_input, random_input])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_convolution__dgl_and_torch_agree_forward_and_backward(make_input, seed):
    inputs = make_input(seed)
    by_dgl, by_torch = (passed(convolution, inputs) for convolution in ("dgl", "torch"))
    forward = {"locus", "snp", "weight", "scores"}
    largest_gradient = max(float(found.abs().max()) for name, found in by_dgl.items() if name not in forward)
    for name, expected in by_dgl.items():
        # one number's gradient is a sum whose terms cancel: it is held to the largest gradient of all
        largest = float(expected.detach().abs().max()) if name in forward else largest_gradient
        assert largest > 0, name
        np.testing.assert_allclose(
            by_torch[name].detach(), expected.detach(), rtol=0, atol=1e-5 * largest, err_msg=name
        )


def test_weighted_sums__match_the_loop_and_give_0_without_neighbours():
    generator = np.random.default_rng(3)
    edges, values = random_edges(generator, 20, 30), torch.randn(20, 4, generator=torch.Generator().manual_seed(1))
    sums = weighted_sums(edges, values)
    for node in range(30):
        low, high = int(edges.start[node]), int(edges.start[node + 1])
        expected = sum((edges.weight[i] * values[edges.source[i]] for i in range(low, high)), torch.zeros(4))
        torch.testing.assert_close(sums[node], expected)
    assert not sums[0].any()


def test_fit_pinsage__by_torch_is_the_fit_by_dgl_up_to_rounding(planted):
    by_dgl, by_torch = (
        fit_pinsage(planted.graph, replace(QUICK, convolution=convolution), seed=1) for convolution in ("dgl", "torch")
    )
    assert (by_dgl.record.convolution, by_torch.record.convolution) == ("dgl", "torch")
    np.testing.assert_allclose(by_torch.snp_vectors, by_dgl.snp_vectors, atol=1e-3)
    assert FittedPinSage.from_bytes(by_torch.to_bytes()).record.convolution == "torch"


def test_fit_pinsage__does_not_resume_what_the_other_convolution_began(planted):
    checkpoints = []
    fit_pinsage(planted.graph, QUICK, seed=1, on_checkpoint=checkpoints.append)
    with pytest.raises(CheckpointError, match="resumes only its own run: its settings"):
        fit_pinsage(planted.graph, replace(QUICK, convolution="torch"), seed=1, checkpoint=checkpoints[0])


def test_resolve_convolution__takes_dgl_on_a_cpu_and_torch_on_a_gpu():
    assert dgl_is_there()
    assert resolve_convolution("auto") == "dgl"
    assert resolve_convolution("auto", device="cuda") == "torch"
    assert resolve_convolution("torch") == "torch"
    with pytest.raises(SettingsError, match="our DGL has no GPU code"):
        resolve_convolution("dgl", device="cuda")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_resolve_device__takes_the_cpu_where_there_is_no_gpu():
    assert resolve_device("auto") == "cpu"
    with pytest.raises(SettingsError, match="needs a GPU that torch sees"):
        resolve_device("cuda")


WITHOUT_DGL = """
import sys
sys.modules["dgl"] = None  # from now on `import dgl` fails, as where it has no wheel
from dataclasses import replace
from models.pinsage import SettingsError, fit_pinsage
from models.pinsage.convolution import resolve_convolution
from tests.models.pinsage.planted import SMALL, planted_graph
fitted = fit_pinsage(planted_graph().graph, replace(SMALL, n_steps=3), seed=1)
assert fitted.record.convolution == "torch", fitted.record.convolution
try:
    resolve_convolution("dgl")
except SettingsError as error:
    print(error)
"""


def test_import__and_a_fit_need_no_dgl():
    done = subprocess.run([sys.executable, "-c", WITHOUT_DGL], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "cannot be imported here" in done.stdout
