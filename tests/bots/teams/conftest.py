"""Teams on loopback, and a bot that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bots import tasks
from bots.gate import MAX_BODY
from bots.teams import app
from bots.teams.app import Reception, mount
from core.audit import Audit
from core.contacts import Contacts
from core.db import open_database
from core.deliveries import Deliveries
from core.draft import Draft
from core.exceptions import Exceptions
from core.finding import Action, Finding, Span
from core.keys import new_key, parse_key_ring
from core.pictures import Pictures
from core.plan import ReviewPlan
from core.reviews.notices import Notices
from core.reviews.store import Reviews
from core.settings import load_settings
from core.terms.proposals import Proposals
from core.terms.store import TermsStore
from core.terms.term import Kind, Secrecy, Term
from core.verdict import Outcome, Verdict
from tests.bots.teams import keychain, simulator
from tests.databases import new_database
from tests.patience import SHARED

LIMITS = {
    "bots.tasks.SILENCE_SECONDS": tasks.SILENCE_SECONDS,
    "bots.teams.app.ACK_SECONDS": app.ACK_SECONDS,
    "bots.teams.app.INVOKE_SECONDS": app.INVOKE_SECONDS,
}
"""How soon something is said: a busy machine has SHARED times as long, and a test of one sets its own."""


class Memory:
    """Stands in for the stores that a door looks at by itself: contacts in a dictionary, and no notice to send."""

    channel, plan = None, ReviewPlan()

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    async def keep(self, name: str, contact: Any) -> None:
        self.known[name] = contact

    async def find(self, name: str) -> Any:
        return self.known.get(name)

    async def forget(self, name: str) -> None:
        self.known.pop(name, None)

    async def take(self, platform: str) -> None:
        return None

    async def of(self, name: str) -> list[Any]:
        return []


class Opened(Reception):
    """The reception, which says when it is done with all that came in."""

    async def done(self, seconds: float) -> bool:
        """Wait for every turn, and tell whether none was left."""
        return await self._turns.finish(seconds) == 0


class Room:
    """Stands in for core where a test is about the door: blocks Northwind, and can be slow, shut or broken."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.checker = self.deliveries = self
        self.contacts = self.reviews = self.notices = Memory()
        self.database = SimpleNamespace(keys=parse_key_ring(new_key()))
        self.drafts: list[Draft] = []
        self.pictures = Pictures(120)
        self.seconds = 0.0
        self.open = asyncio.Event()
        self.open.set()
        self.fault: Exception | None = None
        self._claimed: set[str] = set()

    async def check(self, draft: Draft) -> Verdict:
        self.drafts.append(draft)
        await self.open.wait()
        await asyncio.sleep(self.seconds)
        at = draft.text.find("Northwind")
        if at < 0:
            outcome = Outcome.UNCHECKED if draft.unread else Outcome.OK
            return Verdict(draft.id, outcome, "sha256:0", incomplete=draft.unread)
        span = Span(at, at + len("Northwind"))
        found = Finding("confidential/client-name", "confidential_term", Action.BLOCK, span, 1.0, "A client", "Why.")
        safe = draft.text.replace("Northwind", "a client")
        return Verdict(draft.id, Outcome.BLOCK, "sha256:0", (found,), rewrite=safe)

    async def until_asked(self, count: int) -> None:
        """Wait until so many drafts have come in."""
        async with asyncio.timeout(60):
            while len(self.drafts) < count:  # noqa: ASYNC110 (a list tells nobody that it grew)
                await asyncio.sleep(0.01)

    async def claim(self, key: str) -> bool:
        if self.fault:
            raise self.fault
        known = key in self._claimed
        self._claimed.add(key)
        return not known

    async def release(self, key: str) -> None:
        self._claimed.discard(key)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A throw-away authority and its certificate for this machine, in files."""
    folder = tmp_path_factory.mktemp("certificates")
    keychain.write_certificate(folder)
    return folder


@pytest.fixture
async def teams(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """The connector simulator, its authority trusted by MSAL. No call to it may lack the bot's bearer."""
    running = simulator.Simulator(certificates)
    await running.start()

    def opened(services: Any) -> Opened:
        running.doors.append(Opened(services))
        return running.doors[-1]

    monkeypatch.setattr("bots.teams.app.Reception", opened)
    for name, seconds in LIMITS.items():
        monkeypatch.setattr(name, seconds * SHARED)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield running
    await running.stop()
    running.judge_the_run()


@pytest.fixture
async def open_door(teams: Any) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Start the Teams door alone, on a room that a test controls: `door = await open_door(TEAMS_...=...)`."""
    runners: list[web.AppRunner] = []
    warming = False

    async def healthz(_: web.Request) -> web.Response:
        return web.Response()

    async def start(stores: dict[str, Any] | None = None, **variables: str) -> Any:
        nonlocal warming
        warming = warming or not variables.keys() & {"TEAMS_APP_ID", "TEAMS_AUTHORITY"}
        room: Any = Room(
            load_settings(teams.environment | variables if variables.get("TEAMS_APP_ID") != "" else variables)
        )
        vars(room).update(stores or {})
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_get("/healthz", healthz)
        mount(app, room)
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return SimpleNamespace(url=f"http://127.0.0.1:{runner.addresses[0][1]}", room=room, stop=runner.cleanup)

    yield start
    if warming and teams.token_delay == 0:  # a handshake that is cut in two leaves a socket behind
        await teams.asked_for_token()
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def door(open_door: Callable[..., Awaitable[Any]]) -> Any:
    """The Teams door alone."""
    return await open_door()


@pytest.fixture
async def room(door: Any) -> Any:
    """What is behind the door."""
    return door.room


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the tests' own."""
    async with aiohttp.ClientSession() as client:
        yield client


@pytest.fixture
async def person(teams: Any, door: Any, session: aiohttp.ClientSession) -> Any:
    """Somebody who talks to the bot."""
    return simulator.Person(teams, door.url, session)


@pytest.fixture
async def bot(teams: Any, serve: Callable[..., Awaitable[Any]], session: aiohttp.ClientSession) -> Any:
    """The whole server, database and policy included, that guards one client's name."""
    running = await serve(**teams.environment)
    await running.services.terms.add(Term(name="Northwind", kind=Kind.CLIENT, secrecy=Secrecy.OPEN), "test")
    return SimpleNamespace(services=running.services, person=simulator.Person(teams, running.url, session))


@pytest.fixture
async def open_desk(
    teams: Any,
    open_door: Callable[..., Awaitable[Any]],
    environ: dict[str, str],
    session: aiohttp.ClientSession,
) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Start the Teams door on real stores, where little is read: it starts in no time. A client's name is on the list.

    `desk = await open_desk(plan=..., CHECKPOST_...=...)`
    """
    async with AsyncExitStack() as stack:

        async def start(plan: ReviewPlan | None = None, **variables: str) -> Any:
            settings = load_settings(environ)
            await new_database(settings)
            database = await open_database(settings)
            stack.push_async_callback(database.close)
            stores = {
                "database": database,
                "terms": TermsStore(database),
                "proposals": Proposals(database),
                "audit": Audit(database),
                "deliveries": Deliveries(database),
                "contacts": Contacts(database),
                "exceptions": Exceptions(database),
                "notices": Notices(database),
                "reviews": Reviews(database, plan or ReviewPlan(), variables.get("CHECKPOST_REVIEW_CHANNEL")),
            }
            door = await open_door(stores, **variables)
            stack.push_async_callback(door.stop)
            if not (await door.room.terms.load())[1]:
                await door.room.terms.add(Term(name="Northwind", kind=Kind.CLIENT, secrecy=Secrecy.OPEN), "test")
            person = simulator.Person(teams, door.url, session)
            return SimpleNamespace(services=door.room, person=person, stop=door.stop)

        yield start


@pytest.fixture
async def desk_bot(open_desk: Callable[..., Awaitable[Any]]) -> Any:
    """The Teams door on real stores."""
    return await open_desk()
