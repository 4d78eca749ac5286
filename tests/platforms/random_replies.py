"""Whether all that is ever sent is within its platform's limits: `python -m tests.platforms.random_replies`."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from adapters.base import Message, Template
from adapters.telegram.channel import Telegram
from adapters.telegram.outbound import message_fields
from adapters.whatsapp.channel import WhatsApp
from adapters.whatsapp.outbound import to_whatsapp
from dialogs.fit import fit, pages
from dialogs.messages import Pager, Reply, TemplateUse
from tests.platforms import graph_schema, telegram_limits
from tests.platforms.graph_limits import violations

WORDS = (
    "haircut", "tomorrow", "às", "čtvrtek", "понедельник", "موعد", "予約", "👩‍👩‍👧‍👦", "🇵🇹", "naïve", "é́",
    "https://desk.example/b/x", "Donaudampfschifffahrtsgesellschaft", "—", "\u200d", "\u2066", "(2)",
    "10:30", "👍🏽", "ﷺ", "\n", "\n\n", "…", "x" * 90,
)  # fmt: skip
MOST_CHOICES = 50


def random_reply(chance: Random) -> Reply:
    """Return a reply of any length, script and number of choices."""
    many = chance.choice((0, 0, 1, 2, 3, 4, 10, 11, MOST_CHOICES, chance.randint(0, MOST_CHOICES)))
    labels = [text(chance, chance.choice((1, 2, 3, 6, 20))).replace("\n", " ") for _ in range(many)]
    if chance.random() < 0.5:  # labels that are told apart, as those of an offer are
        labels = [f"{number} {label}" for number, label in enumerate(labels, 1)]
    pager = Pager(tuple(f"page-{number}" for number in range(1, 9)), text(chance, 1), text(chance, 8))
    return Reply(
        text(chance, chance.choice((0, 3, 30, 300, 3000))),
        tuple((f"token-{number:010}", label) for number, label in enumerate(labels)),
        pager=pager if chance.random() < 0.8 else None,
        page=chance.randint(0, 5) if chance.random() < 0.3 else 0,
        opener=text(chance, chance.choice((0, 1, 5))),
    )


def text(chance: Random, words: int) -> str:
    """Return so many words of many scripts."""
    return " ".join(chance.choice(WORDS) for _ in range(words))


def broken(reply: Reply, name: str) -> list[str]:
    """Return what a platform would refuse of the messages that a reply becomes."""
    channel: Any = {"telegram": Telegram, "whatsapp": WhatsApp}[name]
    last = max(0, pages(len(reply.choices), channel.can) - 1)
    found: list[str] = []
    for outbound in fit(_on_a_page_that_is(reply, last), channel.can):
        message = Message("4711" if name == "telegram" else "351910000001", outbound, "c.o.m")
        try:
            if name == "telegram":
                fields = message_fields(message)
                telegram_limits.check_text(fields["text"])
                if fields.get("reply_markup"):
                    telegram_limits.check_keyboard(fields["reply_markup"])
            else:
                payload = to_whatsapp(message)
                found += violations(payload)
                if graph_schema.there():
                    found += graph_schema.problems(payload)
        except Exception as refused:
            found.append(f"{type(refused).__name__}: {refused}")
    return found


def _on_a_page_that_is(reply: Reply, last: int) -> Reply:
    return replace(reply, page=min(reply.page, last))


def played(replies: int, seed: int) -> dict[str, Any]:
    """Return what the JSON line says."""
    chance = Random(seed)
    wrong: Counter[str] = Counter()
    messages = 0
    for _ in range(replies):
        reply = random_reply(chance)
        for name, channel in (("telegram", Telegram), ("whatsapp", WhatsApp)):
            messages += len(fit(reply, channel.can))
            wrong.update(f"{name}: {problem}" for problem in broken(reply, name))
    use = TemplateUse("reminder", "de", ("Ana", "Haarschnitt", "Sa., 21. Nov.", "Salon"), "b/salon/x")
    wrong.update(violations(to_whatsapp(Template("351910000001", use, "c.o.m"))))
    return {
        "replies": replies,
        "messages": messages,
        "schema": graph_schema.there(),
        "violations": wrong.total(),
        "which": dict(wrong.most_common(5)),
    }


def main() -> int:
    """Print one JSON line; returns 1 where something would be refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    line = played(options.replies, options.seed)
    print(json.dumps(line, ensure_ascii=False))  # noqa: T201 - it is a command
    return 1 if line["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
