"""The digest: the same for equal Processes, another for all others."""

import numpy as np
import pytest

from hasim.laws import Empirical, Exponential, Fixed
from hasim.process import (
    Automaton,
    Delay,
    FirstFailing,
    Label,
    Origin,
    Outages,
    Phase,
    Process,
    ProcessBuilder,
    Ranked,
    Total,
    go,
)
from hasim.process.blame_walk import walk_inside_out


def pair(
    name="pair", law="exponential(10 h)", target="down", weight=1.0, factor=1.0, blame=None, size=1
):
    builder = ProcessBuilder(name)
    builder.pool("crew", size)
    node = builder.automaton("node", "up", "down")
    node.delay("failure", "up", law, go(target, weight=weight))
    builder.total("load", {"one": factor})
    builder.constant("one", 1.0)
    builder.any_of("serving", node["up"])
    builder.outages("service", "serving", blame=blame)
    return builder.build()


def test_the_digest_is_the_same_in_every_session_and_version():
    expected = "8ff65e95a37b70fc840f21f44d933c071054d772def947fc602b7b15a2781e37"
    assert pair().content_hash == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "couple"},
        {"law": "exponential(11 h)"},
        {"law": "fixed(10 h)"},
        {"target": "up"},
        {"weight": 2.0},
        {"weight": "load"},
        {"factor": 1 + 2**-52},
        {"size": 2},
        {"blame": Label("repair", "node")},
    ],
)
def test_other_content_has_another_digest(changes):
    assert pair(**changes) != pair()
    assert pair(**changes).content_hash != pair().content_hash


def test_origins_are_content():
    automata = [Automaton("a", (Phase("up"),), (("up", 1.0),), origin=Origin(x)) for x in ("", "b")]
    one, other = (Process("p", (automaton,)) for automaton in automata)
    assert one.content_hash != other.content_hash


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (0.0, -0.0), (0.5, np.float64(0.5)), (3.0, np.float64(3))]
)
def test_equal_numbers_have_equal_digests(one, other):
    automata = (Automaton("a", (Phase("up"),), (("up", 1.0),)),)
    processes = [Process("p", automata, (Total("t", (), value),)) for value in (one, other)]
    assert processes[0] == processes[1]
    assert processes[0].content_hash == processes[1].content_hash


def test_names_cannot_run_into_one_another():
    one = Process("p", (Automaton("a", (Phase('b",name="c'),), (('b",name="c', 1.0),)),))
    other = Process("p", (Automaton("a", (Phase("b"), Phase("c")), (("b", 1.0),)),))
    assert one.content_hash != other.content_hash


def test_shared_tables_of_blame_are_content_and_not_objects():
    def tree(shared):
        leaves = [Label("repair", "x")] * 2 if shared else [Label("repair", "x") for _ in range(2)]
        return FirstFailing((("serving", leaves[0]),), leaves[1])

    assert pair(blame=tree(True)).content_hash == pair(blame=tree(False)).content_hash


def test_tables_of_blame_are_walked_once_and_parts_first():
    leaf = Label("repair", "x")
    middle = FirstFailing((("a", leaf),), leaf)
    top = Ranked((("a", middle), ("b", leaf), ("c", middle)), 1, ("repair",))
    assert [id(table) for table in walk_inside_out(top)] == [id(leaf), id(middle), id(top)]


def test_laws_of_different_kinds_and_lists_of_numbers_are_told_apart():
    laws = [Exponential(1.0), Fixed(1.0), Empirical((1.0, 2.0)), Empirical((1.0, 2.0, 2.0))]
    assert len({pair(law=law).content_hash for law in laws}) == len(laws)


def test_what_is_at_its_default_does_not_count():
    """So that a field added later with a default leaves the digests of old models alone."""
    from hasim.process.canonical import CanonicalText

    delay = Delay("failure", ("up",), Exponential(1.0), pair().automata[0].delays[0].row)
    assert "memory" not in CanonicalText().write(delay)
    assert "blame" not in CanonicalText().write(Outages("o", "g"))
