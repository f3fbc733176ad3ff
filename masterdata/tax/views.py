"""Tax codes and the rules that choose one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from erp.kernel.templatetags.ui import day, percent
from masterdata.items.models import Item
from masterdata.pages import Fact, FormPage, Link, RecordPage
from masterdata.parties.models import Customer

from .actions.change_tax_code import change_tax_code
from .actions.create_tax_code import create_tax_code
from .actions.set_tax_rule import set_tax_rule
from .forms import ChangeTaxCodeForm, TaxCodeForm, TaxRuleForm
from .models import TaxCode, TaxRule
from .permissions import CHANGE_TAX, VIEW_TAX
from .queries import tax_code_list, tax_rule_list


class TaxCodeFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])
    category = FacetFilter(label=_("Category"), choices=TaxCode.Category.choices)


class TaxRuleFilters(Filters):
    q = SearchFilter(label=_("Tax code"), contains=["tax_code__code", "tax_code__name"])
    tax_treatment = FacetFilter(label=_("Customer"), choices=Customer.TaxTreatment.choices)
    tax_class = FacetFilter(label=_("Item"), choices=Item.TaxClass.choices)


class TaxCodeList(ListPage):
    title, noun = _("Tax codes"), _("tax codes")
    permission = VIEW_TAX
    template = "masterdata/tax/tax_code_list.html"
    filters = TaxCodeFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("category", _("Category"), value=lambda row: row.get_category_display()),
        Column("rate_percent", _("Rate"), "percent", places=2),
        Column("exemption_reason", _("Why no tax"), optional=True),
        Column("company__code", _("Company")),
    )
    default_sort = "code"
    empty_title = _("No tax codes yet")
    empty_text = _("A code is a rate under its EN 16931 category; rules choose one by customer and item.")

    def queryset(self, user: User) -> QuerySet[TaxCode]:
        return tax_code_list(user=user)

    def row_url(self, row: TaxCode) -> str:
        return reverse("masterdata:tax_code", args=[row.pk])


class TaxRuleList(ListPage):
    title, noun = _("Tax rules"), _("tax rules")
    permission = VIEW_TAX
    template = "masterdata/tax/tax_rule_list.html"
    filters = TaxRuleFilters
    columns = (
        Column(
            "tax_treatment", _("Customer"), value=lambda row: Customer.TaxTreatment(row.tax_treatment).label
        ),
        Column("tax_class", _("Item"), value=lambda row: Item.TaxClass(row.tax_class).label),
        Column("tax_code__code", _("Tax code"), "code"),
        Column("tax_code__name", _("Name")),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("company__code", _("Company")),
    )
    default_sort = "-valid_from"
    empty_title = _("No tax rules yet")
    empty_text = _("A rule chooses the code for a customer's treatment and an item's class, from a day on.")

    def queryset(self, user: User) -> QuerySet[TaxRule]:
        return tax_rule_list(user=user)


def crumbs(row: TaxCode | None = None) -> Sequence[Any]:
    home = (_("Tax codes"), reverse("masterdata:tax_code_list"))
    return (*home, row.code, reverse("masterdata:tax_code", args=[row.pk])) if row else home


class TaxCodeRecord(RecordPage):
    permission = VIEW_TAX
    record = "masterdata.tax_code"
    template = "masterdata/tax/tax_code.html"

    def row(self, request: HttpRequest, pk: int) -> TaxCode:
        return get_object_or_404(tax_code_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: TaxCode) -> dict[str, Any]:
        change = reverse("masterdata:tax_code_change", args=[row.pk])
        return {
            "title": row.code,
            "lead": row.name,
            "steps": (*crumbs(), row.code, ""),
            "facts": [
                Fact(_("Company"), row.company.name),
                Fact(_("Category"), f"{row.category} {row.get_category_display()}"),
                Fact(_("Rate"), percent(row.rate_percent, 2)),
                Fact(_("Why no tax"), row.exemption_reason),
            ],
            "links": [Link(_("Change"), change, CHANGE_TAX, "pencil", True)],
            "rules": [
                (
                    Customer.TaxTreatment(rule.tax_treatment).label,
                    Item.TaxClass(rule.tax_class).label,
                    day(rule.valid_from),
                )
                for rule in tax_rule_list(user=request.user).filter(tax_code=row)
            ],
        }


class TaxCodeCreate(FormPage):
    permission = CHANGE_TAX
    form_class = TaxCodeForm
    title, verb = _("New tax code"), _("Create tax code")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("New"), "")

    def perform(self, by: By, form: TaxCodeForm) -> str:
        made = create_tax_code(by, **form.changes())
        return reverse("masterdata:tax_code", args=[made.tax_code_id])


class TaxCodeChange(FormPage):
    permission = CHANGE_TAX
    form_class = ChangeTaxCodeForm
    title, verb = _("Change tax code"), _("Save tax code")
    tax_code: TaxCode

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.tax_code = get_object_or_404(tax_code_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(self.tax_code), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {name: getattr(self.tax_code, name) for name in ("name", "exemption_reason", "version")}

    def perform(self, by: By, form: ChangeTaxCodeForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_tax_code(by, tax_code_id=self.tax_code.pk, version=version, changes=form.changes())
        return reverse("masterdata:tax_code", args=[self.tax_code.pk])


class TaxRuleSetPage(FormPage):
    permission = CHANGE_TAX
    form_class = TaxRuleForm
    title, verb = _("Set tax rule"), _("Set rule")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("Tax rules"), reverse("masterdata:tax_rule_list"), self.title, "")

    def perform(self, by: By, form: TaxRuleForm) -> str:
        set_tax_rule(by, **form.changes())
        return reverse("masterdata:tax_rule_list")
