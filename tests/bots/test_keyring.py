"""Tokens and secrets are opened when they are needed, kept for seconds, and never for the wrong one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.base import SendLater, Unauthorised
from bots import keyring
from bots.keyring import Keyring, hook_path, shared_endpoint
from bots.vault import Vault
from bots.vault_keys import FileKeys, GivenKeys, new_key
from domain.ids import derived_id
from tests.bots.connecting import APP_SECRET, BOT_TOKEN, SHARED, Parts
from tests.builders import LUZ_CHAT


def told(story):
    async def it():
        parts = await Parts().open()
        await story(parts, await parts.connected())

    asyncio.run(it())


def reads_of(parts, name):
    """Count how often something is read from the store."""
    counted, read = [], getattr(parts.store.accounts, name)

    async def counting(*arguments):
        counted.append(arguments)
        return await read(*arguments)

    setattr(parts.store.accounts, name, counting)
    return counted


async def refreshed(parts, account, token):
    before = await parts.store.accounts.credential(account.business_id, account.id)
    sealed, used = parts.vault.seal(account.business_id, account.id, token)
    assert await parts.store.accounts.reseal(before, replace(before, sealed=sealed, key_id=used))


def test_a_token_is_opened_once_in_five_seconds():
    async def story(parts, account):
        reads = reads_of(parts, "credential")
        for _ in range(10):
            assert (await parts.keyring.token_of(account)).value == BOT_TOKEN.encode()
        assert len(reads) == 1
        await refreshed(parts, account, b"newer")
        assert (await parts.keyring.token_of(account)).value == BOT_TOKEN.encode()
        parts.moment += 5
        assert (await parts.keyring.token_of(account)).value == b"newer"

    told(story)


def test_a_token_that_was_refused_is_read_anew():
    async def story(parts, account):
        await parts.keyring.token_of(account)
        await refreshed(parts, account, b"newer")
        parts.keyring.forget(account.id)
        assert (await parts.keyring.token_of(account)).value == b"newer"

    told(story)


def _forgotten_while_reading(parts, account):
    """A token is read, replaced and forgotten before the reader is done; return what is handed out afterwards."""

    async def it():
        reading = asyncio.Event()
        read = parts.store.accounts.credential

        async def slow(*arguments):
            found = await read(*arguments)
            reading.set()
            await asyncio.sleep(0)
            return found

        parts.store.accounts.credential = slow
        first = asyncio.create_task(parts.keyring.token_of(account))
        await reading.wait()
        parts.store.accounts.credential = read
        await refreshed(parts, account, b"newer")
        parts.keyring.forget(account.id)
        await first
        return (await parts.keyring.token_of(account)).value

    return it()


def test_what_was_read_before_it_was_forgotten_is_not_kept_after():
    async def story(parts, account):
        assert await _forgotten_while_reading(parts, account) == b"newer"

    told(story)


def test_broken_twin_that_keeps_it_sends_with_the_old_token(monkeypatch):
    monkeypatch.setattr(keyring._Kept, "asked", property(lambda self: 0, lambda self, value: None), raising=False)

    async def story(parts, account):
        assert await _forgotten_while_reading(parts, account) == BOT_TOKEN.encode()

    told(story)


def test_an_account_without_a_token_must_be_connected_again():
    async def story(parts, account):
        with pytest.raises(Unauthorised, match="no token"):
            await parts.keyring.token_of(LUZ_CHAT)
        await parts.connections.disconnect(account)
        with pytest.raises(Unauthorised, match="no token"):
            await parts.keyring.token_of(account)

    told(story)


def test_a_token_under_another_key_or_of_another_account_is_not_handed_out():
    async def story(parts, account):
        other = Keyring(parts.store, Vault(GivenKeys((new_key(),))), {})
        with pytest.raises(Unauthorised, match="connected again") as refused:
            await other.token_of(account)
        assert "canary" not in str(refused.value)
        credential = await parts.store.accounts.credential(account.business_id, account.id)
        swapped = replace(credential, account_id=LUZ_CHAT.id)
        parts.store.accounts._table.credentials[LUZ_CHAT.business_id, LUZ_CHAT.id] = swapped
        with pytest.raises(Unauthorised, match="opened"):
            await parts.keyring.token_of(LUZ_CHAT)

    told(story)


def test_keys_that_others_can_read_hold_messages_back_and_blame_no_account(tmp_path):
    async def story(parts, account):
        vault = Vault(FileKeys(tmp_path / "keys"))
        ring = Keyring(parts.store, vault, {})
        before = await parts.store.accounts.credential(account.business_id, account.id)
        sealed, used = vault.seal(account.business_id, account.id, b"token")
        await parts.store.accounts.reseal(before, replace(before, sealed=sealed, key_id=used))
        (tmp_path / "keys").chmod(0o644)
        with pytest.raises(SendLater, match="chmod 600"):
            await ring.token_of(account)
        (tmp_path / "keys").chmod(0o600)
        assert (await ring.token_of(account)).value == b"token"

    told(story)


def test_an_endpoint_has_the_secret_that_its_platform_was_told():
    async def story(parts, account):
        url, secret = parts.telegram.hooks["4711"]
        assert url.endswith(hook_path("telegram", account.endpoint_id))
        assert (await parts.keyring.endpoint_secret("telegram", account.endpoint_id)).value == secret
        assert len(account.endpoint_id) >= 22

    told(story)


def test_the_shared_endpoint_is_verified_by_the_apps_secret_and_never_read():
    async def story(parts, _):
        reads = reads_of(parts, "endpoint")
        assert derived_id("endpoint", "whatsapp", "1001") == SHARED
        assert await parts.keyring.endpoint_secret("whatsapp", SHARED) is APP_SECRET
        assert reads == []

    told(story)


def test_an_endpoint_that_is_unknown_or_another_channels_is_closed():
    async def story(parts, account):
        for channel, endpoint in (
            ("whatsapp", account.endpoint_id),  # a bot's endpoint under another channel's name
            ("telegram", SHARED),
            ("whatsapp", shared_endpoint("whatsapp", "1002")),  # another app's
            ("webchat", LUZ_CHAT.endpoint_id),  # an endpoint without a secret
            ("telegram", account.endpoint_id[:-1]),
            ("telegram", "x" * 22),
            ("telegram", ""),
            ("telegram", "../../x"),
            ("telegram", "\x00" * 30),
            ("telegram", "a" * 5000),
        ):
            assert await parts.keyring.endpoint_secret(channel, endpoint) is None, (channel, endpoint)

    told(story)


def test_without_an_app_the_shared_endpoint_is_closed():
    async def story():
        parts = await Parts(app=False).open()
        assert await parts.keyring.endpoint_secret("whatsapp", SHARED) is None

    asyncio.run(story())


def test_made_up_endpoints_cost_one_read_each_and_fill_no_memory():
    async def story(parts, account):
        reads = reads_of(parts, "endpoint")
        for _ in range(50):
            assert await parts.keyring.endpoint_secret("telegram", "y" * 24) is None
        assert len(reads) == 1
        for _ in range(50):
            assert await parts.keyring.endpoint_secret("telegram", "short") is None
        assert len(reads) == 1, "what cannot be an id is not looked for"
        for number in range(keyring.MOST_KEPT + 100):
            await parts.keyring.endpoint_secret("telegram", f"{number:024}")
        assert len(parts.keyring._endpoints._answers) == keyring.MOST_KEPT
        assert await parts.keyring.endpoint_secret("telegram", account.endpoint_id) is not None

    told(story)


def test_an_endpoint_of_a_disconnected_account_is_closed_at_once():
    async def story(parts, account):
        assert await parts.keyring.endpoint_secret("telegram", account.endpoint_id) is not None
        await parts.connections.disconnect(account)
        assert await parts.keyring.endpoint_secret("telegram", account.endpoint_id) is None

    told(story)


def test_nothing_of_it_shows():
    async def story(parts, account):
        token = await parts.keyring.token_of(account)
        credential = await parts.store.accounts.credential(account.business_id, account.id)
        for shown in (parts.keyring, parts.vault, token, APP_SECRET, credential):
            assert "canary" not in f"{shown!r} {shown}"

    told(story)
