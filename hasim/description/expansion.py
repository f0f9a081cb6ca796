"""A draft without parameters and stamps, made of one that has them.

Theory of operation
-------------------
One walk through the values copies them. It puts the values of parameters into texts, once for the
model and once for each instance of each stamp; it makes full names of the short ones in a block;
and it makes of an entry ``each: region.web`` the names that it stands for. Which texts are names,
the table of the language says (`vocabulary.SHAPES`). With each value go its place and, where the
path is another one now, the path at which it was typed.

Rules of this file
------------------
1. The walk is linear in what comes out, and what comes out is limited.
2. What cannot be expanded is noted and left as it is, and what contains it is not judged again.
3. A draft without any of this is not copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hasim.description.draft import Draft, Expansion, KeyPath, Use, Value
from hasim.description.instances import Instance, told_once
from hasim.description.parameters import (
    MAX_INSERTED,
    Parameter,
    Scope,
    Substitution,
    TooMuchError,
)
from hasim.description.remarks import Remarks
from hasim.description.stamps import Stamp, read_parameters, read_stamps
from hasim.description.vocabulary import KEY_SHAPES, PLAIN, Shape
from hasim.errors import InputError, Place, show_value
from hasim.system import Uncertain

#: Most values that all stamps may stand for: thirty for each of 10,000 components.
MAX_STAMPED = 300_000

#: Fewest steps to a value in a part, and the steps from a value to what a law may hold in it.
_PART_DEPTH, _LAW_DEPTH = 3, 3

_MODEL = Shape(part="model")
_EACH = "write {each: region.web} for the part web of each instance of the stamp region"


def expanded(draft: Draft) -> Draft:
    """The draft without parameters and stamps; itself if it has none."""
    if draft.expansion is not None or not _has_any(draft.values):
        return draft
    walk = _Walk(draft, Remarks(draft))
    try:
        values = walk.expand_all()
    except TooMuchError:
        values = {}
    findings = (*draft.findings, *told_once(walk.remarks.noted))
    return replace(
        draft,
        values=values,
        positions=walk.positions,
        findings=findings,
        expansion=Expansion(
            walk.typed,
            walk.instances,
            {path: tuple(uses) for path, uses in walk.uses.items()},
            frozenset(walk.faults),
            walk.remarks.is_complete,
            tuple(walk.uncertain),
            walk.templates,
        ),
    )


def _has_any(values: Mapping[str, Value]) -> bool:
    """Whether there is anything to expand."""
    if "parameters" in values or "stamps" in values:
        return True
    left: list[Value] = [values]
    while left:
        value = left.pop()
        if isinstance(value, str):
            if "${" in value:
                return True
        elif isinstance(value, dict):
            if "each" in value:
                return True
            left += value.values()
        elif isinstance(value, list):
            left += value
    return False


@dataclass(frozen=True, slots=True)
class _At:
    """Where a value was typed, and where it is now."""

    old: KeyPath
    new: KeyPath

    def down(self, old: str | int, new: str | int) -> _At:
        return _At((*self.old, old), (*self.new, new))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What texts mean in a block, or outside of all."""

    substitution: Substitution
    instance: Instance | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a block, for one instance."""

    value: Value
    old: KeyPath
    short: str
    full: str


@dataclass(slots=True)
class _Walk:
    """The walk, and what it leaves behind."""

    draft: Draft
    remarks: Remarks
    frames: dict[str, dict[str, _Frame]] = field(default_factory=dict)  # by stamp and instance
    positions: dict[KeyPath, Place | None] = field(default_factory=dict)
    typed: dict[KeyPath, KeyPath] = field(default_factory=dict)
    instances: dict[KeyPath, Instance] = field(default_factory=dict)
    uses: dict[KeyPath, dict[Use, None]] = field(default_factory=dict)
    faults: set[KeyPath] = field(default_factory=set)
    used: set[KeyPath] = field(default_factory=set)
    uncertain: list[Uncertain] = field(default_factory=list)
    templates: dict[KeyPath, str] = field(default_factory=dict)
    room: int = MAX_INSERTED
    stamped: int = 0

    def expand_all(self) -> dict[str, Value]:
        """The values of the model, the parts that are stamped after those that are not."""
        values = self.draft.values
        common = read_parameters(self.remarks, values.get("parameters", {}), ("parameters",))
        self.uncertain += [one.uncertain for one in common.values() if one.uncertain]
        stamps = {}
        if "stamps" in values:
            stamps = read_stamps(self.remarks, values["stamps"], common)
        blocks = [
            (frame, parts) for stamp in stamps.values() for frame, parts in self._name_parts(stamp)
        ]
        own = {key: value for key, value in values.items() if key not in ("parameters", "stamps")}
        frame = _Frame(Substitution(common, self.remarks.suggest))
        out = self._mapping(own, _MODEL, _At((), ()), frame)
        for frame, parts in blocks:
            for part in parts:
                self._add_part(part, frame, out)
        if self.remarks.is_complete:
            self._warn_of_unused(common, stamps)
        return out

    def _warn_of_unused(self, common: Scope, stamps: Mapping[str, Stamp]) -> None:
        """Find parameters that no text names; those of included files may be for other models."""
        known = self.used | self.remarks.faults
        given: dict[tuple[str, str], list[Parameter]] = {
            ("", name): [p] for name, p in common.items()
        }
        for stamp in stamps.values():
            for parameter in (p for member in stamp.members for p in member.own.values()):
                given.setdefault((stamp.name, parameter.name), []).append(parameter)
        for same in given.values():
            place = self.draft.place_of(same[0].path)
            is_own = place is None or place.file == self.draft.file
            if is_own and not any(parameter.path in known for parameter in same):
                self.remarks.warn(same[0].path, "nothing uses it", "remove it")

    # -- stamps

    def _name_parts(self, stamp: Stamp) -> Iterator[tuple[_Frame, list[_Part]]]:
        """The parts of each instance, with their names."""
        self._spend(sum(map(_size, stamp.sections.values())) * len(stamp.members), stamp.path)
        self.frames[stamp.name] = {}
        for member in stamp.members:
            substitution = Substitution(member.scope, self.remarks.suggest)
            instance = Instance(stamp.name, member.name, len(stamp.members))
            frame = _Frame(substitution, instance)
            parts = [
                self._name_part((*stamp.path, section, typed), value, frame)
                for section, block in stamp.sections.items()
                for typed, value in block.items()
            ]
            full = {part.short: part.full for part in parts}
            short = {part.full: part.short for part in parts}
            frame = replace(frame, instance=replace(instance, full=full, short=short))
            self.frames[stamp.name][member.name] = frame
            yield frame, parts

    def _name_part(self, path: KeyPath, value: Value, frame: _Frame) -> _Part:
        assert frame.instance is not None
        name, used = self._substitute(str(path[-1]), _At(path, path), frame)
        is_full = any(parameter.name == frame.instance.stamp for parameter in used)
        return _Part(value, path, name, name if is_full else f"{frame.instance.name}-{name}")

    def _add_part(self, part: _Part, frame: _Frame, out: dict[str, Value]) -> None:
        section = str(part.old[-2])
        names = out.setdefault(section, {})
        new = (section, part.full)
        if not isinstance(names, dict):
            found = f"{section} is {show_value(names)}, to which no parts can be added"
            self.remarks.fail((section,), found, "expected a mapping from names")
            out[section] = {}
        elif part.full in names:
            found = f"there is a {section.removesuffix('s')} {part.full} already"
            self._error(_At(part.old, part.old), frame, found, "a name stands once", "rename one")
        else:
            self.instances[new] = _known(frame.instance)
            self.typed[new] = part.old
            if part.old in self.faults:
                self.faults.add(new)
            shape = Shape(part=KEY_SHAPES["stamp"][section].named)
            names[part.full] = self._value(part.value, shape, _At(part.old, new), frame)

    # -- values

    def _value(self, value: Value, shape: Shape, at: _At, frame: _Frame) -> Value:
        self._note_place(at)
        match value:
            case str():
                text, _ = self._substitute(value, at, frame)
                return _full_name(text, frame.instance) if shape.has_names else text
            case list():
                return self._list(value, shape, at, frame)
            case dict():
                return self._mapping(value, shape, at, frame)
        return value

    def _note_place(self, at: _At) -> None:
        if at.old in self.draft.positions:
            self.positions[at.new] = self.draft.positions[at.old]
        if at.old[-1] != at.new[-1]:
            self.typed[at.new] = at.old

    def _mapping(
        self, values: dict[str, Value], shape: Shape, at: _At, frame: _Frame
    ) -> dict[str, Value]:
        keys = {} if shape.part is None else KEY_SHAPES[shape.part]
        every = PLAIN if shape.named is None else Shape(part=shape.named)
        out: dict[str, Value] = {}
        for typed, value in values.items():
            key = typed
            if frame.instance is not None:
                key, _ = self._substitute(typed, at.down(typed, typed), frame)
            if key in out:
                found = f"{show_value(key)} stands here twice"
                self._error(at.down(typed, key), frame, found, "a key stands once", "rename one")
                continue
            out[key] = self._value(value, keys.get(key, every), at.down(typed, key), frame)
        return out

    def _list(self, values: list[Value], shape: Shape, at: _At, frame: _Frame) -> list[Value]:
        out: list[Value] = []
        for i, value in enumerate(values):
            down = at.down(i, len(out))
            if shape.has_names and isinstance(value, dict) and "each" in value:
                out += self._each(value, shape, down, frame)
            else:
                out.append(self._value(value, shape, down, frame))
        return out

    # -- each: one entry for every instance

    def _each(
        self, entry: dict[str, Value], shape: Shape, at: _At, frame: _Frame
    ) -> Iterator[Value]:
        """The entries that ``{each: region.web}`` stands for; None where it is wrong."""
        rest = {key: value for key, value in entry.items() if key != "each"}
        try:
            if rest and shape.part is None:
                found = f"each beside {show_value(next(iter(rest)))}"
                raise InputError(found, "each stands alone here", _EACH)
            names = self._names_of_each(entry["each"], at, frame)
        except InputError as error:
            if isinstance(error, TooMuchError):
                raise
            self._error(at, frame, error.found, error.expected, error.next_step)
            yield None
            return
        *owner, index = at.new
        for i, name in enumerate(names):
            down = _At(at.old, (*owner, int(index) + i))
            self._note_place(down)
            inner = self._mapping(rest, shape, down, frame)
            yield {"name": name, **inner} if inner else name

    def _names_of_each(self, value: Value, at: _At, frame: _Frame) -> list[str]:
        """The full names of a part in all instances of a stamp."""
        if not isinstance(value, str):
            raise InputError(f"each of {show_value(value)}", "expected a text", _EACH)
        text, _ = self._substitute(value, at, frame)
        stamp, dot, part = text.partition(".")
        if stamp not in self.frames:
            step = self.remarks.suggest(stamp, self.frames) if self.frames else _EACH
            raise InputError(f"there is no stamp {show_value(stamp)}", "", step)
        if not dot:
            raise InputError(f"each of the stamp {stamp} itself", "", _EACH)
        self._spend(len(self.frames[stamp]), at.old)
        instances = [_known(each.instance) for each in self.frames[stamp].values()]
        name = part.partition(".")[0]
        if not all(name in instance.full for instance in instances):
            step = self.remarks.suggest(name, instances[0].full)
            raise InputError(f"there is no {show_value(name)} in the stamp {stamp}", "", step)
        return [_full_name(part, instance) for instance in instances]

    # -- texts

    def _substitute(self, text: str, at: _At, frame: _Frame) -> tuple[str, tuple[Parameter, ...]]:
        """A text with the values of its parameters; what is wrong with it is noted."""
        if "${" not in text:
            return text, ()
        typed = text
        try:
            text, used = frame.substitution.apply(text, self.room)
        except InputError as error:
            self._error(at, frame, error.found, error.expected, error.next_step)
            if isinstance(error, TooMuchError):
                self.remarks.is_complete = False
                raise
            return text, ()
        self.room -= len(text)
        self.used.update(parameter.path for parameter in used)
        if any(parameter.is_wrong for parameter in used):
            self.faults.add(at.new)
        for parameter in used:
            self._note_use(at.new, Use(parameter.name, parameter.value))
        if any(parameter.uncertain for parameter in used):
            self.templates[at.new] = frame.substitution.template(typed, used)
        return text, used

    def _note_use(self, path: KeyPath, use: Use) -> None:
        """Note the parameter in a text, also for the laws that the text may be part of."""
        self.uses.setdefault(path, {})[use] = None
        below = replace(use, is_below=True)
        for end in range(max(_PART_DEPTH, len(path) - _LAW_DEPTH), len(path)):
            self.uses.setdefault(path[:end], {})[below] = None

    # -- what is wrong

    def _error(self, at: _At, frame: _Frame, found: str, expected: str, next_step: str) -> None:
        finding = self.draft.finding(at.old, found, expected, next_step)
        self.remarks.noted.append((frame.instance, finding))
        self.faults.add(at.new)

    def _spend(self, count: int, path: KeyPath) -> None:
        """Count values that are made, and stop where there are too many."""
        self.stamped += count
        if self.stamped > MAX_STAMPED:
            found = f"stamps that stand for more than {MAX_STAMPED} values"
            self.remarks.fail(path, found, "", "use fewer instances")
            raise TooMuchError(found)


def _known(instance: Instance | None) -> Instance:
    assert instance is not None
    return instance


def _full_name(text: str, instance: Instance | None) -> str:
    """The name of a part of the model, or of its replica, that stands in a block."""
    if instance is None:
        return text
    name, dot, number = text.partition(".")
    return f"{instance.full.get(name, name)}{dot}{number}"


def _size(value: Value) -> int:
    """How many values there are in a value, itself included."""
    count = 0
    left = [value]
    while left:
        inner = left.pop()
        count += 1
        if isinstance(inner, dict):
            left += inner.values()
        elif isinstance(inner, list):
            left += inner
    return count
