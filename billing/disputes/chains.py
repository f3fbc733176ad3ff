"""Disputes in the document chain."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.disputes.models import Dispute
from billing.disputes.permissions import VIEW_DISPUTE
from billing.disputes.queries import dispute_list
from billing.disputes.states import chip_of
from erp.kernel.access import access_of
from erp.kernel.chains import Link, links_of, provider

MOST = 20


@provider("billing.invoice")
def disputes_of_invoice(user: Any, kind: str, pk: int) -> list[Link]:
    """What of an invoice is or was disputed."""
    if VIEW_DISPUTE not in access_of(user).permissions:
        return []
    return [
        Link(
            _("Dispute"), row.number, reverse("billing:dispute", args=[row.pk]), *chip_of(row), order=90,
            icon="message-circle-warning",
        )
        for row in dispute_list(user=user).filter(item__invoice=pk)[:MOST]
    ]  # fmt: skip


@provider("billing.dispute")
def chain_of_dispute(user: Any, kind: str, pk: int) -> list[Link]:
    """The invoice that is disputed, and all that belongs to it."""
    invoice = Dispute.objects.visible_to(user).select_related("item__invoice").get(pk=pk).item.invoice
    own = Link(
        _("Invoice"),
        invoice.number,
        reverse("billing:invoice", args=[invoice.number]),
        order=60,
        icon="receipt",
    )
    here = reverse("billing:dispute", args=[pk])
    return [own, *(link for link in links_of(user, "billing.invoice", invoice.pk) if link.url != here)]
