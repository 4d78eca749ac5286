"""What each command of the command line does, given the settings."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
from datetime import UTC, date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import structlog

from bots.errors import Refused
from domain.ids import conversation_id

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

    from bots.application import Application
    from bots.settings import Settings
    from domain.businesses import Directory
    from domain.ids import BusinessId, CustomerId


GRACE_SECONDS = 10
"""How long turns and sends under way may delay the end of the program."""


def run(story: Coroutine[Any, Any, int]) -> int:
    """Run a command on the fastest event loop there is; returns its exit status."""
    factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with contextlib.suppress(ImportError):  # not made for every platform
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(story)


async def serve(settings: Settings, options: argparse.Namespace) -> int:
    """Serve HTTP and, where the worker is embedded, answer."""
    from bots.server import Server

    listener = _listener(settings.server.host, settings.server.port)
    async with _opened(settings, prepare=True) as app:
        server = Server(app.asgi())
        print(app.welcome(), flush=True)
        serving = asyncio.create_task(server.serve(sockets=[listener]), name="serve")
        working = asyncio.create_task(app.work_forever(), name="work") if settings.worker.embedded else None
        asked = await _until_asked(*filter(None, [serving, working]))
        server.should_exit = True
        app.stop()
        await _finished(serving, working)
    if not asked:
        raise Refused("Frontdesk has stopped by itself; the log says why")
    return 0


async def worker(settings: Settings, options: argparse.Namespace) -> int:
    """Answer until a signal asks to stop; turns under way are finished."""
    async with _opened(settings) as app:
        working = asyncio.create_task(app.work_forever(), name="work")
        asked = await _until_asked(working)
        app.stop()
        await _finished(working)
    if not asked:
        raise Refused("the worker has stopped by itself; the log says why")
    return 0


async def chat(settings: Settings, options: argparse.Namespace) -> int:
    """Talk to a business in the terminal."""
    from bots import terminal

    async with _opened(settings, prepare=True) as app:
        return await terminal.chat(app, options.account)


async def seed(settings: Settings, options: argparse.Namespace) -> int:
    """Make the demo businesses."""
    from bots.seed import seed as make

    async with _opened(settings) as app:
        await make(app)
    print("The demo businesses are there.")
    return 0


async def migrate(settings: Settings, options: argparse.Namespace) -> int:
    """Bring the database to this version's schema."""
    if settings.store.kind == "memory":
        print("Nothing to do: store.kind is memory.")
        return 0
    _migrate(settings)
    print("The database has the schema of this version.")
    return 0


async def check(settings: Settings, options: argparse.Namespace) -> int:
    """Say whether everything is in order, each account too; the settings were checked by reading them."""
    from bots import connecting_cli

    print("settings: ok")
    async with _opened(settings) as app:
        parts = await app.store.healthy()
        for part, state in sorted(parts.items()):
            print(f"{part}: {state}", flush=True)
        if any(state != "ok" for state in parts.values()):
            return 1
        lines, well = await connecting_cli.check(app, options)
    print(*lines, sep="\n", end="\n" if lines else "")
    return 0 if well else 1


async def backup(settings: Settings, options: argparse.Namespace) -> int:
    """Copy an SQLite database while everything runs."""
    if settings.store.kind == "postgres":
        raise Refused("PostgreSQL is copied by its own tool: pg_dump --format=custom --file=frontdesk.dump DATABASE")
    if settings.store.kind == "memory":
        raise Refused("store.kind is memory: there is nothing to copy")
    from domain.clock import SystemClock
    from storage.sql.sqlite import SqliteStore

    path = _new_copy(settings, options.path)
    # Not opened: what is copied before a migration has the schema from before it.
    await SqliteStore(settings.database_file, clock=SystemClock()).backup(path)
    print(f"{path}\nKeep {settings.secret_file} with it: without the secret, links and choices handed out are invalid.")
    if settings.keys_file.exists():
        print(f"Keep {settings.keys_file} too, apart from it: without the keys every account must be connected again.")
    return 0


async def export(settings: Settings, options: argparse.Namespace) -> int:
    """Print everything that is known about a customer."""
    async with _opened(settings) as app:
        business_id, customer_id, _ = await _one_customer(app, options)
        everything = await app.store.privacy.export(business_id, customer_id)
    json.dump(everything, sys.stdout, ensure_ascii=False, indent=2, sort_keys=True, default=_plain)
    print()
    return 0


async def erase(settings: Settings, options: argparse.Namespace) -> int:
    """Forget a customer, once somebody said yes."""
    async with _opened(settings) as app:
        business_id, customer_id, name = await _one_customer(app, options)
        if not options.yes:
            if not sys.stdin.isatty():
                raise Refused("erasing cannot be undone: add --yes where nobody can be asked")
            answer = await asyncio.to_thread(input, f"Forget {name or 'customer'} ({customer_id}) for good? [y/N] ")
            if answer.strip().lower() not in {"y", "yes"}:
                print("Nothing was erased.")
                return 1
        rows = await app.store.privacy.erase(business_id, customer_id)
    print(", ".join(f"{table}: {count}" for table, count in sorted(rows.items())) or "Nothing was left to erase.")
    return 0


async def holidays(settings: Settings, options: argparse.Namespace) -> int:
    """List the public holidays of a business's places, and close on those that are named."""
    from bots.holidays import list_and_close

    async with _opened(settings) as app:
        directory = await _one_business(app, options.business)
        lines = await list_and_close(app.store, directory, options, app.clock.now())
    print("\n".join(lines))
    return 0


async def api_key(settings: Settings, options: argparse.Namespace) -> int:
    """Make, list or revoke keys of the HTTP API."""
    from bots import api_keys

    if settings.store.kind == "memory":
        raise Refused("store.kind is memory: no key outlives this command")
    async with _opened(settings) as app:
        if options.act == "new":
            directory = await _one_business(app, options.business)
            secret, key = await api_keys.create(app.store, directory, options.name, app.clock.now())
            print(f"{secret}\nKeep it: it is not shown again. Revoke it with: frontdesk api-key revoke {key.id}")
        elif options.act == "list":
            print("\n".join(await api_keys.listed(app.store, options.business)))
        else:
            gone = await api_keys.revoke(app.store, options.key, app.clock.now())
            print(f"The key {gone.name!r} opens nothing any more.")
    return 0


async def connecting(settings: Settings, options: argparse.Namespace) -> int:
    """Do one of the commands that connected accounts have: `options.about` names it."""
    from bots import connecting_cli

    if settings.store.kind == "memory":
        raise Refused("store.kind is memory: no account outlives this command")
    async with _opened(settings) as app:
        lines = await getattr(connecting_cli, options.about)(app, options)
    print("\n".join(lines))
    return 0


@contextlib.asynccontextmanager
async def _opened(settings: Settings, *, prepare: bool = False) -> AsyncIterator[Application]:
    """Open the application; `prepare` makes what the embedded default needs at its first start."""
    from bots.application import Application

    settings.data.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if prepare and settings.store.kind == "sqlite":
        _migrate(settings)
    app = Application.from_settings(settings)
    await app.open()
    try:
        if prepare and settings.demo.seed:
            from bots.seed import seed as make

            await make(app)
        yield app
    finally:
        await app.close()


def _migrate(settings: Settings) -> None:
    from storage.sql.migrate import migrate as bring

    settings.data.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    bring(settings.database_url)


def _new_copy(settings: Settings, path: Path | None) -> Path:
    """Return where a copy of the database is to be written. Raises Refused when it would replace something."""
    source = settings.database_file
    if not source.is_file():
        raise Refused(f"{source} does not exist yet: there is nothing to copy")
    if path is None:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
        path = settings.data.folder / "backups" / f"frontdesk-{stamp}.db"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        raise Refused(f"{path} exists already: name another file")
    return path


def _listener(host: str, port: int) -> socket.socket:
    """Return a bound socket, so that a taken port is said before anything else is started."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        why = f"{host}:{port} cannot be listened on ({error.strerror or error})"
        raise Refused(f"{why}: choose another port with --port, or PORT= of make run") from None
    listener.setblocking(False)
    return listener


async def _until_asked(*tasks: asyncio.Task[None]) -> bool:
    """Return True when a signal asks to stop, False when one of the tasks ends by itself."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    asking = asyncio.create_task(asked.wait(), name="signal")
    await asyncio.wait({asking, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)  # a second Ctrl-C ends the program at once
    return asked.is_set()


async def _finished(*tasks: asyncio.Task[None] | None) -> None:
    """Let tasks finish what is under way, at most for the grace, and log what they failed of."""
    running = {task for task in tasks if task}
    _, late = await asyncio.wait(running, timeout=GRACE_SECONDS)
    for task in late:
        task.cancel()
    for failure in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(failure, Exception):
            structlog.get_logger(__name__).error("failed", exc_info=failure)


async def _one_business(app: Application, slug: str) -> Directory:
    """Return the set-up of the business of this slug. Raises Refused when there is none."""
    ids = dict.fromkeys(one.business_id for one in await app.store.directories.accounts())
    found = [await app.store.directories.directory(one) for one in ids]
    for directory in found:
        if directory.business.slug == slug:
            return directory
    slugs = ", ".join(sorted(one.business.slug for one in found)) or "none, see frontdesk seed"
    raise Refused(f"there is no business {slug!r}; there are: {slugs}")


async def _one_customer(app: Application, options: argparse.Namespace) -> tuple[BusinessId, CustomerId, str]:
    """Return the one customer that is meant. Raises Refused when there is none, or when there are several."""
    text, privacy, directories = options.customer.strip(), app.store.privacy, app.store.directories
    found = list(await privacy.find(None, text))
    if not found:
        # What a platform or web chat calls somebody names their conversation with each account.
        for account in await directories.accounts():
            found += await privacy.find(account.business_id, conversation_id(account.id, text))
    if options.business:
        slugs = {one: (await directories.directory(one)).business.slug for one in {entry[0] for entry in found}}
        found = [entry for entry in found if slugs[entry[0]] == options.business]
    if not found:
        raise Refused("nobody is known by that: give a customer id, phone (+351…), e-mail or conversation id")
    if len(found) > 1:
        several = "\n".join(f"  {customer_id}  {name}" for _, customer_id, name in found)
        raise Refused(f"several customers are known by that: name one by its id, or its business:\n{several}")
    return found[0]


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
