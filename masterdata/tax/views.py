"""Tax codes and the rules that choose one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from erp.kernel.templatetags.ui import day, percent
from masterdata.items.models import Item
from masterdata.pages import CreatePage, Fact, FormPage, OfRecord, RecordPage, Records
from masterdata.parties.models import Customer

from .actions.change_tax_code import change_tax_code
from .actions.create_tax_code import create_tax_code
from .actions.set_tax_rule import set_tax_rule
from .forms import ChangeTaxCodeForm, TaxCodeForm, TaxRuleForm
from .models import TaxCode, TaxRule
from .permissions import CHANGE_TAX, VIEW_TAX
from .queries import tax_code_list, tax_rule_list

TAX_CODES = Records(_("Tax codes"), "masterdata:tax_code", tax_code_list)


class TaxCodeFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])
    category = FacetFilter(label=_("Category"), choices=TaxCode.Category.choices)


class TaxRuleFilters(Filters):
    q = SearchFilter(label=_("Tax code"), contains=["tax_code__code", "tax_code__name"])
    tax_treatment = FacetFilter(label=_("Customer"), choices=Customer.TaxTreatment.choices)
    tax_class = FacetFilter(label=_("Item"), choices=Item.TaxClass.choices)


class TaxCodeList(ListPage):
    title, noun = TAX_CODES.plural, _("tax codes")
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
        return TAX_CODES.url(row)


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


class TaxCodeRecord(RecordPage):
    of = TAX_CODES
    permission = VIEW_TAX
    record = "masterdata.tax_code"
    template = "masterdata/tax/tax_code.html"
    changed_with = CHANGE_TAX

    def context(self, request: HttpRequest, row: TaxCode) -> dict[str, Any]:
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Company"), row.company.name),
                Fact(_("Category"), f"{row.category} {row.get_category_display()}"),
                Fact(_("Rate"), percent(row.rate_percent, 2)),
                Fact(_("Why no tax"), row.exemption_reason),
            ],
            "rules": [
                (
                    Customer.TaxTreatment(rule.tax_treatment).label,
                    Item.TaxClass(rule.tax_class).label,
                    day(rule.valid_from),
                )
                for rule in tax_rule_list(user=request.user).filter(tax_code=row)
            ],
        }


class TaxCodeCreate(CreatePage):
    of = TAX_CODES
    permission = CHANGE_TAX
    form_class = TaxCodeForm
    title, verb = _("New tax code"), _("Create tax code")

    def perform(self, by: By, form: TaxCodeForm) -> str:
        made = create_tax_code(by, **form.changes())
        return reverse("masterdata:tax_code", args=[made.tax_code_id])


class TaxCodeChange(OfRecord):
    of = TAX_CODES
    permission = CHANGE_TAX
    form_class = ChangeTaxCodeForm
    title, verb = _("Change tax code"), _("Save tax code")
    fields = ("name", "exemption_reason")

    def perform(self, by: By, form: ChangeTaxCodeForm) -> str:
        change_tax_code(by, tax_code_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


class TaxRuleSetPage(FormPage):
    permission = CHANGE_TAX
    form_class = TaxRuleForm
    title, verb = _("Set tax rule"), _("Set rule")

    def crumbs(self) -> Sequence[Any]:
        return (*TAX_CODES.crumbs(), _("Tax rules"), reverse("masterdata:tax_rule_list"), self.title, "")

    def perform(self, by: By, form: TaxRuleForm) -> str:
        set_tax_rule(by, **form.changes())
        return reverse("masterdata:tax_rule_list")
