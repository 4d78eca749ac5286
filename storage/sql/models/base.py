"""The base of all tables: naming, column types that are told apart as personal or not, retention."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import Date, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from storage.sql.types import Json, Moment

NOT_PERSONAL = {"personal": False}
PERSONAL = {"personal": True}

Key = Annotated[str, mapped_column(String(128), info=NOT_PERSONAL)]
"""An identifier of ours."""
Plain = Annotated[str, mapped_column(Text, info=NOT_PERSONAL)]
PersonalText = Annotated[str, mapped_column(Text, info=PERSONAL)]
Number = Annotated[int, mapped_column(info=NOT_PERSONAL)]
Flag = Annotated[bool, mapped_column(info=NOT_PERSONAL)]
At = Annotated[datetime, mapped_column(Moment, info=NOT_PERSONAL)]
"""A moment, aware, in UTC."""
Day = Annotated[date, mapped_column(Date, info=NOT_PERSONAL)]
Document = Annotated[Any, mapped_column(Json, info=NOT_PERSONAL)]
PersonalDocument = Annotated[Any, mapped_column(Json, info=PERSONAL)]
Bytes = Annotated[bytes, mapped_column(LargeBinary, info=NOT_PERSONAL)]
PersonalBytes = Annotated[bytes, mapped_column(LargeBinary, info=PERSONAL)]

WITH_THE_BUSINESS = {"retention": "as long as the business is set up"}
WITH_THE_CUSTOMER = {"retention": "until the customer is erased"}


class Base(DeclarativeBase):
    """All tables. Every column says `personal` in its info, every table `retention`.

    What only PostgreSQL has (`ddl_if`) are indexes that SQLite does without: every page that a turn touches is written
    and synced by its one writer, so there a conversation's own index finds its lines, turns and outgoing rows.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
