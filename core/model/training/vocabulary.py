"""Vocabulary: the list of given and family names that is shipped with the encoders."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module

from core.normalize import readable

_LOCALES = (
    "en en_US en_GB en_IN en_NG en_AU en_IE de_DE de_AT fr_FR es_ES es_MX it_IT nl_NL pl_PL pt_BR pt_PT sv_SE no_NO "
    "da_DK fi_FI tr_TR ro_RO cs_CZ hu_HU hr_HR ga_IE yo_NG ig_NG ha_NG vi_VN id_ID en_PAK fil_PH"
).split()
_GIVEN, _FAMILY = 1, 2
_LISTS = {"first_names": _GIVEN, "first_names_male": _GIVEN, "first_names_female": _GIVEN, "last_names": _FAMILY}


def build_names() -> bytes:
    """Return Faker's names (MIT) of some thirty countries, one a line: name, tab, given (1), family (2) or both (3)."""
    kinds: dict[str, int] = defaultdict(int)
    for locale in _LOCALES:
        try:
            provider = import_module(f"faker.providers.person.{locale}").Provider
        except ImportError:
            continue
        for each, kind in _LISTS.items():
            for name in getattr(provider, each, ()):
                for part in readable(name).text.lower().replace("'", " ").replace("-", " ").split():
                    if part.isalpha() and len(part) > 1:
                        kinds[part] |= kind
    return "".join(f"{name}\t{kind}\n" for name, kind in sorted(kinds.items())).encode()
