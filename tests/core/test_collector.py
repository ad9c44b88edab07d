"""The garbage collector waits while much is built, and goes on afterwards."""

from __future__ import annotations

import gc

import pytest

from core.collector import no_collecting


@no_collecting()
def fail() -> None:
    assert not gc.isenabled()
    raise ValueError("moo")


def test_the_collector_waits_and_goes_on_whatever_happens() -> None:
    with pytest.raises(ValueError, match="moo"):
        fail()
    assert gc.isenabled()


def test_where_it_waits_already_it_goes_on_only_after_the_last() -> None:
    with no_collecting():
        with no_collecting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
