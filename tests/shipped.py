"""The shipped policy and what reads texts for it, made once for all tests of a process: nothing changes them."""

from __future__ import annotations

from functools import cache

from core.judgement import shared_recognizers
from core.policy import Policy, load_policy
from core.recognizers import Recognizer
from core.settings import DEFAULT_POLICY_DIR


@cache
def policy(*, every: bool = False) -> Policy:
    """Return the shipped policy; with `every`, the packs that it leaves out as well."""
    return load_policy(DEFAULT_POLICY_DIR, every=every)


@cache
def recognizers() -> list[Recognizer]:
    """Return everything that reads text for the policy, but the terms."""
    return shared_recognizers(policy())
