"""The command line: `frontdesk serve`, and everything else that an operator does."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from bots.settings import Settings

# What is imported here is paid by every `frontdesk --help`; everything heavy is imported by the command that needs it.

_ID_LENGTH = 32
"""Characters of a conversation's id."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 refused or failed, 2 not understood, 130 interrupted."""
    options = _parser().parse_args(_ids_last(sys.argv[1:] if arguments is None else arguments))
    from bots.errors import Refused
    from domain.errors import FrontdeskError

    try:
        return _run(options)
    except (Refused, FrontdeskError) as error:
        print(f"frontdesk: {str(error) or type(error).__name__}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone, as `| head` does.
        sys.stderr.close()
        return 1


def _run(options: argparse.Namespace) -> int:
    from bots import logs, operations, settings

    overrides = {f"FRONTDESK_SERVER__{key.upper()}": getattr(options, key, None) for key in ("host", "port")}
    loaded = settings.load(options.config, overrides=overrides)
    logs.configure(options.log_level or loaded.log.level, loaded.log.format)
    command: Callable[[Settings, argparse.Namespace], Coroutine[Any, Any, int]] = getattr(operations, options.command)
    return operations.run(command(loaded, options))


def _ids_last(arguments: Sequence[str]) -> list[str]:
    """Return arguments with an id that begins with "-", as one in sixty does, where it is not taken for an option."""
    ids = [one for one in arguments[1:] if len(one) >= _ID_LENGTH and one[0] == "-" and one[1] != "-"]
    return [*(one for one in arguments if one not in ids), "--", *ids] if ids else list(arguments)


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="frontdesk", description="Answers a business's chats and takes its bookings.", allow_abbrev=False
    )
    parser.add_argument("--config", type=Path, help="the settings, by default $FRONTDESK_CONFIG or ./config.yaml")
    parser.add_argument("--log-level", choices=["debug", "info", "warning", "error"], help="instead of log.level")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve web chat and pages, and answer (unless worker.embedded is false)")
    serve.add_argument("--host", help="instead of server.host")
    serve.add_argument("--port", help="instead of server.port")

    commands.add_parser("worker", help="answer what comes in, without serving HTTP")

    chat = commands.add_parser("chat", help="talk to a business in the terminal")
    chat.add_argument("account", nargs="?", default="salon", help="the account's name (salon)")
    chat.set_defaults(log_level="error")

    commands.add_parser("seed", help="make the demo salon and bistro; what is there stays")
    commands.add_parser("migrate", help="bring the database to this version's schema")
    check = commands.add_parser("check", help="say whether settings, secret, database and every account are in order")
    check.add_argument("business", nargs="?", default="", help="only the accounts of this one, by its slug")

    backup = commands.add_parser("backup", help="copy the database while everything runs")
    backup.add_argument("path", nargs="?", type=Path, help="a new file (<data>/backups/<time>.db)")

    holidays = commands.add_parser("holidays", help="list public holidays, and close on those that are named")
    holidays.add_argument("business", help="its slug: salon")
    holidays.add_argument("--year", type=int, help="instead of this year, whose days gone by are left out")
    holidays.add_argument("--place", default="", help="only this place, by its name")
    holidays.add_argument(
        "--close", nargs="+", default=[], type=_date, metavar="DATE", help="close on these (as 2026-12-25)"
    )

    keys = commands.add_parser("api-key", help="make, list and revoke keys of the HTTP API")
    keys.set_defaults(command="api_key")
    acts = keys.add_subparsers(dest="act", required=True, metavar="ACT")
    new = acts.add_parser("new", help="make a key and print it, once")
    new.add_argument("business", help="its slug: salon")
    new.add_argument("--name", required=True, help="who uses it: website")
    acts.add_parser("list", help="list the keys").add_argument("business", nargs="?", default="", help="only its keys")
    acts.add_parser("revoke", help="revoke a key").add_argument("key", help="its id, as listed")

    _connecting(commands)

    who = "a customer id, phone (+351…), e-mail or web chat conversation id"
    export = commands.add_parser("export", help="print everything that is known about a customer, as JSON")
    export.add_argument("customer", help=who)
    erase = commands.add_parser("erase", help="forget a customer; bookings keep their time and price")
    erase.add_argument("customer", help=who)
    erase.add_argument("--yes", action="store_true", help="do not ask")
    for each in (export, erase):
        each.add_argument("--business", default="", help="only the customer of this business, by its slug")
    return parser


def _connecting(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of connected accounts."""

    def command(name: str, words: str, about: str = "") -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, allow_abbrev=False)
        made.set_defaults(command="connecting", about=about or name)
        return made

    connect = command("connect", "connect a Telegram bot or a WhatsApp number to a business")
    connect.add_argument("channel", choices=["telegram", "whatsapp"])
    connect.add_argument("business", help="its slug: salon")
    connect.add_argument("--token-file", type=Path, help="a file that holds the token, instead of being asked for it")
    connect.add_argument("--phone", default="", metavar="ID", help="which number, where a token opens several")
    connect.add_argument("--pin", default="", help="the six digits that protect the number at WhatsApp")
    connect.add_argument("--webhook", action="store_true", help="print what is entered at the platform, and end")
    command("disconnect", "disconnect an account; its conversations stay").add_argument(
        "account", help="its id or name, as listed"
    )
    business = {"nargs": "?", "default": "", "metavar": "BUSINESS", "help": "only of this one, by its slug"}
    command("accounts", "list connected accounts").add_argument("business", **business)  # type: ignore[arg-type]
    letters = command("dead-letters", "list what could not be sent or heard", "dead_letters")
    letters.add_argument("business", **business)  # type: ignore[arg-type]

    templates = command("templates", "list how message templates were judged, or submit them")
    templates.set_defaults(business="")
    acts = templates.add_subparsers(dest="act", metavar="ACT")
    for act, words in (
        ("list", "list how they were judged"),
        ("sync", "submit what is missing or says something else"),
    ):
        acts.add_parser(act, help=words).add_argument("business", **business)  # type: ignore[arg-type]

    acts = command("keys", "list and change the keys that tokens are sealed with").add_subparsers(
        dest="act", metavar="ACT"
    )
    acts.add_parser("list", help="list the keys, with how much is sealed with each")
    acts.add_parser("rotate", help="seal everything with a new key, while everything runs")
    acts.add_parser("retire", help="drop the older keys, once nothing needs them")


if __name__ == "__main__":
    sys.exit(main())
