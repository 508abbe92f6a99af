"""−log10 P(NB ≥ n) against the sum of its definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.seasonal import LEAST_EXPECTED
from monitor.spikes import LEAST_DEVIATIONS, TIERS
from monitor.tail import log10_tail


def by_definition(observed: int, expected: float, dispersion: float) -> float:
    size = 1 / dispersion
    share = expected / (expected + size)
    total = 0.0
    for k in range(observed, observed + 60_000):
        log_choose = math.lgamma(k + size) - math.lgamma(k + 1) - math.lgamma(size)
        term = math.exp(log_choose + k * math.log(share) + size * math.log1p(-share))
        total += term
        if term < total * 1e-14 and k > expected:
            break
    return -math.log10(total)


@pytest.mark.parametrize(
    ("observed", "expected", "dispersion"),
    [
        (3, 0.25, 0.2),  # the least that is told, an event
        (42, 5.0, 0.2),  # the burst of the explanation
        (300, 120.0, 0.05),  # a busy series that learnt its dispersion
        (10, 9.5, 1.0),  # hardly above the mean
        (2000, 900.0, 0.3),  # NAB's Apple
    ],
)
def test_tail_is_the_sum_of_the_law(observed: int, expected: float, dispersion: float) -> None:
    assert log10_tail(observed, expected, dispersion) == pytest.approx(by_definition(observed, expected, dispersion))


def test_no_dispersion_is_poisson() -> None:
    below = sum(math.exp(-2.0) * 2.0**k / math.factorial(k) for k in range(7))
    assert log10_tail(7, 2.0, 0.0) == pytest.approx(-math.log10(1 - below))


@pytest.mark.parametrize("observed", [0, 1, 5])
def test_what_is_usual_is_no_surprise(observed: int) -> None:
    assert log10_tail(observed, 5.0, 0.2) == 0.0


@given(st.integers(1, 400), st.floats(0.25, 300), st.floats(0.01, 2.0), st.integers(1, 50), st.floats(1.01, 3.0))
def test_more_observed_is_more_surprising_and_more_expected_is_less(
    observed: int, expected: float, dispersion: float, more: int, louder: float
) -> None:
    score = log10_tail(observed, expected, dispersion)
    assert log10_tail(observed + more, expected, dispersion) >= score
    assert log10_tail(observed, expected * louder, dispersion) <= score + 1e-9
    assert math.isfinite(log10_tail(observed * 1000, expected, dispersion))


@given(st.floats(LEAST_EXPECTED, 20_000), st.floats(0.01, 500))
def test_what_lies_two_deviations_above_the_mean_is_never_as_rare_as_the_lowest_tier(
    expected: float, dispersion: float
) -> None:
    """So that a round need not reckon how rare it is."""
    least = expected + LEAST_DEVIATIONS * math.sqrt(expected + dispersion * expected**2)
    assert log10_tail(math.floor(least), expected, dispersion) < TIERS[0]
