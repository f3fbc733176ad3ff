"""Tax codes and the rules that choose one."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from masterdata.items.models import Item
from masterdata.pages import FormPage
from masterdata.parties.models import Customer

from .actions.create_tax_code import create_tax_code
from .actions.set_tax_rule import set_tax_rule
from .forms import TaxCodeForm, TaxRuleForm
from .models import TaxCode, TaxRule
from .permissions import CHANGE_TAX, VIEW_TAX
from .queries import tax_code_list, tax_rule_list


class TaxCodeList(ListPage):
    title, noun = _("Tax codes"), _("tax codes")
    permission = VIEW_TAX
    template = "masterdata/tax/tax_code_list.html"
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("category", _("Category"), value=lambda row: row.get_category_display()),
        Column("rate_percent", _("Rate"), "percent", places=2),
        Column("exemption_reason", _("Why no tax"), optional=True),
        Column("company__code", _("Company")),
    )
    default_sort = "code"

    def queryset(self, user: User) -> QuerySet[TaxCode]:
        return tax_code_list(user=user)


class TaxRuleList(ListPage):
    title, noun = _("Tax rules"), _("tax rules")
    permission = VIEW_TAX
    template = "masterdata/tax/tax_rule_list.html"
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

    def queryset(self, user: User) -> QuerySet[TaxRule]:
        return tax_rule_list(user=user)


def crumbs() -> Sequence[Any]:
    return (_("Tax codes"), reverse("masterdata:tax_code_list"))


class TaxCodeCreate(FormPage):
    permission = CHANGE_TAX
    form_class = TaxCodeForm
    title, verb = _("New tax code"), _("Create tax code")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("New"), "")

    def perform(self, by: By, form: TaxCodeForm) -> str:
        create_tax_code(by, **form.changes())
        return reverse("masterdata:tax_code_list")


class TaxRuleSetPage(FormPage):
    permission = CHANGE_TAX
    form_class = TaxRuleForm
    title, verb = _("Set tax rule"), _("Set rule")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("Tax rules"), reverse("masterdata:tax_rule_list"), self.title, "")

    def perform(self, by: By, form: TaxRuleForm) -> str:
        set_tax_rule(by, **form.changes())
        return reverse("masterdata:tax_rule_list")
