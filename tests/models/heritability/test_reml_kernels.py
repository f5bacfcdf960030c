"""The kernels over packed triangles, element by element."""

import numpy as np

from models.heritability.reml_kernels import assemble_upper, contract_upper, pack_upper

K = np.arange(16.0).reshape(4, 4)
K = K + K.T
PEOPLE = np.array([3, 0, 2])


def packed() -> np.ndarray:
    out = np.empty((2, 6), np.float32)
    pack_upper(K, PEOPLE, out[0])
    pack_upper(np.eye(4), PEOPLE, out[1])
    return out


def test_pack_upper__people_in_the_order_given() -> None:
    out = np.empty(6, np.float32)
    trace, total = pack_upper(K, PEOPLE, out)
    chosen = K[np.ix_(PEOPLE, PEOPLE)]
    np.testing.assert_array_equal(out, chosen[np.triu_indices(3)])
    assert (trace, total) == (np.trace(chosen), chosen.sum())


def test_assemble_upper__chosen_matrices_and_the_identity() -> None:
    V = np.full((3, 3), 9.0)
    assemble_upper(packed(), np.array([0]), np.array([2.0, 0.5]), V)
    expected = 2.0 * K[np.ix_(PEOPLE, PEOPLE)] + 0.5 * np.eye(3)
    np.testing.assert_allclose(np.triu(V), np.triu(expected))
    assert V[2, 0] == 9.0


def test_contract_upper__traces_and_products_in_one_pass() -> None:
    P, u = np.array([[1.0, 2.0, 3.0], [0.0, 4.0, 5.0], [0.0, 0.0, 6.0]]), np.array([1.0, -1.0, 2.0])
    products = np.zeros((2, 3))
    traces = contract_upper(packed(), np.array([1, 0]), P, u, products)
    chosen, symmetric = K[np.ix_(PEOPLE, PEOPLE)], P + np.triu(P, 1).T
    np.testing.assert_allclose(traces, [11.0, np.trace(symmetric @ chosen)])
    np.testing.assert_allclose(products, [u, chosen @ u])
