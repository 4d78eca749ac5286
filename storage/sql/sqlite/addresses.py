"""Who is who on SQLite: the ids by which a platform knows one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ids import conversation_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.businesses import Account
    from storage.sql.sqlite.connection import Reader
    from storage.sql.sqlite.writer import Transaction, Writer

KNOWN = "SELECT opened_as FROM addresses WHERE account_id = ? AND external_id = ?"
LEARN = """
    INSERT OR IGNORE INTO addresses (account_id, external_id, business_id, opened_as, conversation_id)
    VALUES (?, ?, ?, ?, ?)"""


class SqliteAddresses:
    """The Addresses.

    A person whose ids are all known is read where they are asked for, in a few microseconds, and never kept: an id's
    answer changes only when its customer is erased, and that is seen at once, whichever process did it. Only somebody
    who is new, or has a new id, goes through the writer, where all processes stand in line.
    """

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def resolve(self, account: Account, known_as: Sequence[str], *, learn: bool = True) -> str | None:
        """Return the id that this person's conversation was opened under.

        The first of the ids that is known says which; the others are remembered with it, and what is known of them
        already stays. Nobody known: the first id opens a conversation, or None without `learn`. An empty id is
        nobody's. Raises StoreUnavailable.
        """
        ids = [one for one in dict.fromkeys(known_as) if one]
        found = [self._read(account, one) for one in ids]
        if not learn or None not in found:
            return next(filter(None, found), None)
        return await self._settle(account, ids)

    async def link(self, account: Account, before: str, after: str) -> None:
        """Remember that whoever was known as `before` is known as `after` too. Known already as another: stays so.

        Nobody known as `before`: there is nobody to remember. Raises StoreUnavailable.
        """

        def work(transaction: Transaction) -> None:
            opened_as = _known(transaction, account, (before,))
            if opened_as is not None and after:
                _learn(transaction, account, (after,), opened_as)

        await self._writer.do(work)

    async def _settle(self, account: Account, ids: Sequence[str]) -> str:
        """Look again and learn in one transaction: somebody else may have been told of the same person meanwhile."""

        def work(transaction: Transaction) -> str:
            opened_as = _known(transaction, account, ids) or ids[0]
            _learn(transaction, account, ids, opened_as)
            return opened_as

        return await self._writer.do(work)

    def _read(self, account: Account, external_id: str) -> str | None:
        row = self._reader.one(KNOWN, (account.id, external_id))
        return None if row is None else row[0]


def _known(transaction: Transaction, account: Account, ids: Sequence[str]) -> str | None:
    rows = (transaction.execute(KNOWN, (account.id, one)).fetchone() for one in ids)
    return next((row[0] for row in rows if row is not None), None)


def _learn(transaction: Transaction, account: Account, ids: Sequence[str], opened_as: str) -> None:
    opened = conversation_id(account.id, opened_as)
    transaction.executemany(LEARN, [(account.id, one, account.business_id, opened_as, opened) for one in ids])
