"""What reading UBL and CII has in common."""

from decimal import Decimal
from typing import TypeVar

from lxml import etree

from billing.einvoice.semantic import Endpoint
from erp.kernel.xmlfiles import Reader

T = TypeVar("T")
ZERO = Decimal(0)


def needed(value: T | None, path: str) -> T:
    """The value; raises ValueError where there is none."""
    if value is None:
        raise ValueError(f"{path} is missing")
    return value


def endpoint(doc: Reader, found: etree._Element | None, path: str) -> Endpoint | None:
    """An electronic address with its scheme."""
    identifier = doc.text(found, path)
    return Endpoint(doc.attribute(found, path, "schemeID"), identifier) if identifier else None


def price_of_one(price: Decimal, quantity: Decimal) -> Decimal:
    """The price of one, from the price of so many (BT-149)."""
    return price / quantity if quantity else price
