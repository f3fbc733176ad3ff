"""Customers and suppliers in the palette."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .queries import customer_list, supplier_list


def _hits(rows: QuerySet[Any], query: str, url_name: str, icon: str) -> list[Hit]:
    for word in query.replace("\0", "").upper().split()[:4]:
        rows = rows.filter(party__search__contains=word)
    return [
        Hit(
            reverse(url_name, args=[row.pk]),
            row.party.name,
            code=row.party.code,
            note=row.company.code,
            icon=icon,
        )
        for row in rows.order_by("party__code")[:MOST_HITS]
    ]


@source("masterdata.view_customer", label=_("Customers"), order=20)
def customers(user: User, query: str) -> list[Hit]:
    return _hits(customer_list(user=user), query, "masterdata:customer", "building-2")


@source("masterdata.view_supplier", label=_("Suppliers"), order=40)
def suppliers(user: User, query: str) -> list[Hit]:
    return _hits(supplier_list(user=user), query, "masterdata:supplier", "factory")
