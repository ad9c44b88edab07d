"""Counts: words before a number which say that it counts, prices or names a thing, and belongs to no person."""

from __future__ import annotations

import re

_REACH = 32
_COUNTS = re.compile(
    r"(?:(?<!\bfor the )(?<!\bfor my )(?<!\bfor our )"  # a card for the flight is no flight
    r"\b(?:order|invoice|ticket|model|serial|part|build|version|isbn|issn|ean|gtin|upc|doi|ref|reference|case|"
    r"tracking|consignment|shipment|parcel|package|account|batch|lot|sku|asin|patent|grant|train|flight|edition|item|"
    r"rfc|issue|pr|commit|year|years|article|catalogue|catalog|wagon|engine|frame|chassis|score|draw|winning|numbers|"
    r"receipt|bestellung|rechnung|commande|facture|pedido|factura|ordine|fattura|zamówienie|imei|barcode|bar code|"
    r"release|firmware|kernel|revision|hash|checksum|seed|pi|room|locker|lottery|bib|hymn|psalm|opus|"
    r"asteroid|comet|galaxy|zip|postcode|po box|vat|company|charity|registered)\b\.?"
    r"[\s:#]*(?:numbers?|no|nr|id|code|date|reference)?[.\s:#]*(?:is|was|of|says)?[.\s:#]*|"
    r"\bvat (?:no\.?|number|id)?[\s:]*[a-z]{2}\s?|[$€£¥#])$",
    re.IGNORECASE,
)


def counts(text: str, at: int) -> bool:
    """Tell whether the number that begins at `at` is said to be an order's, a version's, a price or the like."""
    return _COUNTS.search(text, max(at - _REACH, 0), at) is not None
