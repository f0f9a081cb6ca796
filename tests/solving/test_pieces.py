"""Players and pieces: the same rows wherever they are, and names that say what is the same."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from hasim.engines import reference
from hasim.engines.keys import keys_of, shortest_means
from hasim.solving import players
from hasim.solving.pieces import Replications, Windows
from hasim.solving.players import JoinedPlayers, KernelPlayer, ReferencePlayer
from tests.solving.synthetic import single, unit

PROCESS = single()
OTHER = replace(PROCESS, automata=(unit(repair=PROCESS.automata[0].delays[0].law),))
KEYS = keys_of(PROCESS, shortest_means([PROCESS]))

KERNEL, REFERENCE = KernelPlayer.of(PROCESS), ReferencePlayer(PROCESS)
KEYED = KernelPlayer.of(PROCESS, KEYS)
JOINED = JoinedPlayers((KEYED, KernelPlayer.of(OTHER, keys_of(OTHER, shortest_means([PROCESS])))))
CHUNK = range(3, 5)


@pytest.fixture
def elsewhere(monkeypatch):
    """What arrives is made ready, as in a process that has seen nothing yet."""
    assert reference.simulate  # imported before, as that takes its time
    monkeypatch.setattr(players, "_kept", type(players._kept)())


def works():
    windows = (1, 10.0, 1e4), (2, 10.0, 1e4), (1, 20.0, 1e4), (1, 10.0, 2e4)
    all_players = KERNEL, KEYED, REFERENCE, JOINED, KernelPlayer.of(OTHER)
    replications = [Replications(one, *window) for one in all_players for window in windows]
    in_windows = [Windows(KERNEL, 1, (10.0, 1e4, 2e4)), Windows(REFERENCE, 1, (10.0, 1e4, 2e4))]
    return [*replications, *in_windows]


def bits(result):
    return [array.tobytes() for array in result]


@pytest.mark.parametrize("work", works())
def test_work_that_has_travelled_gives_the_same(work, elsewhere):
    there = pickle.loads(pickle.dumps(work))
    assert there.key(CHUNK) == work.key(CHUNK)
    assert bits(there(CHUNK)) == bits(work(CHUNK))
    further = pickle.loads(pickle.dumps(there))
    assert bits(further(CHUNK)) == bits(work(CHUNK))


def test_other_results_have_other_keys():
    keys = [work.key(chunk) for work in works() for chunk in (CHUNK, range(3, 6), range(4, 5))]
    assert len({*keys}) == len(keys)
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


def test_a_key_is_the_same_in_any_session():
    """Another digest here makes all studies begin anew: raise `FORMAT` where that is meant."""
    work = Replications(KernelPlayer.of(single()), 1, 10.0, 1e4)
    assert work.key(CHUNK) == Replications(KERNEL, 1, 10.0, 1e4).key(CHUNK)
    assert work.key(CHUNK)[:8] == "b54eeb6c"


def test_who_arrives_twice_is_made_ready_once(elsewhere):
    first, second = (pickle.loads(pickle.dumps(KEYED)) for _ in range(2))
    assert first is second
    assert first is not KEYED
    np.testing.assert_array_equal(first.keys, KEYED.keys)


def test_few_are_kept(elsewhere, monkeypatch):
    monkeypatch.setattr(players, "MOST_KEPT", 2)
    for player in (KERNEL, KEYED, REFERENCE):
        pickle.loads(pickle.dumps(player))
    assert list(players._kept) == [KEYED.content_key, REFERENCE.content_key]
