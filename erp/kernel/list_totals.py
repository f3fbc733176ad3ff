"""A list's footer: counts of the filtered set, its tabs and buckets, and its sums, one for each currency."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q
from django.db.models import Sum as SumOf
from django.utils.translation import gettext as _

from .formats import write_number, write_quantity
from .list_parts import Tab, meets
from .workplace import at_workplace

if TYPE_CHECKING:
    from .lists import ListPage

COUNT_CAP = 10_000


def totals_of(page: "ListPage") -> dict[str, Any]:
    """Counts and sums, capped: beyond 10,000 rows the footer says so instead of counting on."""
    aggregates: dict[str, Any] = {"n": Count("pk")}
    for position, bucket in enumerate(page.buckets):
        aggregates[f"bucket_{position}"] = Count("pk", filter=meets(bucket.condition, page.user))
    for total in page.sums:
        if total.currency:
            aggregates[f"currencies_{total.key}"] = ArrayAgg(total.currency, distinct=True)
        else:
            aggregates[f"sum_{total.key}"] = SumOf(total.expression)
    found = page.filtered().order_by()[: COUNT_CAP + 1].aggregate(**aggregates)
    many = found["n"] > COUNT_CAP
    return {
        "list": page,
        "count": _("more than %(n)s") % {"n": write_quantity(COUNT_CAP)}
        if many
        else write_quantity(found["n"]),
        "sums": [] if many else list(_sums(page, found)),
        "buckets": [
            (bucket.label, _capped(found[f"bucket_{position}"]), bucket.tone)
            for position, bucket in enumerate(page.buckets)
        ],
        "tabs": [(tab, _capped(_tab_count(page, tab))) for tab in page.tabs],
    }


def _tab_count(page: "ListPage", tab: Tab) -> int:
    """How many rows the tab opens on: those at the reader's workplace, where the list starts there."""
    rows = page.queryset(page.user).filter(meets(tab.condition, page.user))
    if page.place_filter and page.filters is not None:
        column = page.filters.base_filters[page.place_filter].field_name
        rows = at_workplace(rows, page.user, column)
    return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


def _sums(page: "ListPage", found: dict[str, Any]) -> Iterator[tuple[Any, list[str]]]:
    """Each sum's label and figures: one figure, or one for each currency in the order of their codes."""
    codes = {
        total.key: sorted(filter(None, found[f"currencies_{total.key}"] or ()))
        for total in page.sums
        if total.currency
    }
    asked = {
        f"{total.key}_{code}": SumOf(total.expression, filter=Q(**{total.currency: code}))
        for total in page.sums
        for code in codes.get(total.key, ())
    }
    by_currency = page.filtered().order_by()[: COUNT_CAP + 1].aggregate(**asked) if asked else {}
    for total in page.sums:
        if total.currency:
            amounts = [(code, by_currency[f"{total.key}_{code}"]) for code in codes[total.key]]
        else:
            amounts = [(total.unit, found[f"sum_{total.key}"])]
        if amounts:
            figures = [
                f"{unit} {write_number(amount or 0, total.places)}".strip() for unit, amount in amounts
            ]
            yield total.label, figures


def _capped(count: int) -> str:
    return f"{write_quantity(COUNT_CAP)}+" if count > COUNT_CAP else write_quantity(count)
