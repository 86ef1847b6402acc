"""The table of chapter 00: where NumPy and torch differ, a line a test."""

import numpy as np
import pytest
import torch

FOUR = np.array([1.0, 2.0, 4.0, 8.0])


def test_standard_deviation():
    squares = ((FOUR - FOUR.mean()) ** 2).sum()
    assert np.std(FOUR) == pytest.approx((squares / 4) ** 0.5)
    assert torch.tensor(FOUR).std().item() == pytest.approx((squares / 3) ** 0.5)


def test_precision_of_a_number():
    assert np.array([1e8]).dtype == np.float64
    assert torch.tensor([1e8]).dtype == torch.float32
    assert (np.array([1e8]) + 1 != 1e8).all()
    assert (torch.tensor([1e8]) + 1 == 1e8).all()


def test_median_of_an_even_number_of_values():
    assert np.median(FOUR) == 3.0
    assert torch.tensor(FOUR).median() == 2.0


def test_maximum_along_an_axis():
    table = FOUR.reshape(2, 2)
    assert table.max(axis=1).tolist() == [2.0, 8.0]
    values, places = torch.tensor(table).max(dim=1)
    assert (values.tolist(), places.tolist()) == ([2.0, 8.0], [1, 1])
    assert torch.tensor(table).amax(dim=1).tolist() == [2.0, 8.0]


def test_a_second_backward_adds_up():
    leaf = torch.tensor(3.0, requires_grad=True)
    for _ in range(2):
        (leaf * leaf).backward()
    assert leaf.grad == 12.0


def test_from_numpy_shares_its_memory():
    array = FOUR.copy()
    shared, copied = torch.from_numpy(array), torch.tensor(array)
    array[0] = 99.0
    assert (shared[0].item(), copied[0].item()) == (99.0, 1.0)
