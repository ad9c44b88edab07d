"""National ids: identity, tax and insurance numbers of some sixty countries, each with its check digits.

`NATIONAL_ID` is a number whose written form and check digits together leave little doubt. `NATIONAL_NUMBER`
is one that ordinary numbers resemble; a rule should ask for a word beside it. Check digits by python-stdnum, and
by `check_digits` where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import re2

from core.finding import Detection, Span
from core.recognizers.check_digits import OWN, Valid
from core.recognizers.counts import counts
from core.recognizers.own import OwnRecognizer

SURE, LIKELY = "NATIONAL_ID", "NATIONAL_NUMBER"

_TABLE = """
be.ssn            \\d{2}[.\\-/]\\d{2}[.\\-/]\\d{2}[\\- ]\\d{3}[.\\- ]?\\d{2}
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
ae                784-(?:19|20)\\d{2}-\\d{7}-\\d
hk                [A-Z]{1,2}\\d{6}\\([\\dA]\\)
lu                (?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])\\d{5}
ru.snils          \\d{3}-\\d{3}-\\d{3}[ \\-]\\d{2}
sg                [STFGM]\\d{7}[A-Z]
uy                [1-6]\\.\\d{3}\\.\\d{3}-\\d
ve.rif            [VE]-\\d{8}-\\d
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
ar.cuit           (?:20|23|24|27)\\d{9}
be.ssn            \\d{11}
ch.ssn            756\\d{10}
cl.rut            \\d{7,8}-?[\\dK]
cu.ni             \\d{11}
do.cedula         \\d{11}
ve.rif            [VE]\\d{9}
kr.rrn            \\d{13}
my.nric           \\d{12}
nz.ird            \\d{2,3}[ \\-]?\\d{3}[ \\-]?\\d{3}
pk.cnic           \\d{13}
ru.inn            \\d{12}
us.ssn            \\d{3} ?\\d{2} ?\\d{4}
us.atin           9\\d{2}-93-\\d{4}
fr.nif            [0-3]\\d ?\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}
eg                [23]\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?:[0-2]\\d|3[0-5]|88)\\d{5}
hu.taj            \\d{3}[ \\-]?\\d{3}[ \\-]?\\d{3}
hu.tax            8\\d{9}
ir                \\d{10}
kz                \\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[1-6]\\d{5}
ru.snils          \\d{11}
sa                [12]\\d{9}
tw                [A-Z][1289]\\d{8}
uy                [1-6]\\d{7}
"""


@dataclass(frozen=True)
class _Format:
    """A way of writing a number: its name and shape in the table; what it takes to check one comes with the first."""

    label: str
    name: str
    shape: str

    @cached_property
    def edged(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.\-/])(?:{self.shape})(?![\w]|[.\-/]\d)", re.IGNORECASE)

    @cached_property
    def valid(self) -> Valid:
        return OWN.get(self.name) or import_module(f"stdnum.{self.name}").is_valid


def _formats() -> Iterator[_Format]:
    for label, table in ((SURE, _TABLE), (LIKELY, _TABLE_OF_LIKELY)):
        for line in table.strip().splitlines():
            yield _Format(label, *line.split(maxsplit=1))


class NationalIdRecognizer(OwnRecognizer):
    """Finds national numbers whose check digits are right."""

    def __init__(self) -> None:
        options = re2.Options()
        options.case_sensitive = False
        self._formats = list(_formats())
        self._fitting = re2.Set.SearchSet(options)
        for each in self._formats:
            self._fitting.Add(each.shape)
        self._fitting.Compile()
        super().__init__("national_ids", [SURE, LIKELY])

    def detections(self, text: str, artifacts: Any) -> Iterator[Detection]:
        """Yield each number that is valid in some country."""
        for each in map(self._formats.__getitem__, sorted(self._fitting.Match(text) or ())):
            for match in each.edged.finditer(text):
                if each.valid(match[0]) and not counts(text, match.start()):
                    yield Detection(Span(*match.span()), each.label, 1.0)
