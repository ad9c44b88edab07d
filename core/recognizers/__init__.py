"""Recognizers: everything that reads text, in one list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.patterns import Pattern
from core.presidio import EntityRecognizer as Recognizer
from core.presidio import predefined_recognizers as presidio
from core.recognizers.addresses import AddressRecognizer
from core.recognizers.cards import CardRecognizer
from core.recognizers.emails import OfflineEmailRecognizer
from core.recognizers.guard import Guard
from core.recognizers.ibans import AnyCaseIbanRecognizer
from core.recognizers.links import LinkRecognizer
from core.recognizers.national_ids import NationalIdRecognizer
from core.recognizers.phones import TelephoneRecognizer
from core.recognizers.plates import PlateRecognizer
from core.recognizers.reader import NameRecognizer, StatementRecognizer
from core.recognizers.rules import RulesRecognizer
from core.recognizers.secrets import SecretRecognizer
from core.recognizers.terms import TermsRecognizer
from core.terms.index import TermIndex


def build_recognizers() -> list[Recognizer]:
    """Build every recognizer that depends on neither rules nor terms; they are built once and shared.

    What can only be found among digits, or around a sign, is not looked for in a draft that lacks them.
    """
    numbers = (
        TelephoneRecognizer(),
        NationalIdRecognizer(),
        CardRecognizer(),
        AnyCaseIbanRecognizer(),
        presidio.UsMbiRecognizer(),
        presidio.UsPassportRecognizer(),
        presidio.UkNinoRecognizer(),
        presidio.UkPassportRecognizer(),
        presidio.UkDrivingLicenceRecognizer(),
        presidio.AuMedicareRecognizer(),
        presidio.DeSocialSecurityRecognizer(),
        presidio.DeIdCardRecognizer(),
        presidio.InVoterRecognizer(),
        presidio.InPassportRecognizer(),
        presidio.ItPassportRecognizer(),
        presidio.ItIdentityCardRecognizer(),
        presidio.EsPassportRecognizer(),
        presidio.KrPassportRecognizer(),
        presidio.NgNinRecognizer(),
    )
    with_a_digit = (AddressRecognizer(), PlateRecognizer(), LinkRecognizer(), presidio.CryptoRecognizer())
    return [
        Guard(SecretRecognizer()),
        Guard(OfflineEmailRecognizer(), sign="@"),
        *(Guard(recognizer, digits=4) for recognizer in numbers),
        *(Guard(recognizer, digits=1) for recognizer in with_a_digit),
        Guard(NameRecognizer()),
        Guard(StatementRecognizer()),
    ]


def build_rules_recognizer(
    patterns: Mapping[str, Sequence[Pattern]], needs: Mapping[str, Collection[str]] | None = None
) -> Recognizer:
    """Build the recognizer for the words and patterns of a policy; `needs` are labels that count only beside others."""
    return Guard(RulesRecognizer(patterns, needs))


def build_terms_recognizer(index: TermIndex) -> Recognizer:
    """Build the recognizer for one list of terms."""
    return Guard(TermsRecognizer(index))


__all__ = ["Recognizer", "build_recognizers", "build_rules_recognizer", "build_terms_recognizer"]
