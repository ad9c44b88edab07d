"""The key ring and what is derived from it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DatabaseError, SettingsError
from core.keys import NONCE, new_key, parse_key_ring


def entry(key_id: str, byte: bytes = b"k") -> str:
    return f"{key_id}:{base64.b64encode(byte * 32).decode()}"


def test_the_first_key_writes_and_all_read() -> None:
    ring = parse_key_ring(f"{entry('k2', b'2')} , {entry('k1', b'1')}")
    assert ring.active == "k2"
    assert ring.ids == {"k1", "k2"}
    old = parse_key_ring(entry("k1", b"1"))
    assert ring.open(old.seal(b"goose", "terms|7"), "terms|7", "k1") == b"goose"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "canary",
        "k1:",
        ":" + "A" * 44,
        "k1:canary",
        entry("k1")[:-4],
        entry("k1") + "AAAA",
        entry("k1") + ",",
        f"{entry('k1')},{entry('k1', b'2')}",
        f"{entry('k1')};{entry('k2')}",
        entry("k 1"),
        entry("k1").replace("=", ""),
    ],
)
def test_what_is_no_key_ring_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(SettingsError, match="CHECKPOST_ENCRYPTION_KEY") as error:
        parse_key_ring(text)
    assert "canary" not in str(error.value)
    assert "a2tra2" not in str(error.value)


def test_a_ring_does_not_show_its_keys_when_printed() -> None:
    assert "kkkk" not in repr(parse_key_ring(entry("k1")))


def test_new_keys_are_usable_and_never_the_same() -> None:
    assert parse_key_ring(new_key()).active == "k1"
    assert new_key() != new_key()


@given(st.binary(max_size=80))
def test_what_was_sealed_opens_in_its_own_place_only(plain: bytes) -> None:
    ring = parse_key_ring(f"{entry('k1', b'1')},{entry('k2', b'2')}")
    sealed = ring.seal(plain, "terms|1")
    assert ring.open(sealed, "terms|1", "k1") == plain
    assert plain not in sealed or len(plain) < 3
    for place, key_id in (("terms|2", "k1"), ("reviews|1", "k1"), ("terms|1", "k2")):
        with pytest.raises(DatabaseError, match="cannot be decrypted"):
            ring.open(sealed, place, key_id)


@pytest.mark.parametrize("cut", [0, 1, NONCE - 1, NONCE, NONCE + 3, -1])
def test_a_changed_or_cut_row_is_named_not_crashed_on(cut: int) -> None:
    ring = parse_key_ring(entry("k1"))
    sealed = ring.seal(b"goose", "terms|1")
    with pytest.raises(DatabaseError, match=r"terms\|1 cannot be decrypted"):
        ring.open(sealed[:cut], "terms|1", "k1")
    with pytest.raises(DatabaseError, match=r"terms\|1 cannot be decrypted"):
        ring.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "terms|1", "k1")


def test_two_seals_of_the_same_words_differ() -> None:
    ring = parse_key_ring(entry("k1"))
    assert ring.seal(b"goose", "terms|1") != ring.seal(b"goose", "terms|1")


def test_each_purpose_has_a_key_of_its_own() -> None:
    ring = parse_key_ring(f"{entry('k1', b'1')},{entry('k2', b'2')}")
    digests = {ring.digest(purpose, b"goose", key_id) for purpose in ("names", "audit", "check") for key_id in ring.ids}
    assert len(digests) == 6
    assert ring.digest("names", b"goose") == ring.digest("names", b"goose", "k1")


def test_a_key_that_the_ring_lacks_is_named() -> None:
    with pytest.raises(DatabaseError, match="lacks the key 'k9'"):
        parse_key_ring(entry("k1")).digest("audit", b"", "k9")
