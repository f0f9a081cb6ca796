"""Numbers that stand for kinds of things in the arrays; compiled code depends on them."""

EXPONENTIAL, FIXED, UNIFORM, LOGNORMAL, WEIBULL, GAMMA, ERLANG, HYPEREXPONENTIAL, EMPIRICAL = range(
    9
)

COUNT, GATE, TOTAL, STEPS, MINIMUM, PRODUCT, QUOTIENT = range(7)

COMPARISONS = {">=": 0, ">": 1, "<=": 2, "<": 3, "==": 4}

CHOICES = {"order": 0, "longest": 1, "random": 2}

LABEL, BY_PHASE, FIRST_FAILING, RANKED, CHARGED = range(5)

#: Bits of `uses` of a node: what there is to do when it changes.
AVERAGED, READ, MEASURED, WATCHED, TELLS, PACES = (1 << bit for bit in range(6))
