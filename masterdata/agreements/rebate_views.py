"""Rebates of suppliers: the list, and the forms that set and end one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.dates import in_effect
from masterdata.pages import FormPage

from .actions.set_rebate import end_rebate, set_rebate
from .forms import EndForm, RebateForm
from .models import SupplierRebate
from .permissions import SET_REBATE, VIEW_REBATE
from .queries import rebate_list

TITLE = _("Supplier rebates")


class RebateFilters(Filters):
    q = SearchFilter(
        exact=("item__code", "supplier__party__code", "reference"),
        contains=("supplier__party__search",),
        label=_("Item, supplier or reference"),
    )
    method = FacetFilter(label=_("Kind"), choices=SupplierRebate.Method.choices)

    class Meta:
        model = SupplierRebate
        fields: list[str] = []


class RebateList(ListPage):
    """What suppliers pay back of what items cost."""

    title, noun = TITLE, _("rebates")
    permission = VIEW_REBATE
    template = "masterdata/agreements/rebate_list.html"
    filters = RebateFilters
    columns = (
        Column("supplier__party__name", _("Supplier"), note=lambda row: row.reference),
        Column("item", _("For"), value=lambda row: row.item or row.item_class),
        Column("method", _("Kind"), value=lambda row: row.get_method_display()),
        Column("value", _("Value"), "money", places=4),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("valid_to", _("Until before"), "day"),
        Column("reason", _("Why")),
        Column("set_by", _("By"), optional=True),
        Column("company__code", _("Company"), optional=True),
    )
    tabs = (
        Tab("now", _("In effect"), lambda user: in_effect(timezone.localdate())),
        Tab("next", _("To come"), lambda user: Q(valid_from__gt=timezone.localdate())),
        Tab("all", _("All")),
    )
    default_sort = "-valid_from"
    empty_title = _("No supplier pays anything back")
    empty_text = _("A rebate comes off the cost on which margins and price floors are taken.")

    def queryset(self, user: User) -> QuerySet[SupplierRebate]:
        return rebate_list(user=user)

    def row_url(self, row: SupplierRebate) -> str:
        return reverse("masterdata:rebate_end", args=[row.pk]) if self.user.has_perm(SET_REBATE) else ""


class RebateSetPage(FormPage):
    permission = SET_REBATE
    form_class = RebateForm
    title, verb = _("Set a rebate"), _("Set rebate")

    def crumbs(self) -> Sequence[Any]:
        return (TITLE, reverse("masterdata:rebate_list"), self.title, "")

    def perform(self, by: By, form: RebateForm) -> str:
        given = form.changes()
        set_rebate(by, item_id=given.pop("item"), **given)
        return reverse("masterdata:rebate_list")


class RebateEndPage(FormPage):
    permission = SET_REBATE
    form_class = EndForm
    title, verb = _("End a rebate"), _("End")
    row: SupplierRebate

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.row = get_object_or_404(rebate_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        named = f"{self.row.supplier.party.name}, {self.row.item or self.row.item_class}"
        return (TITLE, reverse("masterdata:rebate_list"), named, "")

    def perform(self, by: By, form: EndForm) -> str:
        end_rebate(by, rebate_id=self.row.pk, on=form.cleaned_data["on"])
        return reverse("masterdata:rebate_list")
