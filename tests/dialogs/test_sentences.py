"""Sentences that were made ready say what fluent.runtime says."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from dialogs import sentences
from dialogs.replies import LOCALES

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(LOCALES.glob("*/*.ftl"))
WORDS = "tomorrow at 15:00"


class Used(Visitor):  # type: ignore[misc] # fluent.syntax is not typed
    """Collects the variables of a message with the keys that it chooses by."""

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the library's name
        self.values.setdefault(node.id.name, [WORDS])

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802 - the library's name
        if isinstance(node.selector, ast.VariableReference):
            keys = [one.key.name for one in node.variants if isinstance(one.key, ast.Identifier)]
            self.values.setdefault(node.selector.id.name, [WORDS]).extend(keys)
        self.generic_visit(node)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_they_say_what_fluent_says(path: Path) -> None:
    source = path.read_text("utf-8")
    bundle = FluentBundle([path.parent.name], use_isolating=False)
    bundle.add_resource(FluentResource(source))
    made = sentences.read(path, path.parent.name)
    for entry in FluentParser().parse(source).body:
        if not isinstance(entry, ast.Message):
            continue
        used = Used()
        used.visit(entry)
        for values in product(*used.values.values()):
            facts = dict(zip(used.values, values, strict=True))
            expected, errors = bundle.format_pattern(bundle.get_message(entry.id.name).value, facts)
            assert not errors
            assert made[entry.id.name](facts) == expected, entry.id.name


def test_plurals_are_left_to_fluent(tmp_path: Path) -> None:
    path = tmp_path / "plural.ftl"
    path.write_text("guests = { $n ->\n    [one] one guest\n   *[other] { $n } guests\n }\n", encoding="utf-8")
    say = sentences.read(path, "en")["guests"]
    assert say({"n": 1}) == "one guest"
    assert say({"n": 4}) == "4 guests"
