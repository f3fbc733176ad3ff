"""Accounts of the chart: the record with its rules and history, and the forms that keep it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.ledger.actions.keep_chart import change_account, create_account
from billing.ledger.forms import AccountForm, ChangeAccountForm
from billing.ledger.models import Account
from billing.ledger.permissions import CHANGE_ACCOUNT, VIEW_LEDGER
from billing.ledger.queries import account_list, rule_list
from erp.kernel.command import By
from masterdata.pages import Fact, FormPage, Link, RecordPage


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
            "facts": [Fact(_("Company"), row.company.name), Fact(_("Kind"), row.get_kind_display())],
            "links": [
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
        return {name: getattr(self.account, name) for name in ("name", "kind", "version")}

    def perform(self, by: By, form: ChangeAccountForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_account(by, account_id=self.account.pk, version=version, changes=form.changes())
        return reverse("billing:account", args=[self.account.pk])
