"""The upper tail of the negative binomial: how unlikely is a count this high?"""

import math

TINY = 1e-300


def log10_tail(observed: int, expected: float, dispersion: float) -> float:
    """−log10 P(X ≥ observed) for X negative-binomial with mean `expected` and variance mean + dispersion · mean².

    Exact to about 1e-9 where observed > expected (what a burst is); 0 below, where nobody asks.
    `dispersion` 0 is the Poisson law.
    """
    if observed <= expected or observed <= 0:
        return 0.0
    if dispersion < 1e-9:
        return -_log_poisson(observed, expected) / math.log(10)
    size = 1 / dispersion
    share = expected / (expected + size)
    # P(X ≥ n) = I_share(n, size); observed > expected keeps share below the point where the fraction slows down.
    log_front = (
        math.lgamma(observed + size)
        - math.lgamma(observed)
        - math.lgamma(size)
        + observed * math.log(share)
        + size * math.log1p(-share)
        - math.log(observed)
    )
    return max(0.0, -(log_front + math.log(_fraction(share, observed, size))) / math.log(10))


def _fraction(x: float, a: float, b: float) -> float:
    """Continued fraction of the incomplete beta function (modified Lentz)."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + step * d)
            c = _away(1 + step / c)
            value *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return value


def _log_poisson(observed: int, expected: float) -> float:
    term = total = 1.0
    k = observed
    while term > total * 1e-16:
        k += 1
        term *= expected / k
        total += term
    return observed * math.log(expected) - expected - math.lgamma(observed + 1) + math.log(total)


def _away(x: float) -> float:
    return x if abs(x) > TINY else TINY
