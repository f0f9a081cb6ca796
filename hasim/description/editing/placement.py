"""Components and domains put elsewhere: `spread`, `replicas` and `in`.

Theory of operation
-------------------
Replicas are placed round robin over `spread`. To move one of them the places of all are written
down, that of the last one in the old domain is changed, and the shortest `spread` that gives these
places again is what comes out.
"""

from __future__ import annotations

from hasim.description.draft import KeyPath, Value
from hasim.description.editing.entries import with_entry, with_value, without
from hasim.description.editing.names import check_known, declared
from hasim.description.editing.repetition import owned
from hasim.description.editing.tree import Source
from hasim.errors import InputError, show_value

#: Most replicas whose places are written down one by one.
_MOST = 100


def drop(source: Source, name: str, into: str | None, origin: str | None) -> Source:
    """The text in which a component or a domain stands in another place.

    Parameters
    ----------
    source : Source
    name : str
        The component, or the domain.
    into : str or None
        The domain it is dropped on; None: outside of all.
    origin : str or None
        The domain of the one replica that is moved, of a component.
    """
    path = declared(source, name, ("components", "domains"))
    if into is not None:
        check_known(source, into, ["domains"])
    if path[0] == "domains":
        return _with_domain_in(source, path, into)
    source = owned(source, path)
    node = source.at(path)
    assert node is not None
    if node.get("hosts") is not None:
        found = f"{name} is where its hosts are"
        raise InputError(found, "hosts and spread exclude each other", "take out its hosts first")
    if node.kind == "mapping" and {"spread", "replicas"} & source.merged(node).keys():
        raise InputError(f"the places of {name} come from what << repeats", "", "edit the text")
    spread = _spread(source, path)
    if origin is not None and origin not in spread:
        raise InputError(
            f"{name} is not in {origin}", f"it is in {', '.join(spread) or 'no domain'}"
        )
    if into == origin:
        return source
    if into is None:
        assert origin is not None
        return _set(source, path, "spread", [each for each in spread if each != origin])
    if origin is None:
        return _with_domain(source, path, spread, into)
    return _set(source, path, "spread", _moved(spread, _count(source, path), origin, into))


def _with_domain_in(source: Source, path: KeyPath, into: str | None) -> Source:
    """The text in which a domain is in another one, or in none."""
    if into is None:
        return _set(source, path, "in", None)
    around: Value = into
    while isinstance(around, str):
        if around == path[1]:
            found = f"{into} is in {path[1]}" if into != path[1] else f"{into} in itself"
            raise InputError(found, "a domain is in one that is not in it")
        node = source.at(("domains", around, "in"))
        around = None if node is None else node.value
    return _set(source, path, "in", into)


def _with_domain(source: Source, path: KeyPath, spread: list[str], into: str) -> Source:
    """The text with one more domain in a spread, and a replica for it where it would get none."""
    if into in spread:
        found = f"{path[1]} is in {into} already"
        raise InputError(found, "", "change its replicas, or drag one of them")
    count = _count(source, path) if spread else 0
    source = _set(source, path, "spread", [*spread, into])
    if spread and len(spread) >= count:
        source = _set(source, path, "replicas", str(count + 1))
    return source


def _moved(spread: list[str], count: int, origin: str, into: str) -> list[str]:
    """The shortest spread by which the last replica in one domain is in another one instead."""
    if count > _MOST:
        found = f"{count} replicas, whose places are not written down one by one"
        raise InputError(found, f"at most {_MOST}", "edit `spread`")
    places = [spread[i % len(spread)] for i in range(count)]
    if origin not in places:
        raise InputError(f"no replica is in {origin}", "", "add replicas first")
    places[len(places) - 1 - places[::-1].index(origin)] = into
    lengths = range(1, count + 1)
    return next(
        places[:length]
        for length in lengths
        if all(place == places[i % length] for i, place in enumerate(places))
    )


def _spread(source: Source, path: KeyPath) -> list[str]:
    node = source.at((*path, "spread"))
    if node is None or node.is_nothing or (node.kind == "text" and node.value == "everywhere"):
        return []
    value = source.plain(node)
    if not isinstance(value, list) or any(
        not isinstance(each, str) or "$" in each for each in value
    ):
        found = f"the spread of {path[1]} is {show_value(value)}"
        raise InputError(found, "only a list of domains can be dragged", "edit it in the text")
    return value


def _count(source: Source, path: KeyPath) -> int:
    node = source.at((*path, "replicas"))
    text = "1" if node is None or node.is_nothing else str(node.value)
    if (node is not None and node.kind != "text") or not (text.isdecimal() and int(text) > 0):
        found = f"the replicas of {path[1]} are {text}"
        raise InputError(found, "only a number of them can be dragged", "edit them in the text")
    return int(text)


def _set(source: Source, path: KeyPath, key: str, value: Value) -> Source:
    """The text with a key of a part; without it where nothing is left to say."""
    is_there = (node := source.at(path)) is not None and node.get(key) is not None
    if not value:
        return without(source, [(*path, key)]) if is_there else source
    if is_there:
        return with_value(source, (*path, key), value)
    return with_entry(source, path, key, value)
