import torch

from models.pinsage.determinism import deterministic_torch


def test_deterministic_torch__puts_everything_back():
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with deterministic_torch(3):
        assert torch.get_num_threads() == 3
        assert torch.are_deterministic_algorithms_enabled()
    assert (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()) == before
