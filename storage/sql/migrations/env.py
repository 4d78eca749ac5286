"""How Alembic runs: on the connection it is handed by `storage.sql.migrate`, or on the URL of its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from alembic import context

from storage.sql.migrate import connected, meant_here
from storage.sql.models import Base
from storage.sql.types import Moment

if TYPE_CHECKING:
    from sqlalchemy import Connection


def _render(kind: str, thing: Any, autogen: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(thing, Moment):
        return "storage.sql.types.Moment()"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        include_object=meant_here(connection.dialect.name),
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    _run(handed)
else:
    connected(context.config.get_main_option("sqlalchemy.url") or "", _run)
