"""Lanes: which may be leased next, a business at a time."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from storage.sql.sqlite.rows import from_json

if TYPE_CHECKING:
    from storage.sql.sqlite.writer import Transaction

BACKOFF = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(seconds=120))
"""The pause after each failure; the failure after the last one sets the mail aside."""
LAST = "\U0010ffff"
"""Behind every business id."""

# From business to business along the index, one seek each: a backlog of one is never read for the sake of the others.
WALK = """
    WITH RECURSIVE b (id) AS (
        SELECT min(business_id) FROM lanes WHERE pending > 0 AND business_id > ?1 AND business_id <= ?2
        UNION ALL
        SELECT (SELECT min(business_id) FROM lanes WHERE pending > 0 AND business_id > b.id AND business_id <= ?2)
        FROM b WHERE b.id IS NOT NULL)
    SELECT id, (SELECT json_group_array(lane) FROM (
            SELECT lane FROM lanes WHERE pending > 0 AND business_id = b.id AND due_at <= ?3 ORDER BY due_at LIMIT 2))
    FROM b
    WHERE id IS NOT NULL
      AND EXISTS (SELECT 1 FROM lanes WHERE pending > 0 AND business_id = b.id AND due_at <= ?3)
    LIMIT ?4"""
LANES_OF = "SELECT lane FROM lanes WHERE pending > 0 AND business_id = ? AND due_at <= ? ORDER BY due_at LIMIT ?"


def due_lanes(transaction: Transaction, last: str, most: int) -> tuple[list[str], str]:
    """Return up to `most` lanes that may be leased, and the business to begin behind next time.

    Every business with a due lane is served once, beginning behind the one that was served last, before any is
    served twice; within a business the lane that has waited longest comes first.
    """
    execute, now = transaction.execute, transaction.now
    found = execute(WALK, (last, LAST, now, most)).fetchall()
    if len(found) < most and last:
        found += execute(WALK, ("", last, now, most - len(found))).fetchall()
    if not found:
        return [], last
    lanes = {business: from_json(first) for business, first in found}
    if len(lanes) < most:
        for business, first in lanes.items():
            if len(first) > 1:
                lanes[business] = [lane for (lane,) in execute(LANES_OF, (business, now, most))]
    rounds = chain.from_iterable(zip_longest(*lanes.values()))
    return [lane for lane in rounds if lane is not None][:most], found[-1][0]
