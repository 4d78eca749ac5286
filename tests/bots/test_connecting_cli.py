"""Accounts on the command line: connected without a token in sight, listed, checked, disconnected; keys rotated."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.base import Connected, ConnectRefused, Finding, Secret
from bots import connecting_cli
from bots.application import Application
from bots.cli import main
from bots.connecting_cli import dead_letters
from bots.keyring import hook_path
from bots.platforms import Platforms
from bots.secrets import Secrets
from bots.settings import load
from bots.vault_keys import new_key
from domain.ids import derived_id
from domain.ports import GivenUp, SetAside, TemplateState
from tests.bots.connecting import APP_SECRET, BOT_TOKEN, SHARED, URL, Parts, Pasted, Platform, SignedIn, bot, number
from tests.builders import LUZ, NOW

BOT_ID = derived_id("account", "telegram", "demo", "4711")


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    for name in [name for name in os.environ if name.startswith("FRONTDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRONTDESK_SERVER__PUBLIC_URL", URL)
    assert main(["migrate"]) == main(["seed"]) == 0
    capsys.readouterr()
    return tmp_path


class Submits(SignedIn):
    """A connector that submits templates."""

    async def sync_templates(self, account, token):
        self.platform.ask("templates")
        return [
            TemplateState(account.group, "confirmation", "en", "APPROVED", NOW),
            TemplateState(account.group, "reminder", "en", "REJECTED", NOW, "it sounds like an advertisement"),
        ]


@pytest.fixture
def platform(monkeypatch):
    """Telegram and WhatsApp of a dictionary, instead of those of the settings."""
    one = Platform({BOT_TOKEN: [bot()], "system-user": [number(), number("5002", "+351 210 000 002")]})
    made = Platforms(
        {"telegram": Pasted(one), "whatsapp": Submits(one)},
        {hook_path("whatsapp", SHARED): APP_SECRET},
        {"whatsapp": SHARED},
        URL,
    )
    monkeypatch.setattr(Platforms, "from_settings", classmethod(lambda cls, settings, clock: made))
    return one


def done(capsys, *arguments):
    """Run a command that is expected to be done; return what it printed."""
    assert main(arguments) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def refused(capsys, *arguments):
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "canary" not in said.out + said.err
    return said.err


def token_file(folder, token=BOT_TOKEN):
    (folder / "token").write_text(f"{token}\n")
    return "--token-file", str(folder / "token")


def rows(folder, query):
    with closing(sqlite3.connect(folder / "data" / "frontdesk.db")) as database:
        return database.execute(query).fetchall()


def test_a_bot_is_connected_listed_checked_and_disconnected(folder, capsys, platform):
    assert "No account is connected" in done(capsys, "accounts")
    said = done(capsys, "connect", "telegram", "salon", *token_file(folder))
    assert "@luz_bot is connected" in said
    listed = done(capsys, "accounts")
    assert re.search(r"salon  telegram  @luz_bot  connected$", listed, re.MULTILINE)
    assert "@luz_bot" not in done(capsys, "accounts", "bistro")
    assert "salon telegram @luz_bot: ok\n" in done(capsys, "check")
    assert b"canary" not in (folder / "data" / "frontdesk.db").read_bytes()
    assert "@luz_bot is disconnected" in done(capsys, "disconnect", "@luz_bot")
    assert "disconnected" in done(capsys, "accounts", "salon")
    assert rows(folder, "SELECT * FROM credentials") == []
    assert "none is" in refused(capsys, "disconnect", "@luz_bot")
    done(capsys, "connect", "telegram", "salon", *token_file(folder))
    assert "is disconnected" in done(capsys, "disconnect", listed.split()[0])


def test_a_token_is_asked_for_without_an_echo_and_never_taken_from_the_command_line(
    folder, capsys, platform, monkeypatch
):
    assert "--token-file" in refused(capsys, "connect", "telegram", "salon")
    assert "cannot be read" in refused(capsys, "connect", "telegram", "salon", "--token-file", BOT_TOKEN)
    with pytest.raises(SystemExit):
        main(["connect", "telegram", "salon", "--token", BOT_TOKEN])
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(connecting_cli, "getpass", lambda prompt: BOT_TOKEN)
    assert "@luz_bot is connected" in done(capsys, "connect", "telegram", "salon")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("telegram", "nobody", "--token-file", "token"), "there is no business 'nobody'"),
        (("telegram", "salon", "--token-file", "nowhere"), "cannot be read: No such file"),
        (("telegram", "salon", "--token-file", "binary"), "it is no text"),
        (("telegram", "salon", "--token-file", "wrong"), "does not know this token"),
        (("telegram", "salon", "--webhook"), "has a webhook of its own"),
        (("whatsapp", "salon", "--token-file", "several"), "--phone 5002  +351 210 000 002"),
        (("whatsapp", "salon", "--token-file", "several", "--phone", "5003"), "does not open 5003"),
    ],
)
def test_what_cannot_be_connected_is_refused_in_a_sentence(folder, capsys, platform, arguments, words):
    (folder / "binary").write_bytes(b"\xff\xfe")
    (folder / "wrong").write_text("canary")
    (folder / "several").write_text("system-user")
    token_file(folder)
    assert words in refused(capsys, "connect", *arguments)
    assert rows(folder, "SELECT * FROM credentials") == []


def test_a_bot_of_another_business_is_refused(folder, capsys, platform):
    done(capsys, "connect", "telegram", "bistro", *token_file(folder))
    assert "belongs to another business" in refused(capsys, "connect", "telegram", "salon", *token_file(folder))


def test_a_number_is_connected_by_signing_in_or_with_a_token(folder, capsys, platform):
    address = done(capsys, "connect", "whatsapp", "salon").split()[-1]
    assert address.startswith(f"{URL}/desk/channels?key=")
    assert done(capsys, "connect", "whatsapp", "salon", "--webhook").split() == [
        "Callback", "URL:", f"{URL}/hooks/whatsapp/{SHARED}", "Verify", "token:", "canary-verify",
        "Redirect", "URI:", f"{URL}/connect/whatsapp/back",
    ]  # fmt: skip
    (folder / "several").write_text("system-user")
    arguments = ("whatsapp", "salon", "--token-file", "several", "--phone", "5002", "--pin", "123456")
    assert "+351 210 000 002 is connected" in done(capsys, "connect", *arguments)
    assert platform.pins == ["123456"]


def test_a_connection_that_is_not_finished_says_what_is_missing(folder, capsys, platform, monkeypatch):
    async def subscribe(*_):
        raise ConnectRefused("the PIN is another one")

    monkeypatch.setattr(Pasted, "subscribe", subscribe)
    assert "not quite connected: the PIN is another one" in refused(
        capsys, "connect", "telegram", "salon", *token_file(folder)
    )
    assert "reauth_required  the PIN is another one" in done(capsys, "accounts")


def test_check_fails_with_a_remedy_for_each_account_that_is_not_well(folder, capsys, platform):
    done(capsys, "connect", "telegram", "salon", *token_file(folder))
    platform.findings = [Finding(True, "fine"), Finding(False, "nothing is delivered", "Connect it again.")]
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "salon telegram @luz_bot: nothing is delivered. Connect it again.\n" in said
    assert "fine" not in said
    assert said.startswith("settings: ok\nsqlite: ok\n")
    assert "keys: ok" in said
    assert main(["check", "bistro"]) == 0, "only of that business"


def test_templates_are_submitted_and_listed(folder, capsys, platform):
    assert "no account is connected" in refused(capsys, "templates")
    (folder / "several").write_text("system-user")
    done(capsys, "connect", "whatsapp", "salon", "--token-file", "several", "--phone", "5001")
    assert "No template was submitted" in done(capsys, "templates")
    synced = done(capsys, "templates", "sync", "salon")
    assert re.search(r"confirmation  en  APPROVED$", synced, re.MULTILINE)
    assert "REJECTED  it sounds like an advertisement" in synced
    assert done(capsys, "templates") == done(capsys, "templates", "list", "salon") == synced
    platform.down = True
    assert "does not answer" in refused(capsys, "templates", "sync")


def test_keys_are_listed_rotated_and_retired(folder, capsys, platform):
    assert "nothing is sealed" in done(capsys, "keys")
    done(capsys, "connect", "telegram", "salon", *token_file(folder))
    (old,) = re.findall(r"^(\w{8})  newest  2 sealed$", done(capsys, "keys", "list"), re.MULTILINE)
    said = done(capsys, "keys", "rotate")
    assert "2 sealed anew" in said
    assert "keys retire" in said
    assert re.search(rf"^{old}  older   0 sealed$", done(capsys, "keys"), re.MULTILINE)
    assert "0 sealed anew" in done(capsys, "keys", "rotate"), "it is finished, not begun again"
    assert done(capsys, "keys", "retire") == f"{old} opens nothing any more.\n"
    assert done(capsys, "keys", "retire") == "There is no older key.\n"
    assert "salon telegram @luz_bot: ok\n" in done(capsys, "check")
    assert str(folder / "data" / "keys") in done(capsys, "backup")


def test_keys_that_are_not_here_are_found_by_the_check(folder, capsys, platform):
    done(capsys, "connect", "telegram", "salon", *token_file(folder))
    (folder / "data" / "keys").write_bytes(new_key() + b"\n")
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert "the token cannot be opened any more" in said.lower()
    assert "keys: 2 sealed with a key that is not here." in said
    assert "not here  2 sealed" in done(capsys, "keys")
    assert "connect it again" in done(capsys, "keys", "rotate")
    done(capsys, "connect", "telegram", "salon", *token_file(folder))
    assert main(["check"]) == 0


def test_keys_that_others_can_read_are_refused(folder, capsys, platform):
    done(capsys, "connect", "telegram", "salon", *token_file(folder))
    (folder / "data" / "keys").chmod(0o644)
    for command in (("keys",), ("keys", "rotate"), ("connect", "telegram", "salon", *token_file(folder))):
        assert "chmod 600" in refused(capsys, *command)


def test_in_memory_no_account_outlives_the_command(folder, capsys, monkeypatch):
    monkeypatch.setenv("FRONTDESK_STORE__KIND", "memory")
    for command in (("accounts",), ("keys",), ("dead-letters",)):
        assert "no account outlives" in refused(capsys, *command)


def test_nothing_is_dead_in_a_new_house(folder, capsys):
    assert done(capsys, "dead-letters") == "Everything was heard, and everything was sent.\n"
    assert "there is no business" in refused(capsys, "dead-letters", "nobody")


def test_dead_letters_say_when_whose_and_why():
    class Box:
        async def given_up(self, business_id, most):
            assert (business_id, most) == (LUZ.business.id, 50)
            return [GivenUp(LUZ.business.id, "c1", "m1", "telegram", "notice", NOW, "the bot was\nblocked")]

        async def set_aside(self, business_id, most):
            return [
                SetAside(7, "c2", LUZ.business.id, "a", "message", "x9", NOW + timedelta(minutes=1), "KeyError('x')")
            ]

    async def story():
        parts = await Parts().open()
        parts.store.outbox = parts.store.mailbox = Box()
        app = Application(parts.store, parts.clock, b"s" * 32)

        class options:  # noqa: N801 - as argparse makes them
            business = "luz"

        assert await dead_letters(app, options) == [
            "2026-11-20 10:01:00  not heard  luz  c2  message x9: KeyError('x')",
            "2026-11-20 10:00:00  not sent   luz  c1  telegram notice: the bot was blocked",
        ]

    asyncio.run(story())


# The platforms of the settings


def platforms(folder, **environment):
    (folder / "config.yaml").touch()
    named = {f"FRONTDESK_{key}": value for key, value in environment.items()}
    settings = load(folder / "config.yaml", {"FRONTDESK_SERVER__PUBLIC_URL": URL, **named})
    return Platforms.from_settings(settings, None), settings


def test_the_settings_say_which_platforms_there_are(tmp_path):
    made, settings = platforms(tmp_path, WHATSAPP__APP_ID="1001", WHATSAPP__APP_SECRET="canary")
    assert {"telegram", "whatsapp"} >= set(made.connectors)
    assert made.shared == {"whatsapp": SHARED}
    secret = made.app_secrets[hook_path("whatsapp", SHARED)]
    assert secret.value == b"canary"
    assert secret.challenge == Secrets.from_settings(settings).key("whatsapp-verify-token").hex()[:32]
    assert "canary" not in repr(made)


def test_without_an_app_nothing_is_verified(tmp_path):
    made, _ = platforms(tmp_path)
    assert made.shared == made.app_secrets == {}
    with pytest.raises(ConnectRefused, match=r"whatsapp\.app_id"):
        made.connectors["whatsapp"].begin("state", f"{URL}/connect/whatsapp/back")


def test_bots_are_looked_for_without_loading_what_talks_to_telegram():
    import subprocess
    import sys

    script = (
        "import sys\nfrom bots.platforms import Platforms\nfrom bots.settings import load\n"
        "from domain.clock import SystemClock\n"
        "found = Platforms.from_settings(load(environment={'FRONTDESK_STORE__KIND': 'memory'}), SystemClock())\n"
        "heavy = {'aiogram', 'pywa', 'pywa_async', 'httpx', 'aiohttp'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy or 'telegram' not in found.connectors else 0)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_connected_tokens_do_not_show():
    found = Connected("1", "@bot", Secret(b"canary"))
    assert "canary" not in f"{found!r} {replace(found, name='x')}"
