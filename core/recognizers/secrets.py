"""Secrets: keys and tokens by the formats that detect-secrets knows."""

from __future__ import annotations

import re
from typing import Any

import re2
from detect_secrets.plugins import (
    artifactory,
    aws,
    azure_storage_key,
    basic_auth,
    cloudant,
    discord,
    github_token,
    gitlab_token,
    ibm_cloud_iam,
    ibm_cos_hmac,
    jwt,
    mailchimp,
    npm,
    openai,
    private_key,
    pypi_token,
    sendgrid,
    slack,
    softlayer,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)
from presidio_analyzer import LocalRecognizer, RecognizerResult

from core.finding import Span
from core.recognizers.result import report

LABEL = "KEY_OR_TOKEN"

_HINT = re2.compile(r"\S{16}|://|eyJ|_authToken=|PRIVATE KEY|AKC|AP[0-9A-F]\w{8}|(?i:xox)")
"""Every format has one of these, and hardly any draft."""


class SecretRecognizer(LocalRecognizer):
    """Finds credentials whose format gives them away."""

    def __init__(self) -> None:
        detectors = (
            artifactory.ArtifactoryDetector(),
            aws.AWSKeyDetector(),
            azure_storage_key.AzureStorageKeyDetector(),
            basic_auth.BasicAuthDetector(),
            cloudant.CloudantDetector(),
            discord.DiscordBotTokenDetector(),
            github_token.GitHubTokenDetector(),
            gitlab_token.GitLabTokenDetector(),
            ibm_cloud_iam.IbmCloudIamDetector(),
            ibm_cos_hmac.IbmCosHmacDetector(),
            jwt.JwtTokenDetector(),
            mailchimp.MailchimpDetector(),
            npm.NpmDetector(),
            openai.OpenAIDetector(),
            private_key.PrivateKeyDetector(),
            pypi_token.PypiTokenDetector(),
            sendgrid.SendGridDetector(),
            slack.SlackDetector(),
            softlayer.SoftlayerDetector(),
            square_oauth.SquareOAuthDetector(),
            stripe.StripeDetector(),
            telegram_token.TelegramBotTokenDetector(),
            twilio.TwilioKeyDetector(),
        )
        self._formats = tuple(_linear(format_) for detector in detectors for format_ in detector.denylist)
        super().__init__(supported_entities=[LABEL], name="secrets")

    def load(self) -> None:
        """Do nothing: the formats are compiled."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each key or token."""
        if not _HINT.search(text):
            return []
        spans = {Span(*match.span()) for format_ in self._formats for match in format_.finditer(text)}
        return [report(self, LABEL, span, 1.0) for span in spans]


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
