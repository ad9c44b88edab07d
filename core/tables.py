"""Tables: what is kept, column by column."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: takes aware datetimes only and gives them back aware, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, metadata, *columns)


def _sealed(*, may_go: bool = False) -> tuple[Column[Any], Column[Any]]:
    """Return the columns of what is encrypted, and by which key; in some tables it goes before its row does."""
    return Column("key_id", String(64), nullable=False), Column("sealed", LargeBinary, nullable=may_go)


meta = _table(
    "meta",
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

terms = _table(
    "terms",
    Column("id", String(36), primary_key=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    *_sealed(),
)

audit = _table(
    "audit",
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("record", Text, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
)

term_history = _table(
    "term_history",
    Column("version", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("term_id", String(36), primary_key=True, index=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(32), nullable=False),
    *_sealed(may_go=True),
)

term_proposals = _table(
    "term_proposals",
    Column("id", String(36), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    *_sealed(),
)

probes = _table(
    "probes",
    Column("author", String(64), primary_key=True),
    Column("day", String(10), primary_key=True, index=True),
    Column("fingerprint", String(64), primary_key=True),
)

deliveries = _table(
    "deliveries",
    Column("key", String(64), primary_key=True),
    Column("claimed_at", Instant, nullable=False, index=True),
)

reviews = _table(
    "reviews",
    Column("id", String(36), primary_key=True),
    Column("author", Text, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("policy", String(80), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("assigned", Text),
    Column("opened_at", Instant, nullable=False),
    Column("waits_since", Instant, nullable=False),
    Column("lapses_at", Instant, nullable=False),
    Column("next_at", Instant, index=True),
    *_sealed(may_go=True),
)

review_events = _table(
    "review_events",
    Column("review_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("step", Integer, nullable=False),
    Column("digest", String(64), index=True),
    *_sealed(may_go=True),
)

notices = _table(
    "notices",
    Column("id", String(36), primary_key=True),
    Column("review_id", String(36), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("address", Text, nullable=False),
    Column("due_at", Instant, index=True),
    Column("tries", Integer, nullable=False),
    Column("ref", Text),
)

exceptions = _table(
    "exceptions",
    Column("id", String(36), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("target", String(160), nullable=False),
    Column("author", Text, nullable=False),
    Column("account", String(16), nullable=False),
    Column("until", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("actor", Text, nullable=False),
    Column("review_id", String(36)),
    *_sealed(),
)

people = _table(
    "people",
    Column("id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    *_sealed(),
)

holds = _table(
    "holds",
    Column("id", String(36), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("since", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    *_sealed(),
)

installations = _table(
    "installations",
    Column("place", String(128), primary_key=True),
    Column("at", Instant, nullable=False),
    *_sealed(),
)

contacts = _table(
    "contacts",
    Column("digest", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
    *_sealed(),
)


async def count_rows(connection: AsyncConnection, table: Table, *where: ColumnElement[bool]) -> int:
    """Return how many rows of a table are so."""
    return int((await connection.execute(select(func.count()).select_from(table).where(*where))).scalar_one())


def insert_into(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT that may say what happens to a row that is there already, in the database's own words."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
