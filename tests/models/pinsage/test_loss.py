import numpy as np
import torch

from models.pinsage.loss import masked_softmax_loss


def test_masked_softmax_loss__hand_worked():
    scores = torch.tensor([[1.0, 2.0, 3.0]])
    loss = masked_softmax_loss(scores, torch.tensor([0]), torch.tensor([[False, True, False]]))
    np.testing.assert_allclose(loss.item(), np.log(1 + np.exp(2.0)), rtol=1e-6)


def test_masked_softmax_loss__never_masks_the_target():
    scores = torch.tensor([[1.0, 2.0, 3.0]])
    loss = masked_softmax_loss(scores, torch.tensor([0]), torch.tensor([[True, True, False]]))
    np.testing.assert_allclose(loss.item(), np.log(1 + np.exp(2.0)), rtol=1e-6)


def test_masked_softmax_loss__gives_no_gradient_to_masked_loci():
    scores = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    masked_softmax_loss(scores, torch.tensor([0]), torch.tensor([[False, True, False]])).backward()
    assert scores.grad[0, 1].item() == 0.0
    assert torch.isfinite(scores.grad).all()
