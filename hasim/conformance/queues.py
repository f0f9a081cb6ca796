"""Queues, as far as one of limited length answers for one without a limit.

Theory of operation: a line is cut off at so many places that what is lost there is below the digits
asked for. Exchangeable servers make it a population of places; where the service has memory, or one
line feeds another, it is an automaton with a phase for each length.
"""

from __future__ import annotations

from functools import partial

from hasim.conformance.cases import HOUR, MINUTE, Case, LongRunMean
from hasim.laws import Erlang, Exponential, Fixed, Law, Lognormal
from hasim.process import AutomatonBuilder, Process, ProcessBuilder, go
from hasim.process.questions import LongRunShare, ReachedBy

# ---------------------------------------------------------------------------- several servers


def serve(arrivals: float, service: float, servers: int, places: int) -> Process:
    """Make an M/M/c queue with limited places.

    Parameters
    ----------
    arrivals : float
        Per second.
    service : float
        Mean seconds.
    servers, places : int
        Places in service and in line together.
    """
    builder = ProcessBuilder(f"{servers} servers")
    room = builder.automaton("room", "free", "taken", count=places)
    room.delay("arrival", "free", Exponential(1 / arrivals), "taken", speed="one-comes")
    room.delay("service", "taken", Exponential(service), "free", speed="share-served")
    builder.count("free", room["free"])
    builder.constant("one", 1)
    builder.quotient("one-comes", "one", "free")
    builder.count("customers", room["taken"])
    builder.constant("servers", servers)
    builder.minimum("served", "customers", "servers")
    builder.quotient("share-served", "served", "customers")
    builder.total("waiting", {"customers": 1.0, "served": -1.0})
    builder.gate("empty", "customers", "==", 0)
    builder.gate("all busy", "customers", ">=", servers)
    return builder.build()


_HOSPITAL = partial(
    Case,
    "D01",
    "Three doctors, 6 patients an hour, 20 min each",
    "Gross and Harris, City Eye Hospital",
)
_DOCTORS = partial(serve, 6 / HOUR, 20 * MINUTE, 3, 100)
_WAITING, _PRESENT = LongRunMean("waiting"), LongRunMean("customers")

_HOSPITAL_CASES = (
    _HOSPITAL("share of time empty", 1 / 9, 1e-12, _DOCTORS, LongRunShare("empty"), "1/9"),
    _HOSPITAL("mean number waiting", 8 / 9, 1e-12, _DOCTORS, _WAITING, "8/9"),
    _HOSPITAL("mean number present", 26 / 9, 1e-12, _DOCTORS, _PRESENT, "26/9"),
    _HOSPITAL("mean wait in h, by Little", 4 / 27, 1e-12, _DOCTORS, _WAITING, "4/27", 1 / 6),
    _HOSPITAL("mean stay in h, by Little", 13 / 27, 1e-12, _DOCTORS, _PRESENT, "13/27", 1 / 6),
)

_ERLANG = partial(Case, "D02", "Erlang's formulas, c servers and offered load a", "Erlang 1917")
_BUSY = LongRunShare("all busy")

_ERLANG_CASES = (
    *(
        _ERLANG(f"blocked (B), c = {c}, a = {a}", value, 1e-12, partial(serve, a, 1.0, c, c), _BUSY)
        for c, a, value in (
            (2, 1.6, 0.32989690721649),
            (10, 8, 0.12166106425295),
            (100, 95, 0.048804206178678),
        )
    ),
    *(
        _ERLANG(
            f"made to wait (C), c = {c}, a = {a}",
            value,
            1e-12,
            partial(serve, a, 1.0, c, places),
            _BUSY,
        )
        for c, a, places, value in (
            (2, 1.6, 200, 0.71111111111111),
            (10, 8, 200, 0.40918015079644),
            (100, 95, 700, 0.50645685391302),
        )
    ),
    _ERLANG(
        "mean wait, c = 10, a = 8",
        0.20459007539822,
        1e-12,
        partial(serve, 8, 1.0, 10, 200),
        _WAITING,
        factor=1 / 8,
    ),
    _ERLANG(
        "chance to wait over 0.5, c = 10, a = 8",
        0.15052896521344,
        1e-12,
        unbuilt="how long one customer waits is not yet a question",
    ),
)

# ---------------------------------------------------------------------------- lines


def line_up(builder: ProcessBuilder, name: str, places: int, *, start: int = 0) -> AutomatonBuilder:
    """Declare a line with a phase for each length, ``0`` to `places`."""
    lengths = [str(length) for length in range(places + 1)]
    return builder.automaton(name, *lengths, start=str(start))


def wait_for_one(law: Law, places: int) -> Process:
    """Make an M/G/1 queue with a load of 0.8."""
    builder = ProcessBuilder("one server")
    builder.signal("arrived")
    builder.signal("served")
    line = line_up(builder, "line", places)
    for n in range(places):
        came = go(str(n + 1), emits="arrived")
        line.delay(f"arrival {n}", str(n), Exponential(1 / 0.8), came)
        line.on("served", str(n + 1), str(n))
    server = builder.automaton("server", "idle", "busy")
    server.on("arrived", "idle", "busy")
    onward = go("busy", when="more", emits="served"), go("idle", unless="more", emits="served")
    server.delay("service", "busy", law, *onward)
    builder.count("customers", {line[str(n)]: n for n in range(1, places + 1)})
    builder.gate("more", "customers", ">=", 2)
    builder.count("busy", server["busy"])
    builder.total("waiting", {"customers": 1.0, "busy": -1.0})
    return builder.build()


_ONE_SERVER = partial(Case, "D03", "One server of any law, load 0.8", "Pollaczek and Khinchine")

_LONG_LINES = "a line of 200 places, which is exact, is full too often for the answer without limit"

_ONE_SERVER_CASES = tuple(
    _ONE_SERVER(
        f"mean wait, {words}",
        value,
        1e-12,
        partial(wait_for_one, law, 200),
        _WAITING,
        factor=1 / 0.8,
        beyond=beyond,
    )
    for words, law, value, beyond in (
        ("fixed service", Fixed(1.0), 2.0, ""),
        ("Erlang service of 2 stages", Erlang(2, 1.0), 3.0, ""),
        ("exponential service", Exponential(1.0), 4.0, ""),
        ("lognormal service, cv 2", Lognormal.from_mean_cv(1.0, 2.0), 10.0, _LONG_LINES),
    )
)

_CHOICES = partial(
    Case,
    "D06",
    "The shorter of two queues among n = 100",
    "Mitzenmacher, TPDS 2001, and its fixed point",
)
_NO_LIMIT = "a fixed point for n without end is no Process"

_TOO_MANY = "100 queues of up to 12 jobs have more than 10,000 states"

#: At a load of 0.9 a queue is longer than this with a chance below 0.9 ** (2 ** 12).
_LONGEST = 12


def choose_shorter(load: float, *, distinct: bool) -> Process:
    """Make 100 queues with one server each; an arrival joins the shorter of two.

    The queues are a population with a phase for each length. Both chosen are at least k long with
    the chance S (S - 1) / (n (n - 1)), or (S / n) ** 2, where S counts the queues so long; the
    difference to that of k + 1 is the chance to join a queue of length k, shared among all of them.
    """
    builder, n = ProcessBuilder("shorter of two"), 100
    queues = builder.automaton("queues", *map(str, range(_LONGEST + 1)), count=n)
    pairs = n * (n - 1) if distinct else n * n
    for k in range(_LONGEST + 1):
        builder.count(f"longer {k}", [queues[str(m)] for m in range(k, _LONGEST + 1)])
        builder.product(f"square {k}", f"longer {k}", f"longer {k}")
        less = {f"longer {k}": -1.0} if distinct else {}
        builder.total(f"pairs {k}", {f"square {k}": 1.0, **less})
    for k in range(_LONGEST):
        low, high = str(k), str(k + 1)
        builder.total(f"joined {k}", {f"pairs {k}": n / pairs, f"pairs {k + 1}": -n / pairs})
        builder.count(f"of {k}", queues[low])
        builder.quotient(f"share {k}", f"joined {k}", f"of {k}")
        queues.delay(f"arrival {k}", low, Exponential(1 / load), high, speed=f"share {k}")
        queues.delay(f"service {k}", high, Exponential(1.0), low)
    builder.count("jobs", {queues[str(k)]: k for k in range(1, _LONGEST + 1)})
    return builder.build()


_CHOICE_CASES = (
    *(
        _CHOICES(
            f"mean stay, fixed point, load {load}",
            value,
            1e-6,
            published=printed,
            unbuilt=_NO_LIMIT,
        )
        for load, value, printed in (
            (0.5, 1.265686, "1.2657"),
            (0.8, 1.947363, ""),
            (0.9, 2.614057, "2.6141"),
        )
    ),
    *(
        _CHOICES(
            f"mean stay, {words}, load {load}",
            value,
            1e-3,
            partial(choose_shorter, load, distinct=words == "two distinct"),
            LongRunMean("jobs"),
            printed,
            1 / (100 * load),
            beyond=_TOO_MANY,
        )
        for words, load, value, printed in (
            ("two distinct", 0.5, 1.26749, "1.2673"),
            ("two distinct", 0.8, 1.95862, "1.9585"),
            ("two distinct", 0.9, 2.64609, "2.6454"),
            ("with replacement", 0.9, 2.65855, ""),
        )
    ),
)

# ---------------------------------------------------------------------------- tandem

_TANDEM = partial(
    Case,
    "G02",
    "Two queues in tandem with C places each; what comes to a full one is lost",
    "FIG, tests_tandem_queue (Budde); rates 3, 2 and 6 are recalled, not read",
)

#: Until one of both ends has been reached for sure: mean busy times are seconds.
_AGES = 2000.0


def queue_twice(places: int, *, starting: int = 0, once: bool = False) -> Process:
    """Make the tandem.

    Parameters
    ----------
    places : int
    starting : int
        Jobs in the second queue at the start.
    once : bool
        Whether all ends when the second queue gets empty.
    """
    builder = ProcessBuilder(f"tandem of {places} places")
    builder.signal("passed")
    first = line_up(builder, "first", places)
    second = line_up(builder, "second", places, start=starting)
    speed = "going" if once else None
    for n in range(places):
        low, high = str(n), str(n + 1)
        first.delay(f"arrival {n}", low, Exponential(1 / 3), high, speed=speed)
        passed = go(low, emits="passed")
        first.delay(f"service {n}", high, Exponential(1 / 2), passed, speed=speed)
        second.on("passed", low, high)
        second.delay(f"service {n}", high, Exponential(1 / 6), low, speed=speed)
    builder.any_of("full", second[str(places)])
    builder.none_of("not empty", second["0"])
    builder.count("going", "not empty")
    return builder.build()


_TANDEM_CASES = (
    *(
        _TANDEM(
            f"share of time full, C = {c}",
            value,
            1e-9,
            partial(queue_twice, c),
            LongRunShare("full"),
            printed,
        )
        for c, value, printed in (
            (8, 6.227009926784e-05, "6.23e-5"),
            (10, 7.251136530383e-06, "7.25e-6"),
        )
    ),
    *(
        _TANDEM(
            f"chance to be full before empty, C = {c}",
            value,
            tolerance,
            partial(queue_twice, c, starting=1, once=True),
            ReachedBy("full", _AGES),
            printed,
        )
        for c, value, tolerance, printed in (
            (8, 5.602363637259e-06, 1e-9, "5.59e-6"),
            (10, 3.147278e-07, 2e-6, ""),
            (12, 1.860151e-08, 2e-6, ""),
            (14, 1.138931e-09, 2e-6, ""),
        )
    ),
)

# ---------------------------------------------------------------------------- busy period

_OVERFLOW = partial(
    Case, "G07", "One server, the chance that a busy period reaches L jobs", "gambler's ruin"
)


def gamble(load: float, most: int) -> Process:
    """Make a busy period that begins with one job and ends with none, or with `most`."""
    builder = ProcessBuilder("busy period")
    line = line_up(builder, "line", most, start=1)
    for n in range(1, most):
        line.delay(f"arrival {n}", str(n), Exponential(1 / load), str(n + 1))
        line.delay(f"service {n}", str(n), Exponential(1.0), str(n - 1))
    builder.any_of("full", line[str(most)])
    return builder.build()


_OVERFLOW_CASES = tuple(
    _OVERFLOW(
        f"chance, load {load}, L = {most}",
        value,
        1e-10,
        partial(gamble, load, most),
        ReachedBy("full", 10_000.0),
    )
    for load, most, value in (
        (0.5, 20, 9.53675225902e-07),
        (0.5, 30, 9.31322575483e-10),
        (0.8, 60, 3.83124472353e-07),
    )
)

CASES = (
    *_HOSPITAL_CASES,
    *_ERLANG_CASES,
    *_ONE_SERVER_CASES,
    *_CHOICE_CASES,
    *_TANDEM_CASES,
    *_OVERFLOW_CASES,
)
