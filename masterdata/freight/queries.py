"""Freight tariffs that a reader may see."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from erp.kernel.formats import write_quantity
from erp.kernel.models import AuditEvent
from masterdata.pages import Event

from .models import FreightRate, FreightTariff
from .permissions import VIEW_FREIGHT

MOST_RATES, MOST_EVENTS = 500, 30


def tariff_list(*, user: Any) -> QuerySet[FreightTariff]:
    """Tariffs of the companies in scope, with company and item."""
    rows = FreightTariff.objects.visible_to(user).select_related("company", "item")
    return rows if user.has_perm(VIEW_FREIGHT) else rows.none()


def rate_list(*, user: Any) -> QuerySet[FreightRate]:
    """Rates of those tariffs."""
    return FreightRate.objects.filter(tariff__in=tariff_list(user=user)).select_related("tariff")


def rate_history(tariff: FreightTariff) -> list[Event]:
    """What happened to the tariff's rates, newest first; those that are gone too."""
    events = AuditEvent.objects.filter(table=FreightRate._meta.db_table)
    made = {
        event.row_id: event.after or {}
        for event in events.filter(operation="insert", after__tariff_id=tariff.pk).order_by("-pk")[
            :MOST_RATES
        ]
    }
    words = {"insert": _("Rate set"), "update": _("Rate changed"), "delete": _("Rate removed")}
    return [
        Event(words[event.operation], event.actor, event.recorded_at, _said(made[event.row_id], event))
        for event in events.filter(row_id__in=made).order_by("-pk")[:MOST_EVENTS]
    ]


def _said(rate: dict[str, Any], event: AuditEvent) -> str:
    """`BE 20, from 0: 12 + 0.35`, and what came of it."""
    place = f"{rate['country']} {rate['postal_prefix']}".strip() or _("anywhere")
    known = {**rate, **(event.before or {})} if event.operation != "insert" else rate
    said = f"{place}, {_('from')} {_figure(rate['from_amount'])}: {_amounts(known)}"
    return said if event.operation != "update" else f"{said} → {_amounts({**known, **(event.after or {})})}"


def _amounts(rate: dict[str, Any]) -> str:
    return f"{_figure(rate['charge'])} + {_figure(rate['per_unit'])}"


def _figure(value: Any) -> str:
    return write_quantity(Decimal(str(value)))
