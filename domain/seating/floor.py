"""The floor of an evening as a picture: its tables before and after a re-seat, who sits where, and why.

An SVG that follows the reader's light or dark scheme and needs nothing beside itself. Pure: the same seating gives the
same text.
"""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from domain.seating.score import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domain.businesses import Resource
    from domain.seating.evening import Evening, Party
    from domain.seating.layout import Layout
    from domain.seating.reseat import Seating

_SCALE = 4.4
"""Units of the picture for a tenth of a metre."""
_SIDE = 82
"""How wide and high a table is drawn."""
_MARGIN, _GAP, _TOP = 24, 40, 92
_STYLE = """
:root{--paper:#fbfaf7;--ink:#22252b;--soft:#6b7280;--line:#d8d5cc;--table:#ffffff;--taken:#eceae3;--new:#0f766e;
--newfill:#d5f0ea;--move:#b45309;--movefill:#fdecd2}
@media (prefers-color-scheme:dark){:root{--paper:#16181c;--ink:#eceef2;--soft:#9aa1ad;--line:#363a42;--table:#1f2228;
--taken:#2b2f37;--new:#5eead4;--newfill:#123c39;--move:#fbbf24;--movefill:#43310d}}
text{font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
fill:var(--ink)}
.h{font-size:22px;font-weight:650}.s{font-size:13px;fill:var(--soft)}
.p{font-size:13px;font-weight:600}.t{font-size:10.5px;fill:var(--soft)}.n{font-size:13px;font-weight:600}.w{font-size:13px}
.table{fill:var(--table);stroke:var(--line);stroke-width:1.5}.taken{fill:var(--taken)}
.new{fill:var(--newfill);stroke:var(--new);stroke-width:1.5}.moved{fill:var(--movefill);stroke:var(--move)}
.moved{stroke-width:1.5}
.room{fill:none;stroke:var(--line);stroke-width:1.5}.arrow{fill:none;stroke:var(--move);stroke-width:2.2}
.join{stroke:var(--line);stroke-width:7}.newdot{fill:var(--new)}.movedot{fill:var(--move)}
"""


class _Spot(NamedTuple):
    """A table on one of the two plans."""

    x: float
    y: float
    width: float
    height: float


def floor_svg(
    layout: Layout,
    before: Evening,
    party: Party,
    seating: Seating,
    clock: Callable[[int], str],
    title: str = "One evening, before and after",
) -> str:
    """Return a picture of a seating: the floor before it, the floor after it, and the reasons in words.

    Args:
        layout: whose tables stand at Resource.x and y.
        before: who sat where.
        party: who asked.
        seating: what it was given, with who moved.
        clock: words an epoch minute, `19:30`.
        title: what stands above.
    """
    after = seating.applied(before, party)
    wide, high = _extent(layout)
    moved = {one.party.id for one in seating.moves}
    plan_wide = wide + 2 * _MARGIN
    width = 2 * plan_wide + _GAP + 2 * _MARGIN
    notes = _notes(layout, party, seating, clock)
    height = _TOP + high + 2 * _MARGIN + 44 + 46 * len(notes) + 18
    right = _MARGIN + plan_wide + _GAP
    asked = f"{party.name or 'A party'}, {party.size}, asks for {clock(party.starts)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="title desc" width="{width:.0f}" height="{height:.0f}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(" ".join(f"{head} {why}" for _, head, why in notes))}</desc>',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" class="movedot"/></marker></defs>',
        f'<rect width="{width:.0f}" height="{height:.0f}" rx="14" style="fill:var(--paper)"/>',
        f'<text class="h" x="{_MARGIN}" y="42">{escape(title)}</text>',
        f'<text class="s" x="{_MARGIN}" y="66">Before: {escape(asked)}. No table is free.</text>',
        f'<text class="s" x="{right:.0f}" y="66">After: everybody sits; '
        f"{len(moved)} {'party has' if len(moved) == 1 else 'parties have'} changed tables.</text>",
    ]
    for left, evening, is_after in ((_MARGIN, before, False), (right, after, True)):
        parts.append(f'<g transform="translate({left:.0f} {_TOP})">')
        parts.append(f'<rect class="room" width="{plan_wide:.0f}" height="{high + 2 * _MARGIN:.0f}" rx="10"/>')
        parts += _plan(layout, evening, party, seating, clock, is_after)
        parts.append("</g>")
    foot = _TOP + high + 2 * _MARGIN + 44
    for number, (kind, head, why) in enumerate(notes):
        y = foot + 46 * number
        parts.append(f'<circle class="{kind}dot" cx="{_MARGIN + 7}" cy="{y - 4}" r="6"/>')
        parts.append(f'<text class="n" x="{_MARGIN + 24}" y="{y}">{escape(head)}</text>')
        parts.append(f'<text class="w" x="{_MARGIN + 24}" y="{y + 19}" style="fill:var(--soft)">{escape(why)}</text>')
    parts.append("</svg>\n")
    return "\n".join(parts)


def _plan(
    layout: Layout, evening: Evening, party: Party, seating: Seating, clock: Callable[[int], str], is_after: bool
) -> list[str]:
    """Return one plan: joins, tables, who sits there while the party does, and the arrows of those who move."""
    spots = _spots(layout)
    moves = {one.party.id: one for one in seating.moves}
    parts = []
    for one in evening.parties:
        seats = [_middle(spots[table]) for table in one.table_ids]
        for (ax, ay), (bx, by) in pairwise(seats):
            if one.starts < party.ends and party.starts < one.ends:
                parts.append(f'<path class="join" d="M{ax:.0f} {ay:.0f}L{bx:.0f} {by:.0f}"/>')
    for table in layout.tables:
        there = sorted(
            (
                one
                for one in evening.parties
                if table.id in one.table_ids and one.starts < party.ends and party.starts < one.ends
            ),
            key=lambda one: one.starts,
        )
        kinds = ["new" if one.id == party.id else "moved" if one.id in moves else "" for one in there]
        parts += _table(table, spots[table.id], list(zip(kinds, there, strict=True)), clock)
    if is_after:
        for move in seating.moves:
            was = _centre([spots[one] for one in move.party.table_ids])
            parts.append(_arrow(was, _centre([spots[one] for one in move.unit.table_ids])))
    return parts


def _table(table: Resource, spot: _Spot, there: Sequence[tuple[str, Party]], clock: Callable[[int], str]) -> list[str]:
    """Return a table with who is there, (kind, party): the new one and those who move on a ground of their own."""
    x, y, width, height = spot
    middle = x + width / 2
    corner = 30 if table.shape == "round" else 10
    parts = [
        f'<rect class="table{" taken" if there else ""}" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" rx="{corner}"/>',
        f'<text class="t" x="{middle:.0f}" y="{y - 7:.0f}" text-anchor="middle">{escape(table.name)} · seats '
        f"{table.max_party}</text>",
    ]
    shown = there[:2]
    first = y + height / 2 - 19 * (len(shown) - 1)
    for number, (kind, one) in enumerate(shown):
        centre = first + 38 * number
        if kind:
            parts.append(
                f'<rect class="{kind}" x="{x + 3:.0f}" y="{centre - 17:.0f}" width="{width - 6:.0f}" height="34" '
                'rx="8"/>'
            )
        parts.append(
            f'<text class="p" x="{middle:.0f}" y="{centre - 2:.0f}" text-anchor="middle">{escape(one.name or one.id)}'
            f" · {one.size}</text>"
        )
        parts.append(
            f'<text class="t" x="{middle:.0f}" y="{centre + 12:.0f}" text-anchor="middle">{clock(one.starts)}–'
            f"{clock(one.ends)}</text>"
        )
    return parts


def _arrow(was: tuple[float, float], goes: tuple[float, float]) -> str:
    """Return a curve from what a party had to what it has, from edge to edge."""
    (ax, ay), (bx, by) = was, goes
    far = max(math.hypot(bx - ax, by - ay), 1.0)
    bend = min(46.0, far / 4)
    cx, cy = (ax + bx) / 2 - (by - ay) / far * bend, (ay + by) / 2 + (bx - ax) / far * bend
    reach = _SIDE / 2 + 3

    def edge(x: float, y: float) -> tuple[float, float]:
        across, down = cx - x, cy - y
        share = reach / max(abs(across), abs(down), 1.0)
        return x + across * share, y + down * share

    (ax, ay), (bx, by) = edge(ax, ay), edge(bx, by)
    return f'<path class="arrow" marker-end="url(#tip)" d="M{ax:.0f} {ay:.0f}Q{cx:.0f} {cy:.0f} {bx:.0f} {by:.0f}"/>'


def _notes(layout: Layout, party: Party, seating: Seating, clock: Callable[[int], str]) -> list[tuple[str, str, str]]:
    """Return (kind, what happens, why) for the new party and for each that moves."""
    names = {one.id: one.name for one in layout.tables}

    def tables(ids: Sequence[str]) -> str:
        return " + ".join(names[one] for one in ids)

    notes = [
        (
            "new",
            f"{party.name or 'The new party'} ({party.size}, {clock(party.starts)}) sits at "
            f"{tables(seating.unit.table_ids)}.",
            " ".join(in_words(seating.reasons)),
        )
    ]
    for move in seating.moves:
        one = move.party
        notes.append(
            (
                "move",
                f"{one.name or one.id} ({one.size}, {clock(one.starts)}) goes from {tables(one.table_ids)} to "
                f"{tables(move.unit.table_ids)}.",
                " ".join(in_words(move.reasons)),
            )
        )
    return notes


def _spots(layout: Layout) -> dict[str, _Spot]:
    left = min((one.x for one in layout.tables), default=0)
    top = min((one.y for one in layout.tables), default=0)
    return {
        one.id: _Spot(
            _MARGIN + (one.x - left) * _SCALE,
            _MARGIN + 12 + (one.y - top) * _SCALE,
            _SIDE * 1.5 if one.shape == "long" else _SIDE,
            _SIDE,
        )
        for one in layout.tables
    }


def _extent(layout: Layout) -> tuple[float, float]:
    spots = _spots(layout).values()
    return (
        max((one.x + one.width for one in spots), default=0.0) - _MARGIN,
        max((one.y + one.height for one in spots), default=0.0) - _MARGIN,
    )


def _middle(spot: _Spot) -> tuple[float, float]:
    return spot.x + spot.width / 2, spot.y + spot.height / 2


def _centre(spots: Sequence[_Spot]) -> tuple[float, float]:
    middles = [_middle(one) for one in spots]
    return sum(x for x, _ in middles) / len(middles), sum(y for _, y in middles) / len(middles)
