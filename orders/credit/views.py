"""Credit limits: the list, an account with whom it stands for, and the form that sets a limit."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.pages import Fact, FormPage, Link, RecordPage, Records
from masterdata.parties.models import Customer, CustomerGroup
from masterdata.parties.queries import customer_group_list, customer_list, groups_above
from masterdata.places.models import Company
from masterdata.places.queries import company_list

from .actions.set_credit_limit import CreditSet, set_credit_limit, set_group_limit
from .forms import LimitForm
from .models import CreditAccount
from .permissions import SET_LIMIT, VIEW_CREDIT
from .queries import MOST_PAYERS, credit_account_list, debtors_of

ACCOUNTS = Records(_("Credit limits"), "orders:credit_account", credit_account_list, str)


class AccountFilters(Filters):
    q = SearchFilter(
        exact=("customer__party__code", "group__code"),
        contains=("customer__party__search", "group__name"),
        label=_("Customer or group"),
    )

    class Meta:
        model = CreditAccount
        fields: list[str] = []


def _code(row: CreditAccount) -> str:
    return row.customer.party.code if row.customer else row.group.code


def _name(row: CreditAccount) -> str:
    return row.customer.party.name if row.customer else row.group.name


class AccountList(ListPage):
    title, noun = ACCOUNTS.plural, _("limits")
    permission = VIEW_CREDIT
    filters = AccountFilters
    columns = (
        Column("holder", _("Holder"), "code", value=_code),
        Column("name", _("Name"), value=_name),
        Column("company__code", _("Company"), optional=True),
        Column("limit", _("Limit"), "money", note=lambda row: row.company.currency),
        Column("exposure", _("Counts already"), "money", sort="exposure"),
        Column("free", _("Free"), "signed"),
        Column("reviewed_on", _("Reviewed"), "day", optional=True),
    )
    tabs = (
        Tab("over", _("Over the limit"), Q(exposure__gt=F("limit"))),
        Tab("groups", _("Groups"), Q(group__isnull=False)),
        Tab("customers", _("Customers"), Q(customer__isnull=False, limit__isnull=False)),
        Tab("all", _("All")),
    )
    default_sort = "-exposure"
    empty_title = _("No limits here")
    empty_text = _("A limit is set on a customer's or a customer group's page.")

    def queryset(self, user: User) -> QuerySet[CreditAccount]:
        return credit_account_list(user=user)

    def row_url(self, row: CreditAccount) -> str:
        return ACCOUNTS.url(row)


class AccountRecord(RecordPage):
    of = ACCOUNTS
    permission = VIEW_CREDIT
    record = "orders.credit_account"
    template = "orders/credit/account.html"
    hidden = ("exposure", "holder", "company_id", "customer_id", "group_id")

    def context(self, request: HttpRequest, row: CreditAccount) -> dict[str, Any]:
        above = groups_above(row.customer.group_id) if row.customer else groups_above(row.group_id)[1:]
        over = row.limit is not None and row.exposure > row.limit
        debtors, total, count = debtors_of(row)
        return {
            "title": _name(row),
            "steps": (*ACCOUNTS.crumbs(), _name(row), ""),
            "lead": _t("What the payer may owe") if row.customer else _t("What all payers beneath may owe"),
            "chip": (_("Over the limit"), "bad") if over else None,
            "facts": [
                Fact(_("Customer") if row.customer else _("Customer group"), _code(row), _holder_url(row)),
                Fact(_("Company"), row.company.name),
                Fact(_("Currency"), row.company.currency),
                Fact(_("Reviewed"), row.reviewed_on),
            ],
            "links": [Link(_("Change limit"), limit_url(row), SET_LIMIT, "pencil", True)],
            "above": list(
                credit_account_list(user=request.user).filter(
                    company=row.company, group__in=above, limit__isnull=False
                )
            ),
            "debtors": debtors,
            "debt": total,
            "more": max(count - MOST_PAYERS, 0),
        }


def _holder_url(row: CreditAccount) -> str:
    if row.customer_id:
        return reverse("masterdata:customer", args=[row.customer_id])
    return reverse("masterdata:customer_group", args=[row.group_id])


def limit_url(row: CreditAccount) -> str:
    """Where the account's limit is set."""
    if row.customer_id:
        return reverse("orders:credit_limit", args=[row.customer_id])
    return reverse("orders:group_limit", args=[row.group_id, row.company_id])


class LimitPage(FormPage):
    """The limit of a holder, who need not have had one before."""

    permission = SET_LIMIT
    form_class = LimitForm
    title, verb = _("Credit limit"), _("Set limit")
    account: CreditAccount | None = None

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        if self.account is None:
            return {"version": 0}
        return {"limit": self.account.limit, "version": self.account.version}

    def there(self, made: CreditSet) -> str:
        return reverse("orders:credit_account", args=[made.account_id])

    def entered(self, form: LimitForm) -> dict[str, Any]:
        return {
            "version": form.cleaned_data["version"] or 0,
            "limit": form.cleaned_data["limit"],
            "reason": form.cleaned_data["reason"],
        }


class CustomerLimit(LimitPage):
    customer: Customer

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.customer = get_object_or_404(customer_list(user=request.user), pk=kwargs["pk"])
        self.account = credit_account_list(user=request.user).filter(customer=self.customer).first()

    def crumbs(self) -> Sequence[Any]:
        return (*ACCOUNTS.crumbs(), self.customer.party.code, _holder_page(self.customer), self.title, "")

    def perform(self, by: By, form: LimitForm) -> str:
        given = self.entered(form)
        signed = By(by.actor, reason=given["reason"])
        return self.there(set_credit_limit(signed, customer_id=self.customer.pk, **given))


class GroupLimit(LimitPage):
    group: CustomerGroup
    company: Company

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.group = get_object_or_404(customer_group_list(user=request.user), pk=kwargs["pk"])
        self.company = get_object_or_404(company_list(user=request.user), pk=kwargs["company"])
        rows = credit_account_list(user=request.user)
        self.account = rows.filter(group=self.group, company=self.company).first()

    def crumbs(self) -> Sequence[Any]:
        return (*ACCOUNTS.crumbs(), self.group.code, _holder_page(self.group), self.title, "")

    def perform(self, by: By, form: LimitForm) -> str:
        given = self.entered(form)
        signed = By(by.actor, reason=given["reason"])
        made = set_group_limit(signed, company_id=self.company.pk, group_id=self.group.pk, **given)
        return self.there(made)


def _holder_page(holder: Customer | CustomerGroup) -> str:
    kind = "customer" if isinstance(holder, Customer) else "customer_group"
    return reverse(f"masterdata:{kind}", args=[holder.pk])
