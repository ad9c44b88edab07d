"""Secrets: keys and tokens by the formats that detect-secrets knows, and by those that give access beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import re2

from core.finding import Detection, Span
from core.recognizers.own import OwnRecognizer
from core.standins import load

LABEL = "KEY_OR_TOKEN"

_DETECTORS = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("cloudant", "CloudantDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("ibm_cloud_iam", "IbmCloudIamDetector"),
    ("ibm_cos_hmac", "IbmCosHmacDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("private_key", "PrivateKeyDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("softlayer", "SoftlayerDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
"""Modules of detect-secrets and their detectors. What asks the network whether a key is a real one stays out."""

_HINT = re2.compile(
    r"\S{16}|://|eyJ|_authToken=|PRIVATE KEY|AKC|AP[0-9A-F]\w{8}|(?i:xox)|(?i:secret|token|passwo?r?d|key)[\"']?\s?[:=]"
)
"""Every format has one of these, and hardly any draft."""
_KEPT = tuple(
    re2.compile(rf"(?:^|[^\pL\pN_])((?i:{name})[\"']?\s?{sign}\s*[\"']?({value}))")
    for name, sign, value in (
        # Cookie: shop_session=8b1a99...; JSESSIONID=5A1C...; refresh_token: "..."
        (r"cookie:\s*[\w.-]{1,40}", "=", r"[\w%.+/~-]{16,}"),
        (r"[\w.-]{0,20}(?:sess(?:ion)?[_.-]?(?:id)?|sessid|sid)", "[=:]", r"[\w%.+/~-]{16,}"),
        # Authorization: Basic c3ZjX2...; bearer 9f86...
        (r"authorization:\s*(?:basic|bearer|token|apikey)|bearer", "", r"[\w.~+/-]{16,}"),
        # LEDGER_API_SECRET=...; x-api-key: ...; client_secret = "..."; AccountKey=...
        (
            r"[\w.-]{0,40}(?:secret|token|passw(?:or)?d|(?:api|access|account|private)[_-]?key)",
            "[:]?[=:]",
            r"[\w.~!$+/-]{8,}",
        ),
        # A host's fingerprint: SHA256:uNiVztks...
        ("sha256|md5", ":", r"[A-Za-z0-9+/]{43}|(?:[0-9a-f]{2}:){15}[0-9a-f]{2}"),
    )
)
"""Where a value follows that gives access: the whole, and the value."""
_NO_REAL_ONE = re.compile(
    r"your|my[-_]|some|the|example|change|replace|insert|test|dummy|fake|sample|foo|xxx", re.IGNORECASE
)
_SAMPLE = "EXAMPLE"
_SAMPLE_SAID = re.compile(
    r"\b(?:sample|example|placeholder|documented|documentation|docs|manual|tutorials?|made[- ]up|opens nothing)\b",
    re.IGNORECASE,
)
"""What stands in a key that its maker printed for everybody, and the draft's word that it is one."""
_LICENCE = re.compile(r"(?<![\w-])[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){3,7}(?![\w-])")
_MIXED = re.compile(r"[A-Za-z].*\d|\d.*[A-Za-z]")


class SecretRecognizer(OwnRecognizer):
    """Finds credentials whose format gives them away."""

    def __init__(self) -> None:
        self._formats = _known_formats()
        super().__init__("secrets", [LABEL])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each key or token but samples that the draft says are some."""
        if not _HINT.search(text):
            return
        spans = {Span(*match.span()) for format_ in self._formats for match in format_.finditer(text)}
        spans |= {Span(*match.span()) for match in _LICENCE.finditer(text) if _is_licence(match[0])}
        spans |= {Span(*match.span(1)) for form in _KEPT for match in form.finditer(text) if _is_value(match[2])}
        explained = _SAMPLE_SAID.search(text)
        for span in spans:
            if not (explained and _SAMPLE in text[span.start : span.end]):
                yield Detection(span, LABEL, 1.0)


@cache
def _known_formats() -> tuple[Any, ...]:
    """Return the formats of all detectors, which are read once a process."""
    return tuple(_linear(format_) for name, detector in _DETECTORS for format_ in _formats(name, detector))


def _formats(module: str, detector: str) -> Sequence[re.Pattern[str]]:
    plugin = getattr(load(f"detect_secrets.plugins.{module}", without=("requests",)), detector)
    return tuple(plugin().denylist)


def _linear(format_: re.Pattern[str]) -> Any:
    """Return a format for RE2, whose time grows with the text alone; `re` took minutes for a draft of slashes.

    Those that RE2 cannot read look around, and begin with words of their own: they are quick by themselves.
    """
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not format_.flags & re.IGNORECASE
    try:
        return re2.compile(format_.pattern, options)
    except re2.error:
        return format_


def _is_value(value: str) -> bool:
    """Tell whether letters and digits are mixed, and no word says that the real value is to be put here."""
    return bool(_MIXED.search(value)) and not _NO_REAL_ONE.match(value)


def _is_licence(groups: str) -> bool:
    """Tell whether groups such as 7QK4M-9XTRB-V2WNP-H6DJY mix letters and digits, in two of them at least."""
    return sum(bool(_MIXED.search(group)) for group in groups.split("-")) > 1
