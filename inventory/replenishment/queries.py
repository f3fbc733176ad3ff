"""Proposals, forecasts and stocking policies in the reader's scope, and one item at one site with all that is known."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from erp.kernel import charts
from erp.kernel.clock import now
from erp.kernel.formats import write_number
from masterdata.places.models import Company
from masterdata.places.queries import site_list

from .ground import months_before
from .models import DemandForecast, ReplenishmentProposal, StockingPolicy
from .states import METHODS

OPEN = Q(state="open")
WAITING = Q(state="waiting")


def replenishment_list(*, user: Any) -> QuerySet[ReplenishmentProposal]:
    """Proposals in scope with `ordering`, what would be ordered of them in the stock unit."""
    return (
        ReplenishmentProposal.objects.visible_to(user)
        .select_related(
            "company", "site", "from_site", "item", "unit", "supplier__party", "chosen_supplier__party",
            "purchase_order", "transfer",
        )
        .annotate(ordering=Coalesce("edited_quantity", "quantity"))
    )  # fmt: skip


def owing(_user: Any = None) -> Q:
    """Open ones of which more is owed already than there is and comes."""
    return Q(state__in=ReplenishmentProposal.OPEN, position__lt=0)


def forecast_list(*, user: Any) -> QuerySet[DemandForecast]:
    """Forecasts in scope with `gain`, by how many percent of demand they are nearer than a naive one."""
    gain = Case(
        When(wape__isnull=False, naive_wape__isnull=False, then=F("naive_wape") - F("wape")),
        output_field=DecimalField(max_digits=12, decimal_places=2),
    )
    return DemandForecast.objects.visible_to(user).select_related("item", "site").annotate(gain=gain)


def policy_list(*, user: Any) -> QuerySet[StockingPolicy]:
    """Stocking policies of the companies and sites in scope."""
    return StockingPolicy.objects.visible_to(user).select_related("company", "site", "item_class", "item")


def companies_in_reach(user: Any) -> QuerySet[Company]:
    """Companies of which the reader sees a site."""
    return Company.objects.filter(pk__in=site_list(user=user).values("company"))


def to_review(user: Any) -> Q:
    """Policies whose day of review has come, of this reviewer."""
    return Q(reviewer=user.username) & due_for_review()


def due_for_review(_user: Any = None) -> Q:
    return Q(review_on__lte=now().date())


def chart_of(forecast: DemandForecast) -> charts.Figure:
    """Its history, and what is expected of the months that follow."""
    first = date.fromisoformat(forecast.history["from"])
    values = [Decimal(each) for each in forecast.history["values"]]
    ahead = [Decimal(each) for each in forecast.ahead["values"]]
    months = [months_before(first, -place) for place in range(len(values) + len(ahead))]
    labels = [f"{month:%m.%y}" for month in months]
    nothing = Decimal(0)
    wanted, expected = [*values, *[nothing] * len(ahead)], [*[nothing] * len(values), *ahead]
    title = _("Demand and forecast")
    return charts.Figure(
        title=title,
        note=_("%(unit)s a month, by the month they were wanted in; %(method)s")
        % {"unit": forecast.item.stock_unit_id, "method": METHODS.get(forecast.method, forecast.method)},
        drawing=charts.columns(
            title,
            labels,
            [(_("Wanted"), "s1", wanted), (_("Expected"), "s4", expected)],
            every=6,
            width=1120,
            height=220,
        ),
        head=(_("Month"), _("Wanted"), _("Expected")),
        rows=[
            (label, write_number(one, 0) if place < len(values) else "–", write_number(other, 1))
            for place, (label, one, other) in enumerate(zip(labels, wanted, expected, strict=True))
        ],
        legend=((_("Wanted"), "s1"), (_("Expected"), "s4")),
    )
