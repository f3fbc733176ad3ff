"""Accounts of the chart and the classes they are gathered under: records with their history, forms that keep them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.ledger.actions.keep_chart import change_account, create_account
from billing.ledger.actions.keep_classes import change_account_class, create_account_class
from billing.ledger.forms import AccountClassForm, AccountForm, ChangeAccountClassForm, ChangeAccountForm
from billing.ledger.models import Account, AccountClass
from billing.ledger.permissions import CHANGE_ACCOUNT, CHANGE_ACCOUNT_CLASS, VIEW_LEDGER
from billing.ledger.queries import account_class_list, account_list, rule_list
from erp.kernel.command import By
from masterdata.pages import CreatePage, Fact, FormPage, Link, OfRecord, RecordPage, Records

CHANGED = ("name", "kind", "account_class_id", "is_intercompany", "version")
CLASSES = Records(_("Account classes"), "billing:account_class", account_class_list)


def crumbs(row: Account | None = None) -> Sequence[Any]:
    home = (_("Accounts"), reverse("billing:account_list"))
    return (*home, row.code, reverse("billing:account", args=[row.pk])) if row else home


class AccountRecord(RecordPage):
    permission = VIEW_LEDGER
    record = "billing.account"
    template = "billing/ledger/account.html"

    def row(self, request: HttpRequest, pk: int) -> Account:
        return get_object_or_404(account_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: Account) -> dict[str, Any]:
        return {
            "title": row.code,
            "lead": row.name,
            "steps": (*crumbs(), row.code, ""),
            "facts": [
                Fact(_("Company"), row.company.name),
                Fact(_("Kind"), row.get_kind_display()),
                Fact(_("Class"), row.account_class.name if row.account_class else _("None")),
                Fact(_("With companies of the house"), _("Yes") if row.is_intercompany else _("No")),
            ],
            "links": [
                Link(_("Lines"), f"{reverse('billing:journal_line_list')}?account={row.pk}", VIEW_LEDGER, "list"),
                Link(_("Change"), reverse("billing:account_change", args=[row.pk]), CHANGE_ACCOUNT, "pencil", True)
            ],
            "rules": rule_list(user=request.user).filter(account=row),
        }  # fmt: skip


class AccountCreate(FormPage):
    permission = CHANGE_ACCOUNT
    form_class = AccountForm
    title, verb = _("New account"), _("Create account")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("New"), "")

    def perform(self, by: By, form: AccountForm) -> str:
        made = create_account(by, **form.changes())
        return reverse("billing:account", args=[made.account_id])


class AccountChange(FormPage):
    permission = CHANGE_ACCOUNT
    form_class = ChangeAccountForm
    title, verb = _("Change account"), _("Save account")
    account: Account

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.account = get_object_or_404(account_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(self.account), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {name.removesuffix("_id"): getattr(self.account, name) for name in CHANGED}

    def perform(self, by: By, form: ChangeAccountForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_account(by, account_id=self.account.pk, version=version, changes=form.changes())
        return reverse("billing:account", args=[self.account.pk])


class AccountClassRecord(RecordPage):
    of = CLASSES
    permission = VIEW_LEDGER
    record = "billing.account_class"
    changed_with = CHANGE_ACCOUNT_CLASS
    template = "billing/ledger/account_class.html"

    def context(self, request: HttpRequest, row: AccountClass) -> dict[str, Any]:
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Kind"), row.get_kind_display()),
                Fact(_("Position"), row.position),
                Fact(_("Sum behind it"), row.subtotal or "–"),
            ],
            "accounts": account_list(user=request.user).filter(account_class=row),
        }


class AccountClassCreate(CreatePage):
    of = CLASSES
    permission = CHANGE_ACCOUNT_CLASS
    form_class = AccountClassForm
    title, verb = _("New account class"), _("Create class")

    def perform(self, by: By, form: AccountClassForm) -> str:
        made = create_account_class(by, **form.changes())
        return reverse("billing:account_class", args=[made.account_class_id])


class AccountClassChange(OfRecord):
    of = CLASSES
    permission = CHANGE_ACCOUNT_CLASS
    form_class = ChangeAccountClassForm
    title, verb = _("Change account class"), _("Save class")
    fields = ("name", "position", "subtotal")

    def perform(self, by: By, form: ChangeAccountClassForm) -> str:
        change_account_class(by, account_class_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()
