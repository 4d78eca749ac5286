"""Writes docs/reference/schema.md: `python -m storage.sql.schema_reference` from the folder of the project."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from storage.sql.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Table

SEEDS = Path("docs/reference/seeds.yaml")
PAGE = Path("docs/reference/schema.md")
_PLACED = re.compile(r"(here|later|out) ([^:]+?)(?:: (.+))?", re.DOTALL)

HEAD = """# The schema

Written by `python -m storage.sql.schema_reference` from `storage/sql/models/` and `seeds.yaml`; a test compares.
The same tables stand on SQLite and on PostgreSQL. Moments are UTC, money is minor units and a currency. Whatever is
marked personal is reached by `frontdesk export` and `frontdesk erase`.
"""
MAPPING = """## Where the documents that came first have their place

Five older documents, each with a schema of its own, are what Frontdesk grew from. Every table and column of theirs is
kept (**here**), brought by later work (**later**), or left out with a reason (**out**). Where they disagree:

- openings as stored rows, or computed: computed from hours and what is taken; only holds and bookings are rows;
- local times, texts, or moments: moments in UTC, and the zone of each place;
- three vocabularies of a booking's status: one state machine, the widest, with events for the rest;
- a booking that refers to an opening, or has a range of time: a range, which the database keeps from overlapping;
- amounts as decimals: integer minor units and a currency, frozen when sold;
- a customer a channel, or one person: one person with many identities, within one business.
"""


class UnknownPlace(Exception):
    """The mapping names a column or a work that does not exist."""


def page(seeds: dict[str, Any]) -> str:
    """Return the page. Raises UnknownPlace when the mapping points nowhere."""
    return "\n".join([HEAD, *_tables(), MAPPING, *_works(seeds), *_documents(seeds)])


def _tables() -> Iterator[str]:
    described = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]
    yield "## Tables\n"
    for name, table in sorted(Base.metadata.tables.items()):
        words = inspect.cleandoc(described[name].__doc__ or "")
        yield f"### {name}\n\n{words}\n\nKept {table.info['retention']}.\n"
        yield "| column | type | personal |\n|---|---|---|"
        yield from (_column(table, column) for column in table.columns)
        yield ""


def _column(table: Table, column: Column[Any]) -> str:
    marks = [type(column.type).__name__.lower()]
    if column.name in {key.name for key in table.primary_key}:
        marks.append("key")
    if column.nullable:
        marks.append("may be absent")
    marks += sorted({f"→ {key.column.table.name}" for key in column.foreign_keys})
    return f"| {column.name} | {', '.join(marks)} | {'yes' if column.info['personal'] else 'no'} |"


def _works(seeds: dict[str, Any]) -> Iterator[str]:
    yield "Later works:\n"
    yield from (f"- **{work}**: {words}." for work, words in seeds["works"].items())
    yield ""


def _documents(seeds: dict[str, Any]) -> Iterator[str]:
    for document in seeds["documents"]:
        yield f"### {document['name']}\n"
        yield "| table | column | | where |\n|---|---|---|---|"
        for table, columns in document["tables"].items():
            for column, value in columns.items():
                kind, where = _placed(f"{document['name']}: {table}.{column}", str(value), seeds["works"])
                shown = f"| {table} | {column}" if column != "is" else f"| **{table}** | "
                yield f"{shown} | {kind} | {where} |"
        yield ""


def _placed(what: str, value: str, works: dict[str, str]) -> tuple[str, str]:
    """Return the kind and the wording of a mapping. Raises UnknownPlace."""
    found = _PLACED.fullmatch(value)
    if found is None:
        raise UnknownPlace(f"{what} says neither here, later nor out: {value}")
    kind, place, note = found[1], found[2], found[3]
    if kind == "out":
        return kind, value.removeprefix("out ")
    if kind == "later":
        if place not in works:
            raise UnknownPlace(f"{what} is brought by an unknown work: {place}")
        return kind, f"**{place}**" + (f": {note}" if note else "")
    columns = place.split(", ")
    for column in columns:
        table, _, name = column.partition(".")
        if table not in Base.metadata.tables or name not in Base.metadata.tables[table].columns:
            raise UnknownPlace(f"{what} is kept in {column}, which does not exist")
    return kind, ", ".join(f"`{column}`" for column in columns) + (f": {note}" if note else "")


if __name__ == "__main__":
    PAGE.write_text(page(yaml.safe_load(SEEDS.read_text(encoding="utf-8"))), encoding="utf-8")
