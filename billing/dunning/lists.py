"""Letters, levels and stops of dunning."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.dunning.actions.stop_dunning import end_dunning_stop
from billing.dunning.models import DunningLetter, DunningLevel, DunningStop
from billing.dunning.permissions import CHANGE_DUNNING, DUN, STOP_DUNNING, VIEW_DUNNING
from billing.dunning.queries import STANDING, letter_list, level_list, stop_list
from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab, one_by_one
from erp.kernel.models import User
from masterdata.models import Company
from masterdata.places.queries import day_at

CRUMBS = ((_("Finance"), ""), (_("Dunning"), ""))


class LetterFilters(Filters):
    """By number, customer, invoice and day."""

    q = SearchFilter(
        exact=("number", "customer__party__code", "items__item__invoice__number"),
        contains=("customer__party__search",),
        label=_("Letter, invoice or customer"),
    )
    written_on = DayRangeFilter(field_name="written_on", label=_("Written"))

    class Meta:
        model = DunningLetter
        fields: list[str] = []


class LetterList(ListPage):
    """Every letter that was written, the newest first."""

    title, noun = _("Dunning letters"), _("letters")
    permission = VIEW_DUNNING
    template = "billing/dunning/letters.html"
    columns = (
        Column("number", _("Letter"), "code", sort="pk"),
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer.party.code),
        Column("level", _("Level"), "number", sort="level"),
        Column("subject", _("Subject"), wide=True),
        Column("total", _("Asked for"), "money", sort="total", note=lambda row: row.currency),
        Column("fee", _("Fee"), "money", value=lambda row: row.fee or None),
        Column("written_on", _("Written"), "day", sort="written_on"),
        Column("pay_by", _("To be paid by"), "day"),
        Column("recipient", _("Sent to"), value=lambda row: row.recipient or _("by post")),
    )
    filters = LetterFilters
    tabs = (
        Tab("all", _("All")),
        Tab("post", _("By post"), Q(recipient="")),
        Tab("sent", _("By e-mail"), ~Q(recipient="")),
    )
    sums = (Sum("total", _("Asked for"), "total", places=2, currency="currency"),)
    siblings = (
        (_("Levels"), "billing:dunning_level_list"),
        (_("Stops"), "billing:dunning_stop_list"),
    )
    crumbs = CRUMBS
    default_sort = "-written_on"
    empty_title = _("No letter was written yet")
    empty_text = _("Every night payers are reminded of what is overdue, by the company's levels.")

    def more(self, request: HttpRequest) -> dict[str, Any]:
        companies = Company.objects.visible_to(request.user).filter(dunning_levels__isnull=False)
        return {"companies": companies.distinct().order_by("code"), "may_dun": request.user.has_perm(DUN)}

    def queryset(self, user: User) -> QuerySet[DunningLetter]:
        return letter_list(user=user)

    def row_url(self, row: DunningLetter) -> str:
        return reverse("billing:dunning_letter", args=[row.pk])


class LevelList(ListPage):
    """The levels of each company."""

    title, noun = _("Dunning levels"), _("levels")
    permission = VIEW_DUNNING
    template = "billing/dunning/levels.html"
    columns = (
        Column("company__code", _("Company"), "code"),
        Column("level", _("Level"), "number"),
        Column("name", _("Name")),
        Column("days", _("Days after due"), "number", sort="days"),
        Column("fee", _("Fee"), "money", value=lambda row: row.fee or None),
        Column(
            "texts", _("Languages"), value=lambda row: ", ".join(text.language for text in row.texts.all())
        ),
    )
    siblings = ((_("Letters"), "billing:dunning_letter_list"), (_("Stops"), "billing:dunning_stop_list"))
    crumbs = CRUMBS
    default_sort = "days"
    empty_title = _("Nobody is reminded yet")
    empty_text = _("A level says after how many days what kind of letter is written.")

    def more(self, request: HttpRequest) -> dict[str, Any]:
        return {"may_change": request.user.has_perm(CHANGE_DUNNING)}

    def queryset(self, user: User) -> QuerySet[DunningLevel]:
        return level_list(user=user)

    def row_url(self, row: DunningLevel) -> str:
        return reverse("billing:dunning_level", args=[row.pk])


def end(user: User, ids: list[int]) -> Outcome:
    reach = stop_list(user=user).filter(pk__in=ids).values_list("pk", flat=True)
    return one_by_one(list(reach), lambda pk: end_dunning_stop(By(Actor.of(user)), stop_id=pk))


class StopFilters(Filters):
    """By customer or invoice."""

    q = SearchFilter(
        exact=("customer__party__code", "item__invoice__number"),
        contains=("customer__party__search",),
        label=_("Customer or invoice"),
    )

    class Meta:
        model = DunningStop
        fields: list[str] = []


class StopList(ListPage):
    """Who is left alone until when, and why."""

    title, noun = _("Dunning stops"), _("stops")
    permission = VIEW_DUNNING
    columns = (
        Column("customer__party__name", _("Customer"), note=lambda row: row.customer.party.code),
        Column("item__invoice__number", _("Invoice"), "code",
               value=lambda row: row.item.invoice.number if row.item else _("all")),
        Column("until", _("Until"), "day", sort="until"),
        Column("reason", _("Why"), wide=True),
        Column("stopped_by", _("By")),
        Column("stopped_at", _("When"), "instant"),
        Column("ended_at", _("Ended"), "instant", optional=True),
    )  # fmt: skip
    filters = StopFilters
    tabs = (
        Tab(
            "stand", _("In force"), lambda _user: STANDING & Q(until__gte=day_at("company__time_zone", now()))
        ),
        Tab("all", _("All")),
    )
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "end", _("End"), STOP_DUNNING, end, icon="x",
            past=ngettext_lazy("%(n)d stop ended", "%(n)d stops ended", "n"),
        ),
    )  # fmt: skip
    siblings = ((_("Letters"), "billing:dunning_letter_list"), (_("Levels"), "billing:dunning_level_list"))
    crumbs = CRUMBS
    default_sort = "until"
    empty_title = _("Nobody is left alone")
    empty_text = _("A payer's page of collections, and an invoice, have the form for it.")

    def queryset(self, user: User) -> QuerySet[DunningStop]:
        return stop_list(user=user)

    def row_url(self, row: Any) -> str:
        return reverse("billing:collection", args=[row.customer_id])
