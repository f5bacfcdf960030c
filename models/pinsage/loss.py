"""The loss: softmax over all loci with the known ones masked."""

import torch
from torch.nn import functional


def masked_softmax_loss(scores: torch.Tensor, target: torch.Tensor, is_known: torch.Tensor) -> torch.Tensor:
    """Compute the mean negative log-likelihood of the hidden locus among the loci not known for the molecule.

    Parameters
    ----------
    scores
        Shape (queries, n_blocks).
    target
        Shape (queries,): the hidden block.
    is_known
        Shape (queries, n_blocks), True for blocks that cannot be the answer; the target is never masked.
    """
    is_masked = is_known.scatter(1, target[:, None], value=False)
    return functional.cross_entropy(scores.masked_fill(is_masked, float("-inf")), target)
