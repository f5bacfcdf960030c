"""The network: two linear importance-pooling convolutions, by DGL or plain torch, and the score of loci."""

from dataclasses import dataclass

import torch
from torch import nn

from models.pinsage.convolution import Features, Pooling, pooling_of, resolve_convolution
from models.pinsage.messages import N_LAYERS, NetworkInput


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
        Shape (n_blocks,): bias_b.
    """

    locus: torch.Tensor
    snp: torch.Tensor
    snp_weight: torch.Tensor
    locus_bias: torch.Tensor


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
    score(query, b) = tau * n^mu * sum_q w_q z_q . z_b + bias_b, with log w_q and bias_b linear in the node properties
    and n the number of SNPs in the query that walks leave from; the others weigh 0.
    """

    def __init__(self, n_dimensions: int, n_properties: int, *, convolution: str = "auto") -> None:
        super().__init__()
        self.convolution = resolve_convolution(convolution)
        self.layers = nn.ModuleList(ImportancePooling() for _ in range(N_LAYERS))
        self.properties_to_vector = nn.Parameter(torch.zeros(n_properties, n_dimensions))
        self.properties_to_weight = nn.Parameter(torch.zeros(n_properties))
        self.properties_to_bias = nn.Parameter(torch.zeros(n_properties))
        self.log_tau = nn.Parameter(torch.tensor(1.5))
        self.mu = nn.Parameter(torch.tensor(0.0))

    def forward(self, inputs: NetworkInput, *, convolution: str | None = None) -> Vectors:
        """Compute the vectors of all loci and of the SNPs; by another convolution than the network's where one is given."""
        features = {
            "locus": inputs.locus_features + inputs.locus_properties @ self.properties_to_vector,
            "snp": inputs.snp_features + inputs.snp_properties @ self.properties_to_vector,
        }
        features = {"locus": inputs.locus_has_walk * features["locus"], "snp": inputs.snp_has_walk * features["snp"]}
        pooling = pooling_of(convolution or self.convolution, inputs)
        for number, layer in enumerate(self.layers):
            features = layer(pooling, number, features)
        return Vectors(
            features["locus"],
            features["snp"],
            inputs.snp_has_walk[:, 0] * torch.exp(inputs.snp_properties @ self.properties_to_weight),
            inputs.locus_properties @ self.properties_to_bias,
        )

    def score(self, vectors: Vectors, inputs: NetworkInput) -> torch.Tensor:
        """Score every locus for every query, shape (queries, n_blocks)."""
        pooling = pooling_of(self.convolution, inputs)
        asked = pooling.ask(vectors.snp * vectors.snp_weight[:, None])
        n_snps = pooling.ask((vectors.snp_weight[:, None] > 0).to(torch.float32))[:, 0].clamp(min=1.0)
        scale = torch.exp(self.log_tau) * n_snps**self.mu
        scores: torch.Tensor = scale[:, None] * (asked @ vectors.locus.T) + vectors.locus_bias
        return scores
