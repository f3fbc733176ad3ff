"""Purchase orders, receipts and what was wrong with them know of each other."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel import chains
from erp.kernel.chains import Link

from .queries import difference_list, receipt_list


@chains.provider("inventory.purchase_order")
def receipts(user: Any, kind: str, pk: int) -> Iterator[Link]:
    for receipt in receipt_list(user=user).filter(purchase_order=pk).order_by("pk"):
        yield Link(
            _("Receipt"),
            receipt.number,
            reverse("inventory:receipt", args=[receipt.pk]),
            order=30,
            icon="package-plus",
        )


@chains.provider("inventory.receipt")
def purchase_order(user: Any, kind: str, pk: int) -> Iterator[Link]:
    for receipt in receipt_list(user=user).filter(pk=pk):
        if order := receipt.purchase_order:
            yield Link(
                _("Purchase order"),
                order.number,
                reverse("inventory:purchase_order", args=[order.pk]),
                order=20,
                icon="clipboard-list",
            )


@chains.provider("inventory.purchase_order")
def differences(user: Any, kind: str, pk: int) -> Iterator[Link]:
    for difference in difference_list(user=user).filter(line__order=pk).order_by("pk"):
        yield Link(
            difference.get_kind_display(),
            difference.number,
            reverse("inventory:receipt_difference", args=[difference.pk]),
            order=32,
            icon="package-search",
        )
