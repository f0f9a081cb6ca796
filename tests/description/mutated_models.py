"""Valid models with something wrong, or odd, in them: for tests that nothing crashes."""

import copy
from pathlib import Path

from hypothesis import strategies as st

from hasim.description import check, draft_of, read_text
from hasim.description.draft import Draft
from hasim.errors import ModelError

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests/cases/valid"
PATHS = sorted([*ROOT.glob("models/*.yaml"), *FOLDER.glob("*.yaml")])
TEXTS = [path.read_text(encoding="utf-8") for path in PATHS]
VALUES = [read_text(text).values for text in TEXTS]

SIGNS = [
    *"[]{}:,#&*!|>'\"%@`-?~",
    "\t",
    "\n",
    "\n  ",
    "\r",
    "\ud7ff",
    "\ufeff",
    "&a ",
    "*a",
    "!!int ",
]
WORDS = [
    *["null", ".nan", ".inf", "-1", "0", "1", "2", "3", "1.5", "1e999", "99999999999", "0x1F"],
    *["5 %", "101 %", "4 h", "4 m", "0 s", "1 year", "1e300 years", "500 rps", "2 / year"],
    *["everywhere", "peak", "instant", "cold", "warm", "hot", "quorum"],
    *["active-passive", "active-active", "web", "db", "a", "b", "node", "node.1", "node.99"],
    *["weighted", "closed", "registry", "load-balancer"],
    *["patroni-postgres", "etcd", "correlated-bursts", "managed-queue"],
    *["oncall", "service", "é", "", "exponential(4 h)", "lognormal(median 4 h, p95 24 h)"],
    *[
        "weibull(",
        "erlang(stages 0, mean 1 h)",
        "empirical(durations/repairs.csv)",
        "empirical(..)",
    ],
    *["${n}", "x-${region}", "$${n}", "${", "region.web", "parts/zones.yaml", "parts/crews.yaml"],
]
KEYS = [
    *["name", "any", "all", "of", "at_least", "calls", "needs", "failures", "mtbf", "mttr"],
    *["availability", "spread", "hosts", "in", "level", "crew", "standby", "failover", "required"],
    *["redundancy", "replicas", "capacity", "within", "uses", "peak", "after", "rate", "detect"],
    *["routes", "to", "policy", "weights", "readmit", "through", "expiry", "panic", "pinned"],
    *["preset", "repair", "common_cause", "priority", "demand", "objectives", "web", "a.b", "<<"],
    *["parameters", "include", "stamps", "for", "each", "components", "domains", "${n}", "region"],
]
words = st.sampled_from(WORDS) | st.text(max_size=8)
values = st.recursive(
    words | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutated_texts(draw):
    """Return a valid model with up to four places of its text changed."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 0, 1, 2, 5, 20, 100]))
        new = draw(st.sampled_from(SIGNS) | words)
        if draw(st.booleans()):  # put a whole word in the place of a whole word
            start = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
            length = len(text[start:].split(" ", 1)[0].split("\n", 1)[0])
        text = text[:start] + new + text[start + length :]
    return text


@st.composite
def mutated_values(draw):
    """Return the values of a valid model with up to four of them changed, moved or removed."""
    model = copy.deepcopy(draw(st.sampled_from(VALUES)))
    for _ in range(draw(st.integers(1, 4))):
        owners = list(owners_in(model))
        owner, key = draw(st.sampled_from(owners))
        match draw(st.sampled_from(["word", "value", "copy", "remove", "add"])):
            case "word":
                owner[key] = draw(words)
            case "value":
                owner[key] = draw(values)
            case "copy":
                other, its_key = draw(st.sampled_from(owners))
                owner[key] = copy.deepcopy(other[its_key])
            case "remove":
                del owner[key]
            case _ if isinstance(owner, dict):
                owner[draw(st.sampled_from(KEYS))] = draw(values)
            case _:
                owner.append(draw(values))
    return model


def owners_in(value):
    """Yield every mapping and list with each of its keys or indices; the model itself at least."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from owners_in(inner)
    if isinstance(value, dict) and not value:
        value["name"] = "x"
        yield value, "name"


def draft_from(model: str | dict) -> Draft:
    """Return the draft of a text, or of values."""
    if isinstance(model, str):
        return read_text(model, folder=FOLDER)
    return draft_of(model, folder=FOLDER)


def system_or_findings(model):
    """Check a model; return its system, or None if there were findings that say what is wrong."""
    try:
        checked = check(draft_from(model))
    except ModelError as error:
        return None if str(error) else error
    for finding in checked.findings:
        assert str(finding).isprintable()
        assert len(str(finding)) < 2000
    assert (checked.system is None) == bool(checked.errors)
    return checked.system
