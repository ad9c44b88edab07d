"""New databases for tests: copies of one that `init_database` made, where it would make the same once more."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from core.db import init_database
from core.engine import database_url, sqlite_file
from core.settings import Settings, load_settings


async def new_database(settings: Settings) -> None:
    """Make the database of the settings, unless it exists; on SQLite with a key of its own it is a copy."""
    url = database_url(settings)
    path, key = sqlite_file(url), _key(sqlite_file(url))
    if url.get_backend_name() != "sqlite" or settings.encryption_key or path.exists() or key.exists():
        await init_database(settings)
        return
    content, its_key = await asyncio.to_thread(_made)
    key.touch(mode=0o600)
    key.write_bytes(its_key)
    path.write_bytes(content)


@cache
def _made() -> tuple[bytes, bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        settings = load_settings({"CHECKPOST_ENV": "test", "CHECKPOST_DATABASE_URL": f"sqlite:///{path}"})
        asyncio.run(init_database(settings))
        return path.read_bytes(), _key(path).read_bytes()


def _key(path: Path) -> Path:
    return path.with_name(f"{path.name}.key")
