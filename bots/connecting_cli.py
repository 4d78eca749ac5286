"""What the command line says and does about connected accounts: lines to print, and whether all is well."""

from __future__ import annotations

import asyncio
import sys
from getpass import getpass
from typing import TYPE_CHECKING, Any

from adapters.base import ConnectRefused, SendLater, Unauthorised
from bots import rotation
from bots.errors import Refused
from bots.keyring import hook_path
from domain.errors import AccountTaken
from domain.ports import TemplateState
from web.connect.desk import SeveralFound, Unfinished
from web.landing.links import desk_link

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from bots.application import Application
    from domain.businesses import Account, Directory
    from domain.ids import BusinessId

Lines = list[str]
MOST_LETTERS = 50


async def connect(app: Application, options: argparse.Namespace) -> Lines:
    """Connect an account of a business. Raises Refused."""
    (business_id,) = await _businesses(app, options.business)
    channel = options.channel
    if options.webhook:
        return _webhook(app, channel)
    way = next((one for one in app.connections.ways() if one.channel == channel), None)
    if way is None:
        raise Refused(f"{channel} needs a library that is not there: install frontdesk[{channel}]")
    if way.missing and options.token_file is None:
        raise Refused(way.missing)
    if way.kind == "sign-in" and options.token_file is None:
        key, now = app.tools().link_key, app.clock.now()
        address = desk_link(key, app.platforms.public_url, now, "/desk/channels")
        return ["Open this page, good for a day, and sign in there:", f"  {address}"]
    token = await _token(options.token_file, channel)
    try:
        account = await app.connections.connect_token(
            business_id, channel, token, options.pin, external_id=options.phone
        )
    except SeveralFound as several:
        found = "\n".join(f"  --phone {one.external_id}  {one.name}" for one in several.found)
        raise Refused(f"the token opens several numbers, name one:\n{found}") from None
    except Unfinished as unfinished:
        raise Refused(f"{unfinished.account.name} is not quite connected: {unfinished}") from None
    except AccountTaken:
        raise Refused("it belongs to another business here: see frontdesk accounts, and disconnect it there") from None
    except ConnectRefused as refused:
        raise Refused(str(refused)) from None
    return [f"{account.name} is connected ({account.id}). Write to it, and see the answer."]


async def disconnect(app: Application, options: argparse.Namespace) -> Lines:
    """Disconnect an account, named by its id or as people call it. Raises Refused."""
    meant = options.account
    found = [one for _, one in await _accounts(app) if meant in (one.id, one.name) and one.state != "disconnected"]
    if len(found) != 1:
        several = f"{len(found)} are called" if found else "none is"
        raise Refused(f"there must be one connected account of this name or id, and {several}: see frontdesk accounts")
    await app.connections.disconnect(found[0])
    return [f"{found[0].name or found[0].id} is disconnected. Its conversations stay."]


async def accounts(app: Application, options: argparse.Namespace) -> Lines:
    """Return a line for each account: id, business, channel, name, state, problem."""
    rows = [
        (one.id, slug, one.channel, one.name or one.external_id, one.state, one.problem)
        for slug, one in await _accounts(app, options.business)
    ]
    return _table(rows) or ["No account is connected to a platform: see frontdesk connect --help."]


async def check(app: Application, options: argparse.Namespace) -> tuple[Lines, bool]:
    """Look at every account's connection; returns what was found, and whether all is well."""
    lines, well = [], True
    for slug, account in await _accounts(app, options.business):
        if account.state == "disconnected":
            continue
        wrong = [one for one in await app.connections.check(account) if not one.ok]
        name = f"{slug} {account.channel} {account.name or account.external_id}"
        lines += [f"{name}: {one.what.rstrip('.')}. {one.remedy}".rstrip() for one in wrong] or [f"{name}: ok"]
        well = well and not wrong
    sealed = await rotation.counted(app.store)
    if sealed:
        lost = sum(number for key, number in sealed.items() if key not in app.vault.key_ids())
        remedy = "Put that key back, or connect those accounts again."
        lines.append(f"keys: {lost} sealed with a key that is not here. {remedy}" if lost else "keys: ok")
        well = well and not lost
    return lines, well


async def templates(app: Application, options: argparse.Namespace) -> Lines:
    """List how templates were judged; `sync` submits them first. Raises Refused."""
    groups: dict[str, list[Account]] = {}
    for _, account in await _accounts(app, options.business):
        if account.group and account.state != "disconnected":
            groups.setdefault(account.group, []).append(account)
    if not groups:
        raise Refused("no account is connected that has templates: see frontdesk connect whatsapp")
    rows: list[Sequence[str]] = []
    for group, members in groups.items():
        if options.act == "sync":
            await _sync(app, group, members)
        name = ", ".join(one.name for one in members)
        known = await app.store.accounts.templates(group)
        rows += [(name, one.name, one.language, one.status, one.reason) for one in known]
    return _table(rows) or ["No template was submitted yet: frontdesk templates sync"]


async def keys(app: Application, options: argparse.Namespace) -> Lines:
    """List, rotate or retire the keys that tokens are sealed with. Raises Refused."""
    store = app.store
    if options.act == "rotate":
        done = await rotation.rotate(store, app.vault)
        lines = [f"{done.resealed} sealed anew with {done.newest}" + (", a new key." if done.added else ".")]
        lines += [f"No key opens that of {one}: connect it again." for one in done.broken]
        if older := len(app.vault.key_ids()) - 1:
            lines.append(f"Older keys in the ring: {older}. When all is well: frontdesk keys retire")
        return lines
    if options.act == "retire":
        gone = await rotation.retire(store, app.vault)
        return [f"{one} opens nothing any more." for one in gone] or ["There is no older key."]
    counted, ids = await rotation.counted(store), app.vault.key_ids()
    rows = [(one, "newest" if one == ids[0] else "older", f"{counted[one]} sealed") for one in ids]
    rows += [(one, "not here", f"{number} sealed") for one, number in sorted(counted.items()) if one not in ids]
    return _table(rows) or ["No key was made yet: nothing is sealed."]


async def dead_letters(app: Application, options: argparse.Namespace) -> Lines:
    """List what could not be sent and what could not be heard, the latest first."""
    businesses = await _businesses(app, options.business)
    only = next(iter(businesses)) if options.business else None
    slugs = {one: directory.business.slug for one, directory in businesses.items()}
    store = app.store
    found = [
        (one.at, "not sent", one.business_id, one.conversation_id, f"{one.channel} {one.kind}: {one.problem}")
        for one in await store.outbox.given_up(only, MOST_LETTERS)
    ]
    found += [
        (one.received_at, "not heard", one.business_id, one.lane, f"{one.kind} {one.external_id}: {one.error}")
        for one in await store.mailbox.set_aside(only, MOST_LETTERS)
    ]
    found.sort(reverse=True)
    rows = [
        (f"{at:%Y-%m-%d %H:%M:%S}", what, slugs.get(business, business), where, " ".join(why.split()))
        for at, what, business, where, why in found
    ]
    return _table(rows) or ["Everything was heard, and everything was sent."]


async def _businesses(app: Application, slug: str = "") -> dict[BusinessId, Directory]:
    """Return all businesses, or the one of a slug, in order of slug. Raises Refused when there is none."""
    directories = app.store.directories
    found = [await directories.directory(one) for one in {one.business_id for one in await directories.accounts()}]
    named = {one.business.id: one for one in found if slug in ("", one.business.slug)}
    if slug and not named:
        slugs = ", ".join(sorted(one.business.slug for one in found)) or "none, see frontdesk seed"
        raise Refused(f"there is no business {slug!r}; there are: {slugs}")
    return dict(sorted(named.items(), key=lambda item: item[1].business.slug))


async def _accounts(app: Application, slug: str = "") -> list[tuple[str, Account]]:
    """Return the accounts of one business or of all that a platform is needed for, each with the slug."""
    return [
        (directory.business.slug, account)
        for business_id, directory in (await _businesses(app, slug)).items()
        for account in await app.store.accounts.of(business_id)
        if account.channel in app.platforms.connectors
    ]


def _webhook(app: Application, channel: str) -> Lines:
    """Return what is entered at the platform so that it delivers to the shared endpoint."""
    endpoint_id = app.platforms.shared.get(channel)
    if endpoint_id is None:
        raise Refused(f"each account of {channel} has a webhook of its own, which is set when it is connected")
    path = hook_path(channel, endpoint_id)
    return [
        f"Callback URL:  {app.platforms.public_url}{path}",
        f"Verify token:  {app.platforms.app_secrets[path].challenge}",
        f"Redirect URI:  {app.platforms.public_url}/connect/{channel}/back",
    ]


async def _token(file: Path | None, channel: str) -> str:
    """Return a token from a file, or from whoever sits there; never from the command line, which others can read."""
    if file is not None:
        try:
            return await asyncio.to_thread(file.read_text, encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            # Its name is not repeated: it may be the token itself, given by mistake.
            why = getattr(error, "strerror", None) or "it is no text"
            raise Refused(f"the file of --token-file cannot be read: {why}") from None
    if not sys.stdin.isatty():
        raise Refused("nobody can be asked for the token here: name a file that holds it with --token-file")
    return await asyncio.to_thread(getpass, f"Token of {channel} (it is not shown): ")


async def _sync(app: Application, group: str, members: Sequence[Account]) -> None:
    """Submit a group's templates, and note how they were judged."""
    account = members[0]
    submit: Any = getattr(app.platforms.connectors[account.channel], "sync_templates", None)
    if submit is None:
        return
    try:
        judged = await submit(account, await app.keyring.token_of(account))
    except (ConnectRefused, Unauthorised, SendLater) as refused:
        raise Refused(f"{account.name}: {refused}") from None
    now = app.clock.now()
    for one in judged:
        await app.store.accounts.note_template(
            TemplateState(group, one.name, one.language, one.status, now, one.reason)
        )


def _table(rows: Sequence[Sequence[str]]) -> Lines:
    """Return rows as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
