"""National ids: identity, tax and insurance numbers of some fifty countries, each with its check digits.

`NATIONAL_ID` is a number whose written form and check digits together leave little doubt. `NATIONAL_NUMBER`
is one that ordinary numbers resemble; a rule should ask for a word beside it. Check digits by python-stdnum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from core.finding import Span
from core.recognizers.result import report

SURE, LIKELY = "NATIONAL_ID", "NATIONAL_NUMBER"

_TABLE = """
be.nn             \\d{2}[.\\-/]\\d{2}[.\\-/]\\d{2}[\\- ]\\d{3}[.\\- ]?\\d{2}
fi.hetu           \\d{6}[\\-+A-FU-Y]\\d{3}[0-9A-FHJ-NPR-Y]
se.personnummer   (?:\\d{2})?\\d{6}[\\-+]\\d{4}
no.fodselsnummer  \\d{6} ?\\d{5}
fr.nir            [12] ?\\d{2} ?\\d{2} ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}
ch.ssn            756[. ]\\d{4}[. ]\\d{4}[. ]\\d{2}
pt.cc             \\d{8} ?\\d ?[A-Z]{2}\\d
cz.rc             \\d{6}/\\d{3,4}
ro.cnp            [1-8]\\d{12}
lv.pvn            \\d{6}-\\d{5}
br.cpf            \\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}
ar.cuit           \\d{2}-\\d{8}-\\d
cl.rut            \\d{1,2}\\.\\d{3}\\.\\d{3}-[\\dK]
mx.curp           [A-Z]{4}\\d{6}[HM][A-Z]{5}[A-Z0-9]\\d
mx.rfc            [A-Z]{4}\\d{6}[A-Z0-9]{3}
do.cedula         \\d{3}-\\d{7}-\\d
pk.cnic           \\d{5}-\\d{7}-\\d
cn.ric            \\d{17}[\\dX]
my.nric           \\d{6}-\\d{2}-\\d{4}
id.nik            \\d{16}
si.emso           \\d{13}
kr.rrn            \\d{6}-[1-4]\\d{6}
th.pin            \\d-\\d{4}-\\d{5}-\\d{2}-\\d
in_.aadhaar       \\d{4}[ \\-]\\d{4}[ \\-]\\d{4}
in_.pan           [A-Z]{3}P[A-Z]\\d{4}[A-Z]
za.idnr           \\d{6} ?\\d{4} ?\\d{2} ?\\d
es.nif            [XYZ]?\\d{7,8}-?[A-Z]
it.codicefiscale  [A-Z]{6}\\d{2}[A-EHLMPR-T]\\d{2}[A-Z]\\d{3}[A-Z]
us.ssn            \\d{3}-\\d{2}-\\d{4}
"""
_TABLE_OF_LIKELY = """
dk.cpr            \\d{6}-?\\d{4}
nl.bsn            \\d{3}[. ]?\\d{3}[. ]?\\d{3}|\\d{4}[. ]\\d{2}[. ]\\d{3}
at.vnr            \\d{4} ?\\d{6}
pt.nif            \\d{3} ?\\d{3} ?\\d{3}
ie.pps            \\d{7} ?[A-W][A-IW]?
bg.egn            \\d{10}
gr.amka           \\d{11}
hr.oib            \\d{11}
ee.ik             [1-8]\\d{10}
lt.asmens         [3-6]\\d{10}
br.cpf            \\d{11}
ec.ci             \\d{10}
il.idnr           \\d{9}
jp.in_            \\d{4} ?\\d{4} ?\\d{4}
ua.rntrc          \\d{10}
is_.kennitala     \\d{6}-?\\d{4}
th.pin            \\d{13}
in_.aadhaar       \\d{12}
tr.tckimlik       [1-9]\\d{10}
pl.pesel          \\d{11}
de.idnr           \\d{2} ?\\d{3} ?\\d{3} ?\\d{3}
au.tfn            \\d{3} ?\\d{3} ?\\d{2,3}
ca.sin            \\d{3}[ \\-]?\\d{3}[ \\-]?\\d{3}
gb.nhs            \\d{3}[ \\-]?\\d{3}[ \\-]?\\d{4}
gb.utr            \\d{5} ?\\d{5}
us.itin           9\\d{2}-?\\d{2}-?\\d{4}
se.personnummer   (?:\\d{2})?\\d{10}
"""


@dataclass(frozen=True, slots=True)
class _Format:
    label: str
    shape: re.Pattern[str]
    module: Any


def _formats() -> Iterator[_Format]:
    for label, table in ((SURE, _TABLE), (LIKELY, _TABLE_OF_LIKELY)):
        for line in table.strip().splitlines():
            name, shape = line.split(maxsplit=1)
            edged = rf"(?<![\w.\-/])(?:{shape})(?![\w]|[.\-/]\d)"
            yield _Format(label, re.compile(edged, re.IGNORECASE), import_module(f"stdnum.{name}"))


class NationalIdRecognizer(LocalRecognizer):
    """Finds national numbers whose check digits are right."""

    def __init__(self) -> None:
        self._formats = tuple(_formats())
        super().__init__(supported_entities=[SURE, LIKELY], name="national_ids")

    def load(self) -> None:
        """Do nothing: the formats are compiled."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        """Return one result for each number that is valid in some country."""
        return [
            report(self, each.label, Span(*match.span()), 1.0)
            for each in self._formats
            for match in each.shape.finditer(text)
            if each.module.is_valid(match[0])
        ]
