"""Keys: the key ring of CHECKPOST_ENCRYPTION_KEY, and what is derived from it.

Each key of the ring is 32 random bytes with an id. From it come separate keys (HKDF-SHA-256, RFC 5869): one that
encrypts terms, reviews and what else is kept (AES-256-GCM), one that encrypts the built index of terms, those that name
terms, drafts and people without showing them, one for the audit chain, one that signs receipts, one for the tokens of
installations, one each for drafts on their way through a button of Slack and of Teams.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from dataclasses import dataclass, field
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import DatabaseError, SettingsError

NONCE = 12
Purpose = Literal[
    "terms", "names", "audit", "check", "built", "drafts", "people", "receipts", "tokens", "parcels", "memos"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id; `active` is the one that writes."""

    active: str
    _secrets: dict[str, bytes] = field(repr=False)
    _derived: dict[tuple[Purpose, str], bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def ids(self) -> frozenset[str]:
        """Return the ids of all keys at hand."""
        return frozenset(self._secrets)

    def derived(self, purpose: Purpose, key_id: str) -> bytes:
        """Return the 32-byte key for one purpose.

        Raises:
            DatabaseError: the ring lacks this key.
        """
        if key_id not in self._secrets:
            raise DatabaseError(f"CHECKPOST_ENCRYPTION_KEY lacks the key '{key_id}' that this database needs: add it")
        if (purpose, key_id) not in self._derived:
            derivation = HKDF(SHA256(), 32, salt=None, info=f"checkpost {purpose}".encode())
            self._derived[purpose, key_id] = derivation.derive(self._secrets[key_id])
        return self._derived[purpose, key_id]

    def seal(self, plain: bytes, place: str, purpose: Purpose = "terms") -> bytes:
        """Encrypt with the active key; `place` (table and row) is bound in, so that rows cannot be swapped."""
        nonce = os.urandom(NONCE)
        box = AESGCM(self.derived(purpose, self.active))
        return nonce + box.encrypt(nonce, plain, f"{place}|{self.active}".encode())

    def open(self, sealed: bytes, place: str, key_id: str, purpose: Purpose = "terms") -> bytes:
        """Decrypt what `seal` made for the same place.

        Raises:
            DatabaseError: wrong key, or the row was tampered with.
        """
        box = AESGCM(self.derived(purpose, key_id))
        try:
            return box.decrypt(sealed[:NONCE], sealed[NONCE:], f"{place}|{key_id}".encode())
        except (InvalidTag, ValueError):
            raise DatabaseError(f"{place} cannot be decrypted: wrong key, or the row was changed") from None

    def seal_text(self, plain: bytes, place: str, purpose: Purpose) -> str:
        """Encrypt with the active key, as a text that travels outside and names its key."""
        return f"{self.active}.{base64.urlsafe_b64encode(self.seal(plain, place, purpose)).decode().rstrip('=')}"

    def open_text(self, text: str, place: str, purpose: Purpose) -> bytes:
        """Decrypt what `seal_text` made for the same place.

        Raises:
            DatabaseError: anything that it did not make, for this place, with a key of this ring.
        """
        key_id, _, sealed = text.partition(".")
        try:
            raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        except (binascii.Error, ValueError):
            raise DatabaseError(f"{place} cannot be decrypted: it is no sealed text") from None
        return self.open(raw, place, key_id, purpose)

    def digest(self, purpose: Purpose, text: bytes, key_id: str | None = None) -> bytes:
        """Return the HMAC-SHA-256 of `text` under one derived key."""
        return hmac.digest(self.derived(purpose, key_id or self.active), text, "sha256")

    def digests(self, purpose: Purpose, text: bytes) -> list[str]:
        """Return what `digest` gives under each key of the ring, in hexadecimal, the active one first."""
        ids = [self.active, *sorted(self.ids - {self.active})]
        return [self.digest(purpose, text, key_id).hex() for key_id in ids]


def parse_key_ring(text: str) -> KeyRing:
    """Read `id:base64(32 bytes)[,id:base64...]`; the first key is the active one.

    Raises:
        SettingsError: without repeating any of it.
    """
    keys: dict[str, bytes] = {}
    for entry in text.split(","):
        key_id, colon, encoded = entry.strip().partition(":")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if not colon or not key_id.isidentifier() or len(secret) != 32 or key_id in keys:
            raise SettingsError(
                "CHECKPOST_ENCRYPTION_KEY: write id:base64(32 bytes), several separated by commas, each id once; "
                "`openssl rand -base64 32` makes one"
            )
        keys[key_id] = secret
    return KeyRing(next(iter(keys)), keys)


def new_key() -> str:
    """Return a fresh ring of one random key, in the form of CHECKPOST_ENCRYPTION_KEY."""
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"
