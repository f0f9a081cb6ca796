"""Users of the app whose browsers are on other machines: they speak what a browser speaks.

Theory of operation: a page of Streamlit and its server exchange messages over a WebSocket, as
streamlit.proto has them. A user of this file asks for a page, presses a button and ticks (see
hasim/app/ticking.py) with the messages that a browser would send, reads all that comes, and draws
nothing. So the load on the server is that of a browser, and none of this machine's time goes into
drawing. A page has come when the server is through with all of it, which is later than when it is
worth looking at.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.app_users import ANSWER, LONGER, Habits, Visit, go_round, names_in

if TYPE_CHECKING:
    from streamlit.proto.Element_pb2 import Element
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.asyncio.client import ClientConnection

_TICKER = "hasim.ticker"


@dataclass(slots=True)
class _Ticker:
    """Where a page wants to be asked again: its fragment, its widget, and after how long."""

    fragment: str
    widget: str
    look: str
    pause: float


@dataclass(slots=True)
class WireUser:
    """A tab of a browser, without its window.

    Parameters
    ----------
    socket : ClientConnection
    query : str
        What the address holds, without its question mark.
    """

    socket: ClientConnection
    query: str
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    is_leaving: bool = False
    buttons: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    progress: set[str] = field(default_factory=set)
    ended: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    ticking: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------ what is done

    async def open(self, name: str) -> float:
        """Ask for a page; returns the seconds until the server was through with it."""
        begun = time.perf_counter()
        self._leave()
        await self._send(page=self.pages.get(name, ""), name=name)
        await self._come(self.pages.get(name, ""))
        return time.perf_counter() - begun

    async def press(self, key: str, leads_to: str) -> None:
        """Press a button, by its key, and wait for the page that it leads to."""
        button = self.buttons[key]
        self._leave()
        await self._send(page=self.page, widget=button)
        await self._come(self.pages[leads_to])

    def shows(self, text: str) -> bool:
        """Whether a text is on the page."""
        return any(text in one for one in self.texts)

    def _leave(self) -> None:
        self.is_leaving = True
        self.texts.clear()
        self.buttons.clear()
        while not self.ended.empty():
            self.ended.get_nowait()

    async def _come(self, page: str) -> None:
        while await self.ended.get() != page and page:
            pass

    async def _tick(self, ticker: _Ticker) -> None:
        await asyncio.sleep(ticker.pause)
        if not self.is_leaving:
            event = json.dumps([{"event": "tick", "value": ticker.look}])
            await self._send(
                page=self.page, fragment=ticker.fragment, events=(ticker.widget, event)
            )

    async def _send(
        self,
        *,
        page: str,
        name: str = "",
        fragment: str = "",
        widget: str = "",
        events: tuple[str, str] | None = None,
    ) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self.query, page
        asked.page_name, asked.fragment_id = "" if page else name, fragment
        if widget:
            asked.widget_states.widgets.add(id=widget, trigger_value=True)
        if events is not None:
            base, value = events
            aggregator = f"$$STREAMLIT_INTERNAL_KEY_{base}__events"
            asked.widget_states.widgets.add(id=aggregator, json_trigger_value=value)
        await self.socket.send(message.SerializeToString())

    # ------------------------------------------------------------------ what is read

    async def read(self) -> None:
        """Read all that comes, until the connection ends."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        async for raw in self.socket:
            assert isinstance(raw, bytes)
            self._take(ForwardMsg.FromString(raw))

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self.is_leaving = self.is_leaving and bool(message.metadata.run.fragment_ids)
            case "navigation":
                self.page = message.navigation.page_script_hash
                for page in message.navigation.app_pages:
                    self.pages[page.page_name] = page.page_script_hash
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._show(message.delta.new_element, message.delta.fragment_id)
            case "script_finished" if message.script_finished == message.FINISHED_SUCCESSFULLY:
                self.ended.put_nowait(self.page)

    def _show(self, element: Element, fragment: str) -> None:
        match element.WhichOneof("type"):
            case "metric":
                self.texts.append(element.metric.label)
            case "heading":
                self.texts.append(_unescaped(element.heading.body))
            case "markdown":
                self.texts.append(_unescaped(element.markdown.body))
            case "button":
                self.texts.append(_unescaped(element.button.label))
                self.buttons[element.button.id.split("-", 2)[2]] = element.button.id
            case "progress":
                self.progress.add(_unescaped(element.progress.text))
            case "bidi_component" if element.bidi_component.component_name == _TICKER:
                self._start_ticker(element, fragment)

    def _start_ticker(self, element: Element, fragment: str) -> None:
        data = json.loads(element.bidi_component.json)
        if self.ticking is not None:
            self.ticking.cancel()
        ticker = _Ticker(fragment, element.bidi_component.id, data["look"], data["pause"])
        self.ticking = asyncio.create_task(self._tick(ticker))


def _unescaped(text: str) -> str:
    """A text as it is shown, which was Markdown on its way."""
    return text.replace("\\", "")


@asynccontextmanager
async def wire_user(address: str, study: str) -> AsyncIterator[WireUser]:
    """Connect a user to a server, with a study in the address."""
    from websockets.asyncio.client import connect

    place = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(place, subprotocols=["streamlit"], max_size=None) as socket:
        user = WireUser(socket, f"study={study}")
        reading = asyncio.create_task(user.read())
        try:
            yield user
        finally:
            for task in (reading, user.ticking):
                if task is not None:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task


async def visit_by_wire(address: str, study: str, visit: Visit, habits: Habits) -> Visit:
    """Run the draft, and look at other pages until there is an answer; nothing is drawn.

    Parameters
    ----------
    address : str
        Of the server.
    study : str
        The identifier of the user's study.
    visit : Visit
        What is met with is noted here.
    habits : Habits

    Returns
    -------
    Visit
    """
    async with wire_user(address, study) as user:
        await user.open("design")
        begun = time.perf_counter()
        await user.press("run-draft", "Run")
        look = partial(_look, user, visit, begun, habits.pause)
        await go_round(visit, habits, switch=user.open, look=look)
        visit.told.update(user.progress)
    return visit


async def _look(user: WireUser, visit: Visit, begun: float, pause: float, where: str) -> None:
    end = time.perf_counter() + pause * (LONGER if where == "Run" else 1)
    while time.perf_counter() < end and not (where == "Run" and user.shows(ANSWER)):
        await asyncio.sleep(0.05)
    if where in ("Run", "Design"):
        visit.models.update(names_in(" ".join(user.texts)))
    if where == "Run" and not visit.answered_s and user.shows(ANSWER):
        visit.answered_s.append(time.perf_counter() - begun)
