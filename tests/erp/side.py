"""One of two companies side by side: its rows, and the words by which its data is recognised."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from billing.models import CashReceipt, Invoice
from erp.kernel.models import User
from inventory.adjustments.models import Adjustment, StatusChange
from inventory.counting.models import CountTask
from inventory.models import (
    PutawayTask,
    Receipt,
    ReceiptDifference,
    Shipment,
    TransferOrder,
    Unloading,
)
from inventory.purchasing.models import PurchaseOrder
from masterdata import models as md
from orders.models import (
    BlanketOrder,
    Quote,
    SalesOrder,
)
from tests import factories

TODAY = date(2026, 1, 5)
NUMBERED = (
    SalesOrder, Shipment, Invoice, Receipt, CashReceipt, PurchaseOrder, Quote, BlanketOrder, StatusChange,
    Adjustment, CountTask, TransferOrder, PutawayTask, ReceiptDifference, Unloading,
)  # fmt: skip


@dataclass
class Side:
    """One company with a document of every kind, and the words by which its data is recognised."""

    name: str
    company: md.Company
    site: md.Site
    clerk: User
    rows: dict[str, Any] = field(default_factory=dict)  # kind of row -> a row of this company

    def marks(self) -> "re.Pattern[str]":
        """Finds a code, name or number that only this company's data has."""
        words = {self.name, *self._numbers()}
        return re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(words)))

    def _numbers(self) -> Iterator[str]:
        for model in NUMBERED:
            yield from model.objects.filter(company=self.company).values_list("number", flat=True)


def shared_item() -> md.Item:
    """The item that both companies trade, with one that stands in for it."""
    found = md.Item.objects.filter(code="SHARED").first()
    if found is None:
        found = factories.item(code="SHARED")
        factories.substitute(item=found)
        factories.kit_component(component=found)
    return found


def first(model: type[Model]) -> Any:
    """Any row of a table that both companies share."""
    return model._default_manager.order_by("pk").first()
