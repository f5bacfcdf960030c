"""The loss: a mixture of two softmaxes over all loci, the known ones masked."""

import torch
from torch.nn import functional

from models.pinsage.network import Scores


def masked_mixture_loss(scores: Scores, target: torch.Tensor, is_known: torch.Tensor) -> torch.Tensor:
    """Compute the mean negative log-likelihood of the hidden locus among the loci not known for the molecule.

    Parameters
    ----------
    scores
        Of each query and block.
    target
        Shape (queries,): the hidden block.
    is_known
        Shape (queries, n_blocks), True for blocks that cannot be the answer; the target is never masked.
    """
    is_out = is_known.scatter(1, target[:, None], value=False)
    by_walks = _log_share(scores.evidence, target, is_out)
    by_prior = _log_share(scores.prior, target, is_out)
    mixed = torch.logaddexp(
        functional.logsigmoid(-scores.prior_log_odds) + by_walks,
        functional.logsigmoid(scores.prior_log_odds) + by_prior,
    )
    return -mixed.mean()


def _log_share(logits: torch.Tensor, target: torch.Tensor, is_out: torch.Tensor) -> torch.Tensor:
    """Log softmax of the target among the loci that are in."""
    total = torch.logsumexp(logits.masked_fill(is_out, float("-inf")), dim=1)
    return logits.gather(1, target[:, None])[:, 0] - total
