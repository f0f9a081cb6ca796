"""Laws made by hypothesis, of every family, as wide as a model can have them."""

from hypothesis import strategies as st

from hasim.laws import (
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Hyperexponential,
    Law,
    Lognormal,
    Uniform,
    Weibull,
)

#: Seconds from a millisecond to 300,000 years; branches and tails of a law reach further.
SECONDS = st.floats(1e-3, 1e13)


def make_hyperexponential(weights: list[int], means: list[float]) -> Hyperexponential:
    """Branches in proportion to the weights."""
    n = min(len(weights), len(means))
    total = sum(weights[:n])
    return Hyperexponential(tuple(w / total for w in weights[:n]), tuple(means[:n]))


LAWS: st.SearchStrategy[Law] = st.one_of(
    st.builds(Exponential, SECONDS),
    st.builds(Fixed, st.one_of(st.just(0.0), SECONDS)),
    st.builds(lambda low, width: Uniform(low, low + width + low / 8), SECONDS, SECONDS),
    st.builds(Lognormal, st.floats(-7, 37), st.floats(1e-4, 5)),
    st.builds(lambda m, r: Lognormal.from_median_p95(m, m * r), SECONDS, st.floats(1.01, 999)),
    st.builds(Lognormal.from_mean_cv, SECONDS, st.floats(0.001, 100)),
    st.builds(Weibull, st.floats(0.1, 100), SECONDS),
    st.builds(Weibull.from_shape_mean, st.floats(0.5, 10), SECONDS),
    st.builds(Gamma, st.floats(1e-4, 1e6), SECONDS),
    st.builds(Gamma.from_mean_cv, SECONDS, st.floats(0.001, 100)),
    st.builds(Gamma.from_shape_mean, st.floats(0.1, 100), SECONDS),
    st.builds(Erlang, st.integers(1, 1000), SECONDS),
    st.builds(
        make_hyperexponential,
        st.lists(st.integers(1, 1000), min_size=1, max_size=5),
        st.lists(SECONDS, min_size=1, max_size=5),
    ),
    st.builds(Hyperexponential.from_mean_cv, SECONDS, st.floats(1.001, 100)),
    st.builds(Empirical, st.lists(SECONDS, min_size=1, max_size=8).map(tuple)),
)
