"""Random valid Processes that together use every feature, small and busy.

Durations are a few seconds and often whole numbers, so that ties are common: with one another,
with epochs and with the ends of the window. Speeds are levels that cannot be negative. A profile
says how common each feature is; those of one kind have to meet often, or a wrong order of theirs
is not seen.
"""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from hasim.laws import (
    Empirical,
    Erlang,
    Exponential,
    Fixed,
    Gamma,
    Hyperexponential,
    Lognormal,
    Uniform,
    Weibull,
)
from hasim.process import (
    Alternative,
    Automaton,
    Average,
    ByPhase,
    Charged,
    Count,
    Delay,
    FirstFailing,
    Gate,
    Holds,
    Label,
    Minimum,
    Occupancy,
    Outages,
    Phase,
    Pool,
    Process,
    Product,
    Quotient,
    Ranked,
    Rate,
    Reaction,
    Row,
    Schedule,
    Share,
    Signal,
    Steps,
    Total,
)


@dataclass(frozen=True)
class Profile:
    """Percentages, and how many automata there are."""

    automata: tuple[int, int] = (1, 5)
    population: int = 20
    pool: int = 35
    single_token: int = 50
    preempts: int = 40
    sized: int = 20
    immediate: int = 20
    reaction: int = 35
    limit: int = 50
    epochs: int = 50
    emits: int = 25
    flips: int = 50
    speed: int = 35
    resume: int = 50
    resets: int = 25
    wide_delays: int = 50


PROFILES = {
    "mixed": Profile(),
    "pools": Profile((4, 6), population=0, pool=65, single_token=85, reaction=15, resume=20),
    "tokens": Profile((4, 6), 10, 80, preempts=90, sized=50, reaction=15, speed=20),
    "signals": Profile((4, 6), population=5, pool=10, reaction=80, limit=85, epochs=95, resume=20),
    "immediate": Profile((4, 6), population=0, pool=20, immediate=75, epochs=90, speed=10),
    "populations": Profile((1, 3), population=75, speed=70, reaction=50, epochs=80),
    "clocks": Profile((2, 4), population=10, speed=60, resume=80, resets=50, wide_delays=90),
}

STAGES = ("detect", "crew", "repair", "start")
CAUSES = ("disk", "power", "human")

means = st.sampled_from([1.0, 2.0, 2.5, 4.0, 10.0])
laws = st.one_of(
    means.map(Exponential),
    st.sampled_from([0.0, 1.0, 1.0, 2.0, 3.0, 0.1]).map(Fixed),
    st.builds(lambda low, width: Uniform(low, low + width), st.sampled_from([0.0, 1.5]), means),
    st.builds(Lognormal, st.sampled_from([0.5, 1.0]), st.sampled_from([0.3, 1.2])),
    st.builds(Weibull, st.sampled_from([0.7, 1.0, 2.5]), means),
    st.builds(Gamma, st.sampled_from([0.4, 1.0, 3.5]), means),
    st.builds(Erlang, st.integers(1, 4), means),
    st.builds(
        lambda p, a, b: Hyperexponential((p, 1.0 - p), (a, b)), st.floats(0.1, 0.9), means, means
    ),
    st.lists(means, min_size=1, max_size=4).map(lambda values: Empirical(tuple(sorted(values)))),
)


def chance(draw, percent):
    return draw(st.integers(0, 99)) >= 100 - percent


def some(draw, names, most=2):
    """Up to `most` different names in a random order."""
    return (
        tuple(draw(st.lists(st.sampled_from(names), max_size=most, unique=True))) if names else ()
    )


@dataclass
class Draft:
    """What there is so far, by name."""

    profile: Profile
    pools: list = field(default_factory=list)
    phases: dict = field(default_factory=dict)  # automaton -> phases without rows
    counts: dict = field(default_factory=dict)  # automaton -> None or members
    delays: dict = field(default_factory=dict)  # automaton -> names
    signals: list = field(default_factory=list)
    nodes: list = field(default_factory=list)
    levels: list = field(default_factory=list)
    speeds: list = field(default_factory=list)  # levels that cannot be negative
    gates: list = field(default_factory=list)


@st.composite
def processes(draw, profile=PROFILES["mixed"]):
    """A Process in which features are as common as a profile says."""
    draft = Draft(profile)
    draft.pools = pools(draw, profile)
    for number in range(draw(st.integers(*profile.automata))):
        add_skeleton(draw, draft, f"a{number}")
    draft.signals = [f"s{number}" for number in range(draw(st.integers(0, 4)))]
    for number in range(draw(st.integers(1, 6))):
        add_level(draw, draft, f"level{number}")
        if chance(draw, 60):
            add_gate(draw, draft, f"gate{number}")
    if not draft.gates:
        add_gate(draw, draft, "gate")
    draft.pools = [with_size(draw, draft, pool) for pool in draft.pools]
    automata = tuple(automaton(draw, draft, name) for name in draft.phases)
    return Process(
        name="random",
        automata=automata,
        nodes=tuple(draft.nodes),
        pools=tuple(draft.pools),
        signals=tuple(signal(draw, draft, name) for name in draft.signals),
        schedules=schedules(draw, draft),
        measures=measures(draw, draft),
    )


# ---------------------------------------------------------------------------- automata


def pools(draw, profile):
    made = []
    for name, order in (("crew", "fifo"), ("spare", "priority")):
        if profile.pool and chance(draw, 40 + profile.pool):
            size = 1 if chance(draw, profile.single_token) else 2
            preempts = order == "priority" and chance(draw, profile.preempts)
            made.append(Pool(name, size, order, preempts))
    return made


def with_size(draw, draft, pool):
    """A pool as it is, or one whose number of tokens is a level."""
    if not chance(draw, draft.profile.sized):
        return pool
    return replace(pool, size=draw(st.sampled_from(draft.levels)))


def add_skeleton(draw, draft, name):
    """Phases and names of delays; rows come when there are gates to read."""
    is_population = chance(draw, draft.profile.population)
    draft.counts[name] = draw(st.integers(1, 5)) if is_population else None
    phases = []
    for number in range(draw(st.integers(2, 4))):
        pool = None
        if draft.pools and not is_population and chance(draw, draft.profile.pool):
            pool = draw(st.sampled_from(draft.pools)).name
        priority, urgency = draw(st.integers(0, 2)), draw(st.integers(0, 1))
        phases.append(Phase(f"p{number}", pool, priority, urgency=urgency))
    draft.phases[name] = phases
    draft.delays[name] = [f"d{number}" for number in range(draw(st.integers(1, 5)))]


def automaton(draw, draft, name):
    phases = draft.phases[name]
    is_population = draft.counts[name] is not None
    names = [phase.name for phase in phases]
    with_rows = []
    for place, phase in enumerate(phases):
        immediate = None
        if not is_population and place > 0 and chance(draw, draft.profile.immediate):
            immediate = immediate_row(draw, draft, name, place)
        with_rows.append(Phase(phase.name, phase.pool, phase.priority, immediate, phase.urgency))
    reactions = [
        Reaction(signal, phase, row(draw, draft, name))
        for signal in draft.signals
        for phase in names
        if chance(draw, draft.profile.reaction)
    ]
    return Automaton(
        name,
        tuple(with_rows),
        start(draw, names),
        tuple(delay(draw, draft, name, one, is_population) for one in draft.delays[name]),
        tuple(reactions),
        draft.counts[name],
    )


def start(draw, names):
    if chance(draw, 70):
        return ((names[0], 1.0),)
    chosen = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True))
    return tuple((name, 1.0 / len(chosen)) for name in chosen)


def delay(draw, draft, automaton, name, is_population):
    names = [phase.name for phase in draft.phases[automaton]]
    law = draw(means.map(Exponential) if is_population else laws)
    most = 3 if not is_population and chance(draw, draft.profile.wide_delays) else 1
    phases = draw(st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True))
    own = names[draft.delays[automaton].index(name) % len(names)]
    if own not in phases and chance(draw, 80):
        phases[0] = own  # so that few phases are never left
    ends = row(draw, draft, automaton, never_stuck=not chance(draw, 2))
    if law == Fixed(0.0) and not leads_on(names, phases, ends):
        law = Fixed(1.0)
    return Delay(
        name,
        tuple(phases),
        law,
        ends,
        "resume" if chance(draw, draft.profile.resume) else "restart",
        draw(st.sampled_from(draft.speeds))
        if draft.speeds and chance(draw, draft.profile.speed)
        else None,
        draw(st.sampled_from([None, *CAUSES, "own cause"])),
    )


def leads_on(names, phases, row):
    """Whether a row leads to later phases only, so that time passes before the next time."""
    last = max(names.index(phase) for phase in phases)
    return all(names.index(one.target) > last for one in row.alternatives)


def row(draw, draft, automaton, never_stuck=False):
    """One to three alternatives; if it must not be stuck, the last is always eligible."""
    names = [phase.name for phase in draft.phases[automaton]]
    number = draw(st.sampled_from([1, 1, 2, 3]))
    alternatives = [alternative(draw, draft, automaton, names) for _ in range(number)]
    if never_stuck:
        last = alternatives[-1]
        alternatives[-1] = Alternative(last.target, emits=last.emits, resets=last.resets)
    return Row(tuple(alternatives))


def immediate_row(draw, draft, automaton, place):
    """Leads to earlier phases only, and so to an end."""
    names = [phase.name for phase in draft.phases[automaton][:place]]
    number = draw(st.integers(1, 2))
    return Row(tuple(alternative(draw, draft, automaton, names) for _ in range(number)))


def alternative(draw, draft, automaton, targets):
    guard = draw(st.sampled_from(draft.gates)) if chance(draw, 30) else None
    unless = draw(st.sampled_from(draft.gates)) if chance(draw, 15) else None
    weight = draw(st.sampled_from([1.0, 0.25, 3]))
    if draft.levels and chance(draw, 25):
        weight = draw(st.sampled_from(draft.levels))
    return Alternative(
        target=draw(st.sampled_from(targets)),
        guard=guard,
        unless=unless if unless != guard else None,
        weight=weight,
        emits=some(draw, draft.signals) if chance(draw, draft.profile.emits) else (),
        resets=some(draw, draft.delays[automaton]) if chance(draw, draft.profile.resets) else (),
    )


# ---------------------------------------------------------------------------- levels and gates


def add_level(draw, draft, name):
    kinds = ["count", "count"] + ["total", "steps", "minimum", "product", "quotient"] * bool(
        draft.levels
    )
    signed = chance(draw, 20)
    positive = not signed and bool(draft.speeds)
    source = st.sampled_from(draft.speeds if positive else draft.levels or [""])
    match draw(st.sampled_from(kinds)):
        case "count":
            node, is_speed = count(draw, draft, name, signed), not signed
        case "total":
            weights = st.sampled_from([0.5, 1.0, 0.1, -0.3] if signed else [0.5, 1.0, 0.1])
            terms = draw(st.lists(st.tuples(source, weights), min_size=1, max_size=3))
            node = Total(name, tuple(terms), draw(st.sampled_from([0.0, 0.7])))
            is_speed = positive
        case "steps":
            thresholds = sorted(draw(st.sets(st.sampled_from([0.5, 1.0, 2.0, 3.5]), min_size=1)))
            values = [
                draw(st.sampled_from([0.0, 0.5, 1.0, 2.0])) for _ in range(len(thresholds) + 1)
            ]
            node, is_speed = Steps(name, draw(source), tuple(thresholds), tuple(values)), True
        case "minimum":
            read = draw(st.lists(source, min_size=1, max_size=3))
            node, is_speed = Minimum(name, tuple(read)), positive
        case "product":
            read = draw(st.lists(source, min_size=1, max_size=2))
            node, is_speed = Product(name, tuple(read)), positive
        case _:
            node = Quotient(name, draw(source), draw(source), draw(st.sampled_from([0.0, 1.0])))
            is_speed = positive
    draft.nodes.append(node)
    draft.levels.append(name)
    if is_speed:
        draft.speeds.append(name)


def count(draw, draft, name, signed):
    weights = st.sampled_from([1, 1, 2, -1] if signed else [1, 1, 2])
    terms = [(term(draw, draft), draw(weights)) for _ in range(draw(st.integers(1, 4)))]
    unit = draw(st.sampled_from([1.0, 1.0, 0.1, 1.0 / 3.0]))
    return Count(name, tuple(terms), draw(st.sampled_from([0, 0, 1])), unit)


def term(draw, draft):
    if draft.gates and chance(draw, 30):
        return Holds(draw(st.sampled_from(draft.gates)))
    automaton = draw(st.sampled_from(list(draft.phases)))
    phase = draw(st.sampled_from(draft.phases[automaton]))
    tokens = ["any", "waiting", "holding"] if phase.pool else ["any"]
    return Occupancy(automaton, phase.name, draw(st.sampled_from(tokens)))


def add_gate(draw, draft, name):
    flips = draft.signals if chance(draw, draft.profile.flips) else []
    draft.nodes.append(
        Gate(
            name,
            draw(st.sampled_from(draft.levels)),
            draw(st.sampled_from([">=", ">=", ">", "<=", "<", "=="])),
            draw(st.sampled_from([0.0, 0.5, 1.0, 1.0, 2.0])),
            rises=some(draw, flips),
            falls=some(draw, flips),
        )
    )
    draft.gates.append(name)


# ---------------------------------------------------------------------------- signals, measures


def signal(draw, draft, name):
    address = [one for one in draft.phases if chance(draw, 70)]
    limit = None
    if chance(draw, draft.profile.limit):
        address = [one for one in address if draft.counts[one] is None]
        limit = draw(st.integers(1, 2))
    return Signal(
        name,
        tuple(address),
        limit,
        draw(st.sampled_from(["order", "random", "longest", "longest"])),
    )


def schedules(draw, draft):
    if not draft.signals:
        return ()
    made = []
    for number in range(2):
        if not chance(draw, draft.profile.epochs):
            continue
        offset = draw(st.sampled_from([0.1, 1.0, 2.0, 5.0]))
        period = draw(st.sampled_from([None, 0.7, 1.0, 3.0]))
        emits = draw(st.lists(st.sampled_from(draft.signals), min_size=1, max_size=2))
        made.append(Schedule(f"calendar{number}", offset, period, tuple(emits)))
    return tuple(made)


def measures(draw, draft):
    made = [Share("share", draw(st.sampled_from(draft.gates)))]
    made.append(Average("average", draw(st.sampled_from(draft.levels))))
    ends = [(name, one) for name, delays in draft.delays.items() for one in delays]
    made.append(Rate("rate", tuple(draw(st.lists(st.sampled_from(ends), min_size=1, unique=True)))))
    for number in range(draw(st.integers(1, 2))):
        gate = draw(st.sampled_from(draft.gates))
        table = blame(draw, draft, 3) if chance(draw, 85) else None
        made.append(Outages(f"outages{number}", gate, table))
    return tuple(draw(st.permutations(made)))


def blame(draw, draft, depth):
    single = [name for name, members in draft.counts.items() if members is None]
    kinds = ["label"]
    if depth:
        kinds += ["first", "ranked", "charged"] + ["phase", "phase"] * bool(single)
    match draw(st.sampled_from(kinds)):
        case "phase":
            return by_phase(draw, draft, depth, draw(st.sampled_from(single)))
        case "first":
            cases = [(gate, blame(draw, draft, depth - 1)) for gate in some(draw, draft.gates)]
            otherwise = blame(draw, draft, depth - 1) if not cases or chance(draw, 60) else None
            return FirstFailing(tuple(cases), otherwise)
        case "ranked":
            gates = draw(st.lists(st.sampled_from(draft.gates), min_size=1, max_size=3))
            members = tuple((gate, blame(draw, draft, depth - 1)) for gate in gates)
            order = tuple(draw(st.permutations(STAGES)))
            return Ranked(members, draw(st.integers(1, len(members))), order)
        case "charged":
            return charged(draw, draft, depth, single)
        case _:
            return Label(draw(st.sampled_from(STAGES)), draw(st.sampled_from(CAUSES)))


def by_phase(draw, draft, depth, automaton):
    phases = draft.phases[automaton]
    cases = tuple((phase.name, blame(draw, draft, depth - 1)) for phase in phases)
    waiting = [phase.name for phase in phases if phase.pool and chance(draw, 70)]
    return ByPhase(automaton, cases, tuple((name, blame(draw, draft, 0)) for name in waiting))


def charged(draw, draft, depth, single):
    inner = blame(draw, draft, depth - 1)
    stage = draw(st.sampled_from(STAGES))
    if not single or chance(draw, 30):
        return Charged(inner, stage)
    automaton = draw(st.sampled_from(single))
    remembered = some(draw, [phase.name for phase in draft.phases[automaton]], most=3)
    causes = tuple(
        (phase, draw(st.sampled_from([*CAUSES, "charged cause"]))) for phase in remembered
    )
    if not causes:
        return Charged(inner, stage)
    return Charged(inner, stage if chance(draw, 50) else None, automaton, causes)
