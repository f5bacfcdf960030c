import numpy as np
import pytest

from models.association.chebyshev import find_maxima, make_window, series_slopes, series_value


def test_make_window__ends_are_nodes() -> None:
    window = make_window(-2.0, 3.0, 17)
    assert (window.nodes[0], window.nodes[-1]) == (-2.0, 3.0)
    assert (np.diff(window.nodes) > 0).all()
    assert window.half_width == 2.5
    assert [window.place(position) for position in (-1.0, 0.0, 1.0)] == [-2.0, 0.5, 3.0]


def test_make_window__coefficients_are_those_of_a_known_polynomial() -> None:
    """3 T0 - T1 + 0.5 T4."""
    window = make_window(-1.0, 1.0, 9)
    x = window.nodes
    values = 3.0 - x + 0.5 * (8 * x**4 - 8 * x**2 + 1)
    np.testing.assert_allclose(window.to_series @ values, [3, -1, 0, 0, 0.5, 0, 0, 0, 0], atol=1e-14)


def test_series_value__interpolates_an_analytic_function() -> None:
    window = make_window(-4.0, 4.0, 40)
    position = np.linspace(-1, 1, 101)
    found = series_value(window.to_series @ np.log1p(np.exp(window.nodes)), position)
    np.testing.assert_allclose(found, np.log1p(np.exp(4.0 * position)), atol=1e-11)


def test_series_value__a_series_for_each_place() -> None:
    coefficients = np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(series_value(coefficients, np.array([0.5, 0.5])), [2.0, -0.5])


def test_series_slopes__are_derivatives() -> None:
    window = make_window(-1.0, 1.0, 30)
    first, second = series_slopes(window.to_series @ np.exp(2.0 * window.nodes), 0.3)
    assert first == pytest.approx(2.0 * np.exp(0.6), rel=1e-11)
    assert second == pytest.approx(4.0 * np.exp(0.6), rel=1e-9)


def test_find_maxima__inside_and_at_both_ends() -> None:
    window = make_window(-1.0, 1.0, 33)
    x = window.nodes
    values = np.array([-((x - 0.123) ** 2), np.exp(x), -np.exp(x), np.cos(9.0 * (x - 0.5)) - 0.2 * (x - 0.5) ** 2])
    position, edge = find_maxima(values, values @ window.to_series.T)
    np.testing.assert_allclose(position, [0.123, 1.0, -1.0, 0.5], atol=1e-9)
    assert edge.tolist() == [0, 1, -1, 0]


def test_find_maxima__between_the_first_two_nodes() -> None:
    """The highest node is an end, but the function rises inwards."""
    window = make_window(-1.0, 1.0, 17)
    top = (window.nodes[0] * 0.7 + window.nodes[1] * 0.3,)
    values = -((window.nodes[None] - top[0]) ** 2)
    position, edge = find_maxima(values, values @ window.to_series.T)
    assert position[0] == pytest.approx(top[0], abs=1e-9)
    assert edge[0] == 0


def test_find_maxima__a_flat_function_has_none_inside() -> None:
    values = np.zeros((1, 16))
    assert find_maxima(values, values)[1][0] == -1


def test_find_maxima__of_two_peaks_the_higher_although_its_nodes_are_lower() -> None:
    """One peak stands on a node, the other, a little higher, between two."""
    window = make_window(-1.0, 1.0, 65)
    x, width = window.nodes, 0.1
    on_node, between = float(x[16]), float((x[40] + x[41]) / 2)
    peak = 1.0001 * np.exp(-(((x - between) / width) ** 2))
    values = (np.exp(-(((x - on_node) / width) ** 2)) + peak)[None]
    assert values.argmax() == 16
    assert find_maxima(values, values @ window.to_series.T)[0][0] == pytest.approx(between, abs=1e-6)
