"""The instances of a stamp, and findings about what was typed once for all of them.

Theory of operation
-------------------
A block that is stamped is typed once and read once for each instance, so that what is wrong in it
is found as often. Findings are told in the words of the block: its key, its place, the names that
stand in it. Those that then say the same are one finding, which names its instances.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from hasim.errors import Finding, escape_text, list_words

#: Most instances that a finding names one by one.
MAX_NAMED = 5

_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Instance:
    """One use of a stamp.

    Parameters
    ----------
    stamp, name : str
        What is used, and as what: ``region``, ``eu``.
    of : int
        How many instances the stamp has.
    full : Mapping[str, str]
        Full name of each part by its name in the block: ``web`` is ``eu-web``.
    short : Mapping[str, str]
        The same the other way round.
    """

    stamp: str
    name: str
    of: int
    full: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)

    def in_block_words(self, finding: Finding) -> Finding:
        """The finding with the names that stand in the block."""
        texts = (finding.found, finding.expected, finding.next_step)
        found, expected, next_step = (_WORD.sub(self._shorten, text) for text in texts)
        return replace(finding, found=found, expected=expected, next_step=next_step)

    def _shorten(self, word: re.Match[str]) -> str:
        return self.short.get(word[0], word[0])


#: A finding, and the instance that it is about; None: it is about no stamp.
Noted: TypeAlias = tuple[Instance | None, Finding]


def told_once(noted: Iterable[Noted]) -> list[Finding]:
    """The findings, each with the names of all instances that it is about."""
    findings = []
    groups: dict[tuple[object, ...], list[tuple[Instance, Finding]]] = {}
    for instance, finding in noted:
        if instance is None:
            findings.append(finding)
        else:
            said = (finding.place, finding.key, finding.found, finding.expected, finding.severity)
            groups.setdefault((instance.stamp, *said), []).append((instance, finding))
    for group in groups.values():
        finding = group[0][1]
        where = _where([instance for instance, _ in group])
        findings.append(replace(finding, found=f"{finding.found} (in {where})"))
    return findings


def _where(instances: list[Instance]) -> str:
    names = list(dict.fromkeys(instance.name for instance in instances))
    if 1 < len(names) == instances[0].of:
        return f"every {escape_text(instances[0].stamp)}"
    named = [escape_text(name) for name in names[:MAX_NAMED]]
    if len(names) > MAX_NAMED:
        named.append(f"{len(names) - MAX_NAMED} more")
    return list_words(named)
