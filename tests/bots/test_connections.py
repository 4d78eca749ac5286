"""Accounts are connected in one order, whatever goes wrong, and nobody connects what is not theirs."""

from __future__ import annotations

import asyncio
import io
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from adapters.base import ConnectRefused, Finding, SendLater
from bots import logs
from bots.connections import UNFINISHED
from bots.keyring import hook_path
from bots.vault import Vault
from bots.vault_keys import FileKeys, GivenKeys, new_key
from domain.errors import AccountTaken, UnknownAccount
from domain.ids import derived_id
from tests.bots.connecting import BOT_TOKEN, OTHER_TOKEN, SHARED, URL, Parts, bot, number
from tests.builders import LUZ, MAR, NOW
from web.connect.desk import OtherSession, SeveralFound, SignInDeclined, SignInOver, Unfinished

LUZ_ID, MAR_ID = LUZ.business.id, MAR.business.id


def told(story, **more):
    async def it():
        await story(await Parts(**more).open())

    asyncio.run(it())


async def telegram_of(parts, business_id=LUZ_ID):
    return [one for one in await parts.store.accounts.of(business_id) if one.channel == "telegram"]


# A pasted token


def test_a_pasted_token_connects_the_bot_that_it_belongs_to():
    async def story(parts):
        account = await parts.connections.connect_token(LUZ_ID, "telegram", f"  {BOT_TOKEN}\n")
        assert account.id == derived_id("account", "telegram", LUZ_ID, "4711")
        assert (account.name, account.state, account.problem) == ("@luz_bot", "connected", "")
        assert await parts.now(account) == account
        assert parts.telegram.asked == ["finish", "subscribe"]
        url, secret = parts.telegram.hooks["4711"]
        assert url == URL + hook_path("telegram", account.endpoint_id)
        assert len(secret) >= 32
        assert (await parts.keyring.token_of(account)).value == BOT_TOKEN.encode()

    told(story)


@pytest.mark.parametrize("token", ["", "   \n", "x" * 5000, "unknown"])
def test_what_is_no_token_connects_nothing(token):
    async def story(parts):
        with pytest.raises(ConnectRefused) as refused:
            await parts.connections.connect_token(LUZ_ID, "telegram", token)
        assert "x" * 40 not in str(refused.value)
        assert await telegram_of(parts) == []

    told(story)


def test_a_bot_of_another_business_is_not_taken_from_it():
    async def story(parts):
        theirs = await parts.connections.connect_token(MAR_ID, "telegram", BOT_TOKEN)
        before = await parts.store.accounts.credential(MAR_ID, theirs.id)
        with pytest.raises(AccountTaken):
            await parts.connections.connect_token(LUZ_ID, "telegram", BOT_TOKEN)
        assert await telegram_of(parts) == []
        assert await parts.now(theirs) == theirs
        assert await parts.store.accounts.credential(MAR_ID, theirs.id) == before
        assert parts.telegram.asked.count("subscribe") == 1, "the platform is not told anything"
        await parts.connections.disconnect(theirs)
        ours = await parts.connections.connect_token(LUZ_ID, "telegram", BOT_TOKEN)
        assert ours.business_id == LUZ_ID

    told(story)


def test_the_token_of_another_bot_is_not_taken_for_the_one_that_was_meant():
    async def story(parts):
        account = await parts.connected()
        parts.telegram.opens[OTHER_TOKEN] = [bot(OTHER_TOKEN, "4712", "@other_bot")]
        with pytest.raises(ConnectRefused, match="belongs to @other_bot"):
            await parts.connections.connect_token(LUZ_ID, "telegram", OTHER_TOKEN, again=account.id)
        with pytest.raises(ConnectRefused, match="belongs to @luz_bot"):
            await parts.connections.connect_token(MAR_ID, "telegram", BOT_TOKEN, again=account.id)
        assert [one.external_id for one in await telegram_of(parts)] == ["4711"]

    told(story)


def test_connected_again_it_is_the_same_account_at_the_same_address():
    async def story(parts):
        account = await parts.connected()
        hook = parts.telegram.hooks["4711"]
        await parts.store.accounts.judge(LUZ_ID, account.id, "reauth_required", "its token was revoked")
        parts.telegram.opens = {"4711:canary-new": [bot("4711:canary-new", name="@luz_studio_bot")]}
        again = await parts.connections.connect_token(LUZ_ID, "telegram", "4711:canary-new", again=account.id)
        assert again == replace(account, name="@luz_studio_bot")
        assert await parts.now(account) == again
        assert parts.telegram.hooks["4711"] == hook, "what is delivered meanwhile is let in"
        assert (await parts.keyring.token_of(again)).value == b"4711:canary-new"

    told(story)


def test_connected_after_it_was_disconnected_it_gets_a_new_address():
    async def story(parts):
        account = await parts.connected()
        await parts.connections.disconnect(account)
        assert "4711" not in parts.telegram.hooks
        gone = await parts.now(account)
        assert (gone.state, await parts.store.accounts.credential(LUZ_ID, account.id)) == ("disconnected", None)
        again = await parts.connected()
        assert again.id == account.id
        assert again.endpoint_id != account.endpoint_id
        assert (await parts.now(again)).external_id == "4711"

    told(story)


def test_a_secret_that_no_key_opens_any_more_is_made_anew():
    async def story(parts):
        account = await parts.connected()
        parts.vault.keys = GivenKeys((new_key(),))
        again = await parts.connected()
        assert again.endpoint_id != account.endpoint_id
        assert parts.telegram.hooks["4711"][0].endswith(again.endpoint_id)

    told(story)


# Nothing half open


def test_the_platform_is_down_before_anything_is_known_and_nothing_is_written():
    async def story(parts):
        parts.telegram.down = True
        with pytest.raises(ConnectRefused, match="does not answer"):
            await parts.connected()
        assert await telegram_of(parts) == []

    told(story)


def test_the_platform_goes_down_in_the_middle_and_it_is_tried_again():
    async def story(parts):
        ask = parts.telegram.ask

        def down_at_subscribe(what):
            parts.telegram.down = what == "subscribe"
            ask(what)

        parts.telegram.ask = down_at_subscribe
        with pytest.raises(Unfinished, match="does not answer") as unfinished:
            await parts.connected()
        account = await parts.now(unfinished.value.account)
        assert (account.state, "does not answer" in account.problem) == ("reauth_required", True)
        assert (await parts.keyring.token_of(account)).value == BOT_TOKEN.encode(), "its token is kept"
        with pytest.raises(Unfinished):
            await parts.connections.retry(account)
        parts.telegram.ask, parts.telegram.down = ask, False
        assert (await parts.connections.retry(account)).state == "connected"
        assert (await parts.now(account)).problem == ""
        assert parts.telegram.hooks["4711"][0].endswith(account.endpoint_id)

    told(story)


class Killed(BaseException):
    """The program ends here."""


def _killed_at_subscribe(parts):
    def kill(what):
        if what == "subscribe":
            raise Killed

    parts.telegram.ask = kill


def test_a_program_that_ends_in_the_middle_leaves_an_account_that_says_so():
    async def story(parts):
        _killed_at_subscribe(parts)
        with pytest.raises(Killed):
            await parts.connected()
        (account,) = await telegram_of(parts)
        assert (account.state, account.problem) == ("reauth_required", UNFINISHED)

    told(story)


def test_broken_twin_that_hopes_for_the_best_looks_connected_and_hears_nothing():
    async def story(parts):
        _killed_at_subscribe(parts)
        connect = parts.store.accounts.connect

        async def hopeful(account, *rows):
            await connect(replace(account, state="connected", problem=""), *rows)

        parts.store.accounts.connect = hopeful
        with pytest.raises(Killed):
            await parts.connected()
        (account,) = await telegram_of(parts)
        assert account.state == "connected"
        assert parts.telegram.hooks == {}

    told(story)


def test_two_who_connect_the_same_bot_at_once_end_with_what_the_platform_was_told():
    async def story(parts):
        for _ in range(5):
            await asyncio.gather(*(parts.connected() for _ in range(4)))
            (account,) = await telegram_of(parts)
            url, secret = parts.telegram.hooks["4711"]
            assert url.endswith(account.endpoint_id)
            assert (await parts.keyring.endpoint_secret("telegram", account.endpoint_id)).value == secret
            await parts.connections.disconnect(account)

    told(slowly(story))


def test_broken_twin_without_taking_turns_the_platform_delivers_to_a_closed_door():
    async def story(parts):
        parts.connections._turn = lambda account_id: asyncio.Lock()
        await asyncio.gather(*(parts.connected() for _ in range(4)))
        (account,) = await telegram_of(parts)
        url, _ = parts.telegram.hooks["4711"]
        assert not url.endswith(account.endpoint_id)

    told(slowly(story))


def slowly(story):
    """Have each call of the platform take a while, the first the longest."""

    async def it(parts):
        subscribe, calls = parts.connections._connectors["telegram"].subscribe, iter(range(1000))

        async def slow(*arguments):
            for _ in range(50 - 10 * (next(calls) % 4)):
                await asyncio.sleep(0)
            await subscribe(*arguments)

        of = parts.store.accounts.of

        async def others_in_between(business_id):
            found = await of(business_id)
            await asyncio.sleep(0)
            return found

        parts.connections._connectors["telegram"].subscribe = slow
        parts.store.accounts.of = others_in_between
        await story(parts)

    return it


# What is missing


@pytest.mark.parametrize(
    ("more", "channel", "words"),
    [
        ({"public_url": ""}, "telegram", "server.public_url"),
        ({"public_url": ""}, "whatsapp", "server.public_url"),
        ({"app": False}, "whatsapp", "whatsapp.app_id and whatsapp.app_secret"),
        ({}, "fax", "fax cannot be connected here"),
    ],
)
def test_missing_settings_are_named_before_the_platform_is_asked(more, channel, words):
    async def story(parts):
        for act in (
            lambda: parts.connections.connect_token(LUZ_ID, channel, BOT_TOKEN),
            lambda: parts.connections.begin(LUZ_ID, channel, "session"),
        ):
            with pytest.raises(ConnectRefused, match=words):
                await act()
        assert parts.telegram.asked == parts.whatsapp.asked == []
        missing = {way.channel: way.missing for way in parts.connections.ways()}
        assert words.lower() in missing.get(channel, words).lower()

    told(story, **more)


@pytest.mark.parametrize(
    ("keys", "words"),
    [("none", "FRONTDESK_SECRETS__KEYS"), ("spoiled", "chmod")],
)
def test_keys_that_may_not_be_used_are_said_before_the_platform_is_asked(keys, words, tmp_path):
    async def story(parts):
        parts.connections._vault = Vault(GivenKeys(()) if keys == "none" else spoiled(tmp_path))
        with pytest.raises(ConnectRefused, match=words):
            await parts.connected()
        with pytest.raises(ConnectRefused, match=words):
            await parts.sign_in()
        assert parts.telegram.asked == []

    told(story)


def test_looking_at_what_can_be_connected_makes_no_key(tmp_path):
    async def story(parts):
        parts.connections._vault = Vault(FileKeys(tmp_path / "keys"))
        assert [way.missing for way in parts.connections.ways()] == ["", ""]
        assert not (tmp_path / "keys").exists()
        await parts.sign_in()
        assert (tmp_path / "keys").is_file()

    told(story)


def spoiled(folder):
    keys = FileKeys(folder / "keys")
    keys.ring(make=True)
    (folder / "keys").chmod(0o604)
    return keys


def test_a_business_that_is_not_there_connects_nothing():
    async def story(parts):
        with pytest.raises(UnknownAccount):
            await parts.connections.connect_token("biz-none", "telegram", BOT_TOKEN)
        with pytest.raises(UnknownAccount):
            await parts.sign_in(business_id="biz-none")

    told(story)


def test_a_way_says_how_a_channel_is_connected():
    async def story(parts):
        ways = [(way.channel, way.kind, way.missing) for way in parts.connections.ways()]
        assert ways == [("telegram", "token", ""), ("whatsapp", "sign-in", "")]
        with pytest.raises(ConnectRefused, match="no sign-in"):
            await parts.connections.begin(LUZ_ID, "telegram", "session")

    told(story)


# Sign-ins


def test_a_sign_in_is_offered_chosen_and_connected():
    async def story(parts):
        parts.whatsapp.opens["code"] = [number(), number("5002", "+351 210 000 002")]
        state = await parts.sign_in()
        assert len(state) >= 43, "256 bits"
        offer = await parts.connections.finish_redirect("whatsapp", state, "code", "session")
        assert [(one.external_id, one.name) for one in offer.found] == [
            ("5001", "+351 210 000 001"),
            ("5002", "+351 210 000 002"),
        ]
        assert await parts.connections.offered(offer.handle, "session") == offer
        account = await parts.connections.choose(offer.handle, "session", "5002", "123456")
        assert (account.external_id, account.endpoint_id, account.group) == ("5002", SHARED, "waba-1")
        assert parts.whatsapp.pins == ["123456"]
        assert parts.whatsapp.hooks["5002"][0] == f"{URL}/hooks/whatsapp/{SHARED}"
        with pytest.raises(SignInOver):
            await parts.connections.offered(offer.handle, "session")

    told(story)


def test_only_hashes_are_kept_of_what_could_be_replayed():
    async def story(parts):
        state = await parts.sign_in("canary-session")
        offer = await parts.connections.finish_redirect("whatsapp", state, "code", "canary-session")
        (kept,) = parts.store.accounts._pending.values()
        for secret in (state, offer.handle, "canary-session", "canary-business-token", "code"):
            assert secret not in f"{kept!r} {kept.facts} {kept.state_hash!r} {kept.session!r}"

    told(story)


def test_a_state_works_once():
    async def story(parts):
        state = await parts.sign_in()
        await parts.connections.finish_redirect("whatsapp", state, "code", "session")
        with pytest.raises(SignInOver):
            await parts.connections.finish_redirect("whatsapp", state, "code", "session")
        assert parts.whatsapp.asked == ["finish"]

    told(story)


def test_of_two_who_come_back_at_once_one_is_heard():
    async def story(parts):
        state = await parts.sign_in()
        heard = await asyncio.gather(
            *(parts.connections.finish_redirect("whatsapp", state, "code", "session") for _ in range(5)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, SignInOver) for one in heard) == 4

    told(story)


@pytest.mark.parametrize("state", ["", "made-up", "\x00", "é" * 10_000])
def test_a_state_that_nobody_was_given_is_over(state):
    async def story(parts):
        await parts.sign_in()
        with pytest.raises(SignInOver):
            await parts.connections.finish_redirect("whatsapp", state, "code", "session")
        assert parts.whatsapp.asked == []

    told(story)


def test_a_sign_in_is_over_after_ten_minutes():
    async def story(parts):
        early, late = await parts.sign_in(), await parts.sign_in()
        parts.clock.advance(timedelta(minutes=9, seconds=59))
        offer = await parts.connections.finish_redirect("whatsapp", early, "code", "session")
        parts.clock.advance(timedelta(seconds=1))
        with pytest.raises(SignInOver):
            await parts.connections.finish_redirect("whatsapp", late, "code", "session")
        parts.clock.advance(timedelta(minutes=5))
        await parts.connections.offered(offer.handle, "session")
        parts.clock.advance(timedelta(minutes=4, seconds=59))
        with pytest.raises(SignInOver):
            await parts.connections.choose(offer.handle, "session", "5001")

    told(story)


def test_another_session_cannot_finish_what_it_did_not_begin():
    async def story(parts):
        state = await parts.sign_in("theirs")
        with pytest.raises(OtherSession):
            await parts.connections.finish_redirect("whatsapp", state, "code", "ours")
        with pytest.raises(SignInOver):
            await parts.connections.finish_redirect("whatsapp", state, "code", "theirs")
        assert parts.whatsapp.asked == []
        offer = await parts.connections.finish_redirect("whatsapp", await parts.sign_in("theirs"), "code", "theirs")
        with pytest.raises(OtherSession):
            await parts.connections.choose(offer.handle, "ours", "5001")
        assert parts.whatsapp.hooks == {}

    told(story)


def test_broken_twin_that_does_not_look_at_the_session_connects_a_number_for_a_stranger(monkeypatch):
    monkeypatch.setattr("bots.sign_ins.secrets.compare_digest", lambda ours, theirs: True)

    async def story(parts):
        state = await parts.sign_in("theirs")
        offer = await parts.connections.finish_redirect("whatsapp", state, "code", "ours")
        assert (await parts.connections.choose(offer.handle, "ours", "5001")).state == "connected"

    told(story)


def test_a_state_of_another_channel_and_a_handle_are_no_states():
    async def story(parts):
        with pytest.raises(SignInOver):
            await parts.connections.finish_redirect("telegram", await parts.sign_in(), "code", "session")
        offer = await parts.connections.finish_redirect("whatsapp", await parts.sign_in(), "code", "session")
        with pytest.raises(SignInOver):
            await parts.connections.finish_redirect("whatsapp", offer.handle, "code", "session")
        with pytest.raises(SignInOver):
            await parts.connections.offered(await parts.sign_in(), "session")

    told(story)


def test_who_declines_connects_nothing_and_begins_again():
    async def story(parts):
        state = await parts.sign_in()
        with pytest.raises(SignInDeclined):
            await parts.connections.finish_redirect("whatsapp", state, "", "session")
        with pytest.raises(SignInOver):
            await parts.connections.finish_redirect("whatsapp", state, "code", "session")

    told(story)


def test_a_business_that_went_away_meanwhile_gets_nothing():
    async def story(parts):
        state = await parts.sign_in()
        del parts.store.directories._directories[LUZ_ID]
        with pytest.raises(UnknownAccount):
            await parts.connections.finish_redirect("whatsapp", state, "code", "session")
        assert parts.whatsapp.asked == []

    told(story)


@pytest.mark.parametrize("code", ["spent", "nothing"])
def test_a_code_that_opens_nothing_is_refused_in_words(code):
    async def story(parts):
        parts.whatsapp.opens["nothing"] = []
        with pytest.raises(ConnectRefused) as refused:
            await parts.connections.finish_redirect("whatsapp", await parts.sign_in(), code, "session")
        assert code not in str(refused.value).replace("nothing is", "")

    told(story)


def test_a_number_that_cannot_be_had_leaves_the_others_to_choose_from():
    async def story(parts):
        parts.whatsapp.opens["code"] = [number(), number("5002", "+351 210 000 002")]
        theirs = await parts.connections.finish_redirect("whatsapp", await parts.sign_in("m", MAR_ID), "code", "m")
        await parts.connections.choose(theirs.handle, "m", "5001")
        offer = await parts.connections.finish_redirect("whatsapp", await parts.sign_in(), "code", "session")
        with pytest.raises(AccountTaken):
            await parts.connections.choose(offer.handle, "session", "5001")
        with pytest.raises(ConnectRefused, match="listed"):
            await parts.connections.choose(offer.handle, "session", "5003")
        assert (await parts.connections.choose(offer.handle, "session", "5002")).business_id == LUZ_ID

    told(story)


def test_a_wrong_pin_leaves_an_account_that_is_tried_again_with_the_right_one():
    async def story(parts):
        ask = parts.whatsapp.ask
        parts.refuse_delivery(parts.whatsapp)
        offer = await parts.connections.finish_redirect("whatsapp", await parts.sign_in(), "code", "session")
        with pytest.raises(Unfinished, match="PIN") as unfinished:
            await parts.connections.choose(offer.handle, "session", "5001", "000000")
        parts.whatsapp.ask = ask
        account = await parts.now(unfinished.value.account)
        assert "PIN" in account.problem
        assert (await parts.connections.retry(account, "123456")).state == "connected"
        assert parts.whatsapp.pins == ["123456"]

    told(story)


def test_a_token_that_opens_several_numbers_wants_one_named():
    async def story(parts):
        parts.whatsapp.opens["system-user-token"] = [number(), number("5002", "+351 210 000 002")]
        with pytest.raises(SeveralFound, match="5001") as several:
            await parts.connections.connect_token(LUZ_ID, "whatsapp", "system-user-token")
        assert len(several.value.found) == 2
        account = await parts.connections.connect_token(LUZ_ID, "whatsapp", "system-user-token", external_id="5002")
        assert account.external_id == "5002"
        with pytest.raises(ConnectRefused, match="does not open 5003"):
            await parts.connections.connect_token(LUZ_ID, "whatsapp", "system-user-token", external_id="5003")

    told(story)


# Checking and disconnecting


def test_a_check_says_what_the_platform_says():
    async def story(parts):
        account = await parts.connected()
        parts.telegram.findings = [Finding(True, "fine"), Finding(False, "a delivery failed", "look at the address")]
        assert await parts.connections.check(account) == parts.telegram.findings

    told(story)


def test_an_account_that_was_mended_is_taken_up_again_and_one_that_was_not_is_not():
    async def story(parts):
        account = await parts.connected()
        await parts.store.accounts.judge(LUZ_ID, account.id, "stopped", "unpaid")
        ill = await parts.now(account)
        parts.telegram.findings = [Finding(False, "unpaid", "pay it")]
        await parts.connections.check(ill)
        assert (await parts.now(account)).state == "stopped"
        parts.telegram.findings = [Finding(True, "paid")]
        await parts.connections.check(ill)
        assert (await parts.now(account)).state == "connected"

    told(story)


def test_a_check_without_a_token_or_a_secret_says_what_to_do_and_asks_nobody():
    async def story(parts):
        account = await parts.connected()
        parts.telegram.asked.clear()
        endpoint = await parts.store.accounts.endpoint(account.endpoint_id)
        await parts.store.accounts.reseal_endpoint(endpoint, replace(endpoint, sealed=b"spoiled"))
        (finding,) = await parts.connections.check(account)
        assert (finding.ok, finding.remedy) == (False, "Connect it again.")
        await parts.connections.disconnect(account)
        for gone in (account, await parts.now(account)):
            (finding,) = await parts.connections.check(gone)
            assert (finding.ok, finding.remedy) == (False, "Connect it again.")
        assert "check" not in parts.telegram.asked

    told(story)


def test_a_token_that_runs_out_soon_is_found():
    async def story(parts):
        parts.telegram.opens[BOT_TOKEN] = [replace(bot(), expires_at=NOW + timedelta(days=20))]
        account = await parts.connected()
        assert all(one.ok for one in await parts.connections.check(account))
        parts.clock.advance(timedelta(days=14))
        (first, *_) = await parts.connections.check(account)
        assert (first.ok, "2026-12-10" in first.what) == (False, True)

    told(story)


def test_disconnecting_asks_the_platform_even_though_it_may_be_down():
    async def story(parts):
        account = await parts.connected()
        await parts.connections.disconnect(account)
        assert parts.telegram.asked[-1] == "disconnect"
        again = await parts.connected()

        async def no_keys(_):
            raise SendLater(30, "keys")

        parts.keyring.token_of = no_keys
        await parts.connections.disconnect(again)
        assert (await parts.now(again)).state == "disconnected"

    told(story)


def test_one_number_of_a_group_goes_and_the_others_stay_delivered():
    async def story(parts):
        parts.whatsapp.opens["code"] = [number(), number("5002", "+351 210 000 002")]
        made = []
        for wanted in ("5001", "5002"):
            offer = await parts.connections.finish_redirect("whatsapp", await parts.sign_in(), "code", "session")
            made.append(await parts.connections.choose(offer.handle, "session", wanted))
        await parts.connections.disconnect(made[0])
        assert "disconnect" not in parts.whatsapp.asked, "the platform would stop delivering for both"
        await parts.connections.disconnect(made[1])
        assert "disconnect" in parts.whatsapp.asked

    told(story)


def test_nothing_secret_is_logged():
    stream = io.StringIO()

    async def story(parts):
        logs.configure("debug", "json", stream)
        account = await parts.connected()
        parts.telegram.opens.clear()
        for act in (
            parts.connected,
            lambda: parts.connections.finish_redirect("whatsapp", "canary-state", "canary-code", "canary-session"),
            lambda: parts.connections.connect_token(MAR_ID, "telegram", "canary"),
        ):
            with pytest.raises((ConnectRefused, SignInOver)):
                await act()
        await parts.connections.disconnect(account)

    before = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        told(story)
    finally:
        logging.getLogger().handlers[:] = before[0]
        logging.getLogger().setLevel(before[1])
        logging.getLogger("uvicorn.access").disabled = False
        structlog.reset_defaults()
    lines = stream.getvalue()
    assert "canary" not in lines
    assert "[hidden]" not in lines
    for event in ("account_connected", "connect_refused", "account_disconnected"):
        assert event in lines
    assert '"reason": "SignInOver"' in lines
    assert f'"business": "{LUZ_ID}"' in lines
