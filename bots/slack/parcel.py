"""Parcel: a draft on its way through a button: sealed for its author, so that nobody has to keep it."""

from __future__ import annotations

import zlib
from datetime import datetime

from bots.slack.blocks import MAX_VALUE
from core.draft import MAX_CHARACTERS, Account, Author, Draft, Network
from core.errors import DatabaseError
from core.keys import KeyRing

_COMMON = (
    b"https://www. .com/ linkedin between because through another company customer project meeting working people "
    b"would could should about their there which after first great happy proud announce excited today tomorrow week "
    b"month year thank you thanks everyone and the that this with have from our we are is was for not but all been "
    b"they will can just your more when what one out time team new client work a an in on at to of I"
)
"""Words that posts are full of: what stands here costs next to nothing in a parcel."""


def wrap(keys: KeyRing, draft: Draft, text: str) -> str | None:
    """Return a button's value that brings `text` back to the author of a draft; None where it has no room."""
    at = " ".join((draft.written_at.isoformat(timespec="minutes"), *draft.unread))
    plain = "\n".join((draft.network, draft.account, at, text)).encode("utf-8", "replace")
    packer = zlib.compressobj(9, wbits=-15, zdict=_COMMON)
    value = keys.seal_text(packer.compress(plain) + packer.flush(), f"button|{draft.author}", "parcels")
    return value if len(value) <= MAX_VALUE else None


def unwrap(keys: KeyRing, author: Author, value: str) -> tuple[str, Network, Account, datetime, tuple[str, ...]] | None:
    """Return what `wrap` was given by the same author, None for anything else.

    That is text, network, account, moment and what was not read, which parcels of before do not name.
    """
    try:
        packed = keys.open_text(value, f"button|{author}", "parcels")
    except DatabaseError:
        return None
    unpacker = zlib.decompressobj(wbits=-15, zdict=_COMMON)
    plain = unpacker.decompress(packed, 4 * MAX_CHARACTERS + 100).decode("utf-8", "replace")
    network, account, moment, text = plain.split("\n", 3)
    at, *unread = moment.split(" ")
    return text, Network(network), Account(account), datetime.fromisoformat(at), tuple(unread)
