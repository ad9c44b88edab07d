"""Receipts: a signed line that says when a draft was checked, by which policy, with which outcome; no word of it.

The signature is Ed25519 (RFC 8032), by a key derived from the active one of the ring: whoever has the public key can
verify a receipt, without checkpost and without any secret.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from core.audit import CHECK, known_as
from core.db import Database
from core.draft import Author
from core.errors import RecordError
from core.keys import KeyRing
from core.tables import audit

_TOLD = ("id", "network", "account", "length", "outcome", "policy", "review")


async def issue(database: Database, author: Author, check_id: str) -> str:
    """Return the receipt of somebody's own check, as one line of JSON.

    Raises:
        RecordError: no check of theirs with this id is on record.
    """
    async with database.writing() as connection:
        actor = await known_as(connection, database.keys, author)
        mine = audit.c.record.contains(f'"id": {json.dumps(check_id, ensure_ascii=False)}', autoescape=True)
        theirs = audit.c.record.contains(f'"actor": {json.dumps(actor, ensure_ascii=False)}', autoescape=True)
        found = select(audit).where(mine, theirs).order_by(audit.c.seq.desc()).limit(1)
        row = (await connection.execute(found)).first()
    record = json.loads(row.record) if row else {}
    if row is None or record.get("kind") != CHECK or record.get("id") != check_id:
        raise RecordError("no check of yours has this number")
    return sign(database.keys, row.seq, row.at, record)


def sign(keys: KeyRing, seq: int, at: datetime, record: dict[str, Any]) -> str:
    """Return the receipt of one record of a check, as one line of JSON; whose it is, its caller has made sure."""
    receipt = {"at": at.isoformat(), "record": seq, **{name: record.get(name) for name in _TOLD}}
    signature = base64.b64encode(_signer(keys, keys.active).sign(_signed(receipt))).decode()
    return json.dumps({"receipt": receipt, "key": keys.active, "signature": signature}, sort_keys=True)


def verify(keys: KeyRing, line: str) -> dict[str, Any]:
    """Return what a receipt says.

    Raises:
        RecordError: it is none, or was changed, or another installation signed it.
    """
    try:
        values = json.loads(line)
        receipt, key_id, signature = values["receipt"], values["key"], base64.b64decode(values["signature"])
        if key_id not in keys.ids or not isinstance(receipt, dict):
            raise KeyError
        _signer(keys, key_id).public_key().verify(signature, _signed(receipt))
    except (InvalidSignature, KeyError, TypeError, ValueError, RecursionError, binascii.Error):
        raise RecordError("this is no receipt of ours, or it was changed") from None
    return receipt


def public_key(keys: KeyRing) -> str:
    """Return the public key that verifies the receipts signed from now on, as PEM."""
    public = _signer(keys, keys.active).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _signer(keys: KeyRing, key_id: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.derived("receipts", key_id))


def _signed(receipt: dict[str, Any]) -> bytes:
    return json.dumps(receipt, sort_keys=True, separators=(",", ":")).encode()
