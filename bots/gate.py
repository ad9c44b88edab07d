"""The gate in front of every door: how a request body is read and parsed before anybody trusts it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

MAX_BODY = 512 * 1024
BODY_SECONDS = 5
MAX_DEPTH = 64


class MalformedBody(ValueError):  # noqa: N818
    """A body that is not what it should be; the message is a constant sentence that quotes nothing of it."""


_OUTSIDE_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]')


async def read_body(request: web.Request) -> bytes:
    """Return the raw body, or answer 413 over 512 KiB and 408 when it does not arrive within 5 s.

    Raises:
        MalformedBody: it says that it is compressed, and is not.
    """
    if (request.content_length or 0) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except web.RequestPayloadError:
        raise MalformedBody("the body could not be decoded") from None
    except TimeoutError:
        raise web.HTTPRequestTimeout(headers={"Connection": "close"}) from None


def parse_object(body: bytes | str) -> dict[str, Any]:
    """Parse a JSON object of at most 64 levels, without NaN or infinities.

    Raises:
        MalformedBody: saying what is wrong with it.
    """
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
    except UnicodeDecodeError:
        raise MalformedBody("the body is not UTF-8") from None
    if _depth(text) > MAX_DEPTH:
        raise MalformedBody(f"the body is nested more than {MAX_DEPTH} levels deep")
    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError:
        raise MalformedBody("the body is not JSON") from None
    if not isinstance(value, dict):
        raise MalformedBody("the body is not a JSON object")
    return value


def text_in(values: Mapping[str, Any], key: str) -> str:
    """Return a text inside a payload, or an empty one."""
    value = values.get(key)
    return value if isinstance(value, str) else ""


def object_in(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return an object inside a payload, or an empty one."""
    value = values.get(key)
    return value if isinstance(value, dict) else {}


def objects_in(values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list inside a payload."""
    value = values.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _refuse(_: str) -> Any:
    raise ValueError


def _depth(text: str) -> int:
    """Count the deepest nesting of brackets outside strings, in linear time."""
    deepest = depth = 0
    for token in _OUTSIDE_STRINGS.finditer(text):
        char = token[0][0]
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest
