"""Versions of the order rules, and what one of them would have made of past orders."""

from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Sum, Tab
from erp.kernel.models import User
from masterdata.parties.models import Customer
from masterdata.places.models import Site
from orders.rulebook.models import RuleVersion
from orders.rulebook.permissions import VIEW_RULES
from orders.rulebook.queries import rule_versions, standing
from orders.rulebook.rules import stored_rule
from orders.rulebook.words import names_of, outcome_words

from .models import RuleTrialLine
from .queries import rule_trials, trial_lines

STATES = {
    "draft": (_("Being written"), "mute"),
    "proposed": (_("Waits for approval"), "warn"),
    "scheduled": (_("Scheduled"), "info"),
    "holds": (_("In force"), "ok"),
    "past": (_("Replaced"), "mute"),
    "dropped": (_("Dropped"), "mute"),
}
OTHERWISE = {
    "site": ~Q(site_was=F("site_would")),
    "priority": ~Q(priority_was=F("priority_would")) & Q(priority_was__isnull=False),
    "ship_rule": ~Q(ship_was=F("ship_would")),
    "holds": ~Q(holds_was=F("holds_would")),
    "fee": ~Q(fee_was=F("fee_would")),
}


class VersionFilters(Filters):
    q = SearchFilter(label=_("What changes"), contains=["reason"])
    state = FacetFilter(label=_("State"), choices=RuleVersion.State.choices)


class RuleVersionList(ListPage):
    """Every version of the companies in scope."""

    title, noun = _("Order rules"), _("versions")
    permission = VIEW_RULES
    template = "orders/orchestration/rule_version_list.html"
    filters = VersionFilters
    columns = (
        Column("number", _("Version"), "code", sort="pk", value=str),
        Column("company__code", _("Company"), "code"),
        Column("state", _("State"), "chip", states=STATES, value=standing),
        Column("reason", _("What changes")),
        Column("count", _("Rules"), "number"),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("written_by__name", _("Written by")),
        Column("decided_by__name", _("Approved by"), optional=True),
    )
    tabs = (
        Tab("all", _("All")),
        Tab("open", _("Waiting"), Q(state__in=(RuleVersion.State.DRAFT, RuleVersion.State.PROPOSED))),
        Tab("approved", _("Approved"), Q(state=RuleVersion.State.APPROVED)),
    )
    default_sort = "-number"
    empty_title = _("No order rules")
    empty_text = _("Rules choose site, ship rule, priority, holds and fees of each order as it comes.")

    def queryset(self, user: User) -> QuerySet[RuleVersion]:
        return rule_versions(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:rule_version", args=[row.pk])


def _changes(was: str, would: str, words: Any = str) -> Any:
    """A column's value: what would have been, where it differs from what was."""

    def read(line: RuleTrialLine) -> Any:
        before, after = getattr(line, was), getattr(line, would)
        if before == after:
            return ""
        return _("%(before)s → %(after)s") % {"before": words(before) or "–", "after": words(after) or "–"}

    return read


def _code(site: Site) -> str:
    return site.code


def _ships(rule: str) -> str:
    return str(Customer.ShipRule(rule).label) if rule else ""


def _fee_difference(line: RuleTrialLine) -> Any:
    return line.fee_would - line.fee_was


class TrialFilters(Filters):
    trial = django_filters.NumberFilter(label="", widget=forms.HiddenInput)
    q = SearchFilter(
        exact=("order__number", "order__customer__party__code"),
        contains=("order__customer__party__search",),
        label=_("Order or customer"),
    )

    class Meta:
        model = RuleTrialLine
        fields: list[str] = []


class TrialLineList(ListPage):
    """Orders of the past that a version touches: what would have been otherwise, and what it would have cost them."""

    title, noun = _("Order rules on past orders"), _("orders")
    permission = VIEW_RULES
    template = "orders/orchestration/rule_trial.html"
    filters = TrialFilters
    columns = (
        Column("order__number", _("Order"), "code", sort="order_id"),
        Column("order__customer__party__name", _("Customer")),
        Column("order__submitted_at", _("Came"), "instant", optional=True),
        Column("order__net", _("Net"), "money", note=lambda line: line.order.currency, optional=True),
        Column("site", _("Site"), value=_changes("site_was", "site_would", _code)),
        Column("ships", _("Ships"), value=_changes("ship_was", "ship_would", _ships)),
        Column("priority", _("Priority"), value=_changes("priority_was", "priority_would")),
        Column("holds", _("Holds"), value=_changes("holds_was", "holds_would")),
        Column("fee_was", _("Fees charged"), "money"),
        Column("fee_would", _("Fees by the rules"), "money", sort="fee_would"),
        Column("difference", _("Difference"), "signed", value=_fee_difference),
    )
    tabs = (
        Tab("otherwise", _("Otherwise"), reduce(or_, OTHERWISE.values())),
        Tab("site", _("Site"), OTHERWISE["site"]),
        Tab("priority", _("Priority"), OTHERWISE["priority"]),
        Tab("holds", _("Holds"), OTHERWISE["holds"]),
        Tab("fee", _("Fees"), OTHERWISE["fee"]),
        Tab("all", _("All touched")),
    )
    sums = (
        Sum("fee_was", _("Fees charged"), "fee_was", places=2, currency="order__currency"),
        Sum("fee_would", _("Fees by the rules"), "fee_would", places=2, currency="order__currency"),
    )
    default_sort = "-order__number"
    empty_title = _("No order")
    empty_text = _("The rules would have left every order of these days as it was.")

    def opened(self, params: QueryDict) -> QueryDict:
        """The address names the trial; as a filter it also reaches exports and jobs."""
        opened = super().opened(params).copy()
        opened["trial"] = str(self.kwargs["pk"])
        return opened

    def queryset(self, user: User) -> QuerySet[RuleTrialLine]:
        return trial_lines(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("orders:order", args=[row.order.number])

    def more(self, request: HttpRequest) -> dict[str, Any]:
        trial = get_object_or_404(rule_trials(user=request.user), pk=self.kwargs["pk"])
        rules = [stored_rule(*rule) for rule in trial.rules]
        names = names_of(rules)
        return {
            "trial": trial,
            "hits": [
                (rule, outcome_words(rule, names), trial.hits.get(str(rule.rule_id), 0)) for rule in rules
            ],
            "reads_stock": any(rule.outcome.how == "all_free" for rule in rules),
        }
