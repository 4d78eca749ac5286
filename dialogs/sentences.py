"""Sentences: a locale's Fluent messages, made ready to be said without being interpreted each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast

if TYPE_CHECKING:
    from pathlib import Path

Sentence: TypeAlias = Callable[[dict[str, Any]], str]
"""Says a sentence with the values of its variables."""


def read(path: Path, language: str) -> dict[str, Sentence]:
    """Return the sentences of a Fluent file by key.

    Text, variables and choices between strings are joined by functions made once; whatever else a sentence holds
    (plurals, functions, other messages) is left to fluent.runtime, so that the two always say the same.
    """
    source = path.read_text("utf-8")
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(source))
    found: dict[str, Sentence] = {}
    for entry in FluentParser().parse(source).body:
        if isinstance(entry, ast.Message) and entry.value is not None:
            found[entry.id.name] = _made(entry.value) or _interpreted(bundle, entry.id.name)
    return found


def _interpreted(bundle: FluentBundle, key: str) -> Sentence:
    pattern = bundle.get_message(key).value
    assert pattern is not None

    def say(values: dict[str, Any]) -> str:
        words, _errors = bundle.format_pattern(pattern, values)
        return str(words)

    return say


def _made(pattern: ast.Pattern) -> Sentence | None:
    """Return a function that says a pattern, None where it holds what only fluent.runtime can say."""
    pieces: list[str | Sentence] = []
    for element in pattern.elements:
        piece = _piece(element)
        if piece is None:
            return None
        pieces.append(piece)
    if not any(callable(piece) for piece in pieces):
        fixed = "".join(str(piece) for piece in pieces)
        return lambda _values: fixed
    says: list[Sentence] = [piece if callable(piece) else _fixed(piece) for piece in pieces]
    if len(says) == 1:
        return says[0]
    return lambda values: "".join([say(values) for say in says])


def _piece(element: ast.TextElement | ast.Placeable) -> str | Sentence | None:
    if isinstance(element, ast.TextElement):
        return str(element.value)
    expression = element.expression
    if isinstance(expression, ast.StringLiteral):
        return str(expression.parse()["value"])
    if isinstance(expression, ast.VariableReference):
        return _variable(expression.id.name)
    if isinstance(expression, ast.SelectExpression):
        return _choice(expression)
    return None


def _fixed(text: str) -> Sentence:
    return lambda _values: text


def _variable(name: str) -> Sentence:
    def say(values: dict[str, Any]) -> str:
        value = values.get(name)
        return f"{{${name}}}" if value is None else str(value)

    return say


def _choice(expression: ast.SelectExpression) -> Sentence | None:
    """Return a function for a choice by a string; a choice by number is one of plurals and is not made here."""
    if not isinstance(expression.selector, ast.VariableReference):
        return None
    ways: dict[str, Sentence] = {}
    otherwise: Sentence | None = None
    for variant in expression.variants:
        made = _made(variant.value)
        if made is None or not isinstance(variant.key, ast.Identifier):
            return None
        if variant.key.name in _PLURALS and not variant.default:
            return None
        ways[variant.key.name] = made
        if variant.default:
            otherwise = made
    name, default = expression.selector.id.name, otherwise
    assert default is not None
    return lambda values: ways.get(values.get(name), default)(values)  # type: ignore[arg-type]


_PLURALS = frozenset({"zero", "one", "two", "few", "many"})
