"""Reading `tls`: what it costs a component that its clients connect again."""

from __future__ import annotations

from hasim.description.draft import Value
from hasim.description.reading import Section, read_count
from hasim.errors import InputError, show_value
from hasim.system import Tls
from hasim.units import parse_count, parse_duration, parse_probability

#: Most clients of one component: open connections of the largest services.
MAX_CLIENTS = 1_000_000_000


def read_tls(section: Section) -> Tls | None:
    """The handshakes of a component; None where nothing is said of them."""
    if not section.has("tls"):
        return None
    inner = section.section("tls", "tls")
    _check_complete(inner)
    tls = Tls.model_construct(
        clients=inner.take("clients", _read_clients, 1),
        handshake=inner.take("handshake", _read_handshake, 1e-3),
        resumed=inner.take("resumed", parse_probability, 0.0),
        resumption=inner.take("resumption", parse_duration, 0.0),
        cores=inner.take("cores", read_count, 1),
    )
    if tls.resumption > tls.handshake and not inner.ledger.is_touched(inner.path):
        step = "swap them, or set resumed to 0 %"
        inner.ledger.warn(inner.at("resumption"), "resuming costs more than anew", "", step)
    return tls


def _check_complete(section: Section) -> None:
    missing = [key for key in ("clients", "handshake") if not section.has(key)]
    missing += ["resumption"] * (section.has("resumed") and not section.has("resumption"))
    if missing and not section.ledger.is_touched(section.path):
        found = f"it has no {' and no '.join(missing)}"
        step = "write {clients: 50000, handshake: 1 ms, resumed: 60 %, resumption: 0.05 ms}"
        section.ledger.error(section.path, found, "", step)


def _read_clients(value: Value) -> int:
    clients = parse_count(value)
    if not 1 <= clients <= MAX_CLIENTS:
        found = f"{show_value(value)} clients"
        raise InputError(found, f"expected a whole number from 1 to {MAX_CLIENTS}")
    return clients


def _read_handshake(value: Value) -> float:
    seconds = parse_duration(value)
    if seconds == 0:
        raise InputError("a handshake that costs nothing", "it is above 0 s", "write 1 ms")
    return seconds
