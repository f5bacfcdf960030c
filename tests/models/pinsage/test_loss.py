import numpy as np
import torch

from models.pinsage.loss import masked_mixture_loss
from models.pinsage.network import NO_WALK_LOG_ODDS, Scores

TARGET, KNOWN = torch.tensor([0]), torch.tensor([[False, True, False]])


def scores(log_odds, evidence=(1.0, 2.0, 3.0), prior=(0.0, 5.0, 1.0)):
    return Scores(torch.tensor([evidence]), torch.tensor([prior]), torch.tensor([log_odds]))


def test_masked_mixture_loss__hand_worked():
    by_walks, by_prior, share = 1 / (1 + np.exp(2.0)), 1 / (1 + np.exp(1.0)), 1 / (1 + np.exp(0.5))
    loss = masked_mixture_loss(scores(-0.5), TARGET, KNOWN)
    np.testing.assert_allclose(loss.item(), -np.log((1 - share) * by_walks + share * by_prior), rtol=1e-6)


def test_masked_mixture_loss__of_a_query_without_walks_is_the_priors():
    loss = masked_mixture_loss(scores(NO_WALK_LOG_ODDS), TARGET, KNOWN)
    np.testing.assert_allclose(loss.item(), np.log(1 + np.exp(1.0)), rtol=1e-6)


def test_masked_mixture_loss__never_masks_the_target():
    masked = masked_mixture_loss(scores(-0.5), TARGET, torch.tensor([[True, True, False]]))
    np.testing.assert_allclose(masked.item(), masked_mixture_loss(scores(-0.5), TARGET, KNOWN).item(), rtol=1e-6)


def test_masked_mixture_loss__gives_no_gradient_to_masked_loci():
    given = scores(-0.5)
    given.evidence.requires_grad_()
    masked_mixture_loss(given, TARGET, KNOWN).backward()
    assert given.evidence.grad[0, 1].item() == 0.0
    assert torch.isfinite(given.evidence.grad).all()
