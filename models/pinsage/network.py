"""The network: two linear importance-pooling convolutions, by DGL or plain torch, and the score of loci."""

from dataclasses import dataclass

import torch
from torch import nn

from models.pinsage.convolution import Features, Pooling, pooling_of, resolve_convolution
from models.pinsage.messages import N_LAYERS, NetworkInput

HOME_SCALE = 10.0  # a step of AdamW is about the learning rate: 200 of them reach the log odds of a home block
NO_WALK_LOG_ODDS = 30.0


@dataclass(frozen=True, eq=False)
class Vectors:
    """Result of a forward pass.

    Attributes
    ----------
    locus, snp
        Shapes (n_blocks, d) and (S, d): embedding vectors in one space.
    snp_weight
        Shape (S,): weight w_q of each SNP when it is part of a query.
    locus_bias
        Shape (n_blocks,): bias_b, how often loci act at all.
    """

    locus: torch.Tensor
    snp: torch.Tensor
    snp_weight: torch.Tensor
    locus_bias: torch.Tensor


@dataclass(frozen=True, eq=False)
class Scores:
    """What a query says of every locus, in two parts that are mixed.

    Attributes
    ----------
    evidence, prior
        Shape (queries, n_blocks): logits of the part that walks speak for, and of the part they say nothing of.
    prior_log_odds
        Shape (queries,): log odds of the second part.
    """

    evidence: torch.Tensor
    prior: torch.Tensor
    prior_log_odds: torch.Tensor


class ImportancePooling(nn.Module):
    """One linear PinSage convolution: z_u = own * h_u + pooled * sum_v weight_uv h_v over u's most visited loci v.

    `own` and `pooled` are learned hop weights, one number each (one a dimension is no better on validation). There is
    no ReLU and no L2 normalisation: both lose here.
    """

    def __init__(self) -> None:
        super().__init__()
        self.own = nn.Parameter(torch.ones(()))
        self.pooled = nn.Parameter(torch.zeros(()))

    def forward(self, pooling: Pooling, layer: int, features: Features) -> Features:
        """Pool once: `features` holds all nodes before this layer, the result all nodes after it."""
        pooled = pooling.pool(layer, features)
        return {kind: self.own * values + self.pooled * pooled[kind] for kind, values in features.items()}


class PinSageNetwork(nn.Module):
    """Features in, vectors and scores out.

    Notes
    -----
    p(b | query) = (1 - s) softmax_b(tau * n^mu * sum_q w_q z_q . z_b) + s softmax_b(bias_b + [b is home] * home), with
    log w_q and bias_b linear in the node properties, n the number of SNPs in the query that walks leave from (the
    others weigh 0), and the log odds of s linear in log n; s = 1 where n = 0. Mixed and not added, popularity orders
    the loci that no walk reaches and leaves the others alone.
    """

    def __init__(self, n_properties: int, *, convolution: str = "auto") -> None:
        super().__init__()
        self.convolution = resolve_convolution(convolution)
        self.layers = nn.ModuleList(ImportancePooling() for _ in range(N_LAYERS))
        self.properties_to_weight = nn.Parameter(torch.zeros(n_properties))
        self.properties_to_bias = nn.Parameter(torch.zeros(n_properties))
        self.home_step = nn.Parameter(torch.zeros(()))
        self.log_tau = nn.Parameter(torch.tensor(1.5))
        self.mu = nn.Parameter(torch.tensor(0.0))
        self.prior_log_odds = nn.Parameter(torch.tensor([-1.0, 0.0]))

    @property
    def home(self) -> torch.Tensor:
        """What a molecule's own block is preferred by, as log odds."""
        return HOME_SCALE * self.home_step

    def forward(self, inputs: NetworkInput, *, convolution: str | None = None) -> Vectors:
        """Compute the vectors of all loci and of the SNPs; by another convolution than its own where one is given."""
        features = {
            "locus": inputs.locus_has_walk * inputs.locus_features,
            "snp": inputs.snp_has_walk * inputs.snp_features,
        }
        pooling = pooling_of(convolution or self.convolution, inputs)
        for number, layer in enumerate(self.layers):
            features = layer(pooling, number, features)
        return Vectors(
            features["locus"],
            features["snp"],
            inputs.snp_has_walk[:, 0] * torch.exp(inputs.snp_properties @ self.properties_to_weight),
            inputs.locus_properties @ self.properties_to_bias,
        )

    def score(self, vectors: Vectors, inputs: NetworkInput) -> Scores:
        """Score every locus for every query."""
        pooling = pooling_of(self.convolution, inputs)
        asked = pooling.ask(vectors.snp * vectors.snp_weight[:, None])
        n_snps = pooling.ask((vectors.snp_weight[:, None] > 0).to(torch.float32))[:, 0]
        at_least_one = n_snps.clamp(min=1.0)
        scale = torch.exp(self.log_tau) * at_least_one**self.mu
        log_odds = self.prior_log_odds[0] + self.prior_log_odds[1] * torch.log(at_least_one)
        has_home = (inputs.query_home >= 0).to(scale.dtype)[:, None]
        at_home = torch.zeros(n_snps.numel(), vectors.locus.shape[0], device=scale.device).scatter(
            1, inputs.query_home.clamp(min=0)[:, None], has_home
        )
        return Scores(
            (scale[:, None] * asked) @ vectors.locus.T,
            vectors.locus_bias + self.home * at_home,
            torch.where(n_snps > 0, log_odds, NO_WALK_LOG_ODDS),
        )
