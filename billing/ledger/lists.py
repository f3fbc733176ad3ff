"""Lists of the books."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.ledger.actions.clear_unmapped import clear_unmapped
from billing.ledger.actions.close_period import close_period, reopen_period
from billing.ledger.forms import ReasonForm
from billing.ledger.models import (
    Account,
    AccountClass,
    AccountRule,
    Journal,
    JournalLine,
    Purpose,
    UnmappedPosting,
)
from billing.ledger.permissions import (
    CLEAR_UNMAPPED,
    CLOSE_PERIOD,
    REOPEN_PERIOD,
    VIEW_LEDGER,
)
from billing.ledger.queries import (
    account_class_list,
    account_list,
    journal_list,
    line_list,
    period_list,
    rule_list,
    unmapped_list,
)
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab, one_by_one
from erp.kernel.models import User
from masterdata.models import AccountingPeriod

CRUMBS = ((_("Finance"), ""), (_("Ledgers"), ""))
JOURNAL_KINDS = {kind: (kind.label, "info" if kind == Journal.Kind.CASH else "mute") for kind in Journal.Kind}


class JournalFilters(Filters):
    """By source, kind and date."""

    q = SearchFilter(exact=("source_id", "actor"), label=_("Source id or user"))
    kind = FacetFilter(label=_("Kind"), choices=Journal.Kind.choices)
    accounting_on = DayRangeFilter(field_name="accounting_on", label=_("Date"))

    class Meta:
        model = Journal
        fields: list[str] = []


class JournalList(ListPage):
    """Every journal of the books."""

    title, noun = _("Journals"), _("journals")
    permission = VIEW_LEDGER
    columns = (
        Column("pk", _("Journal"), "code", sort="pk"),
        Column("kind", _("Kind"), "chip", states=JOURNAL_KINDS),
        Column("accounting_on", _("Date"), "day", sort="accounting_on"),
        Column("company__code", _("Company"), "code"),
        Column("source", _("Source"), note=lambda row: row.source_id),
        Column("actor", _("Who")),
        Column("recorded_at", _("Recorded"), "instant"),
    )
    filters = JournalFilters
    crumbs = CRUMBS
    default_sort = "-pk"
    empty_title = _("Nothing is posted yet")

    def queryset(self, user: User) -> QuerySet[Journal]:
        return journal_list(user=user)

    def row_url(self, row: Journal) -> str:
        return reverse("billing:journal", args=[row.pk])


def accounts_of_reader(request: Any) -> QuerySet[Account]:
    return account_list(user=request.user).order_by("company__code", "code")


class LineFilters(Filters):
    """By account, source and date."""

    q = SearchFilter(exact=("journal_id",), label=_("Journal"))
    account = django_filters.ModelChoiceFilter(
        label=_("Account"), queryset=accounts_of_reader, empty_label=_("Any"), method="of_account"
    )
    accounting_on = DayRangeFilter(field_name="accounting_on", label=_("Date"))

    def of_account(self, rows: QuerySet[JournalLine], name: str, account: Account) -> QuerySet[JournalLine]:
        return rows.filter(account_id=account.pk)


class LineList(ListPage):
    """What stands behind a figure of the books."""

    title, noun = _("Journal lines"), _("lines")
    permission = VIEW_LEDGER
    columns = (
        Column("journal_id", _("Journal"), "code"),
        Column("accounting_on", _("Date"), "day"),
        Column("account", _("Account"), "code"),
        Column("kind", _("Kind"), "chip", states=JOURNAL_KINDS),
        Column("source", _("Source"), note=lambda row: row.source_id, optional=True),
        Column("party", _("Party")),
        Column("site", _("Site"), "code", optional=True),
        Column("debit", _("Debit"), "money", value=lambda row: row.amount if row.amount > 0 else None),
        Column("credit", _("Credit"), "money", value=lambda row: -row.amount if row.amount < 0 else None),
        Column("currency", _("Currency"), "code", optional=True),
    )
    filters = LineFilters
    sums = (Sum("amount", _("Debit less credit"), "amount", places=2, currency="currency"),)
    crumbs = CRUMBS
    default_sort = "-pk"
    empty_title = _("Nothing is posted yet")

    def queryset(self, user: User) -> QuerySet[JournalLine]:
        return line_list(user=user)

    def row_url(self, row: JournalLine) -> str:
        return reverse("billing:journal", args=[row.journal_id])


class AccountClassList(ListPage):
    """What accounts are gathered under in the statements."""

    title, noun = _("Account classes"), _("classes")
    permission = VIEW_LEDGER
    template = "billing/ledger/account_classes.html"
    columns = (
        Column("code", _("Class"), "code"),
        Column("name", _("Name")),
        Column("kind", _("Kind"), "chip", states={kind: (kind.label, "mute") for kind in Account.Kind}),
        Column("position", _("Position"), "number", sort="position"),
        Column("subtotal", _("Sum behind it")),
    )
    crumbs = CRUMBS
    default_sort = "position"
    empty_title = _("No class yet")
    empty_text = _("Without classes the statements list each account under its kind.")

    def queryset(self, user: User) -> QuerySet[AccountClass]:
        return account_class_list(user=user)

    def row_url(self, row: AccountClass) -> str:
        return reverse("billing:account_class", args=[row.pk])


class AccountFilters(Filters):
    """By code, name and kind."""

    q = SearchFilter(prefix=["code"], contains=["name"], label=_("Code or name"))
    kind = FacetFilter(label=_("Kind"), choices=Account.Kind.choices)


class RuleFilters(Filters):
    """By account and purpose."""

    q = SearchFilter(prefix=["account__code"], contains=["account__name"], label=_("Account"))
    purpose = FacetFilter(label=_("Purpose"), choices=Purpose.choices)


class AccountList(ListPage):
    """The chart of accounts."""

    title, noun = _("Accounts"), _("accounts")
    permission = VIEW_LEDGER
    template = "billing/ledger/accounts.html"
    filters = AccountFilters
    columns = (
        Column("code", _("Account"), "code", sort="code"),
        Column("name", _("Name")),
        Column("kind", _("Kind"), "chip", states={kind: (kind.label, "mute") for kind in Account.Kind}),
        Column("account_class__name", _("Class")),
        Column("company__code", _("Company"), "code"),
    )
    crumbs = CRUMBS
    default_sort = "code"
    empty_title = _("No account yet")

    def queryset(self, user: User) -> QuerySet[Account]:
        return account_list(user=user)

    def row_url(self, row: Account) -> str:
        return reverse("billing:account", args=[row.pk])


class RuleList(ListPage):
    """Which account serves which purpose."""

    title, noun = _("Account rules"), _("rules")
    permission = VIEW_LEDGER
    template = "billing/ledger/rules.html"
    filters = RuleFilters
    columns = (
        Column(
            "purpose",
            _("Purpose"),
            "chip",
            states={each: (each.label, "mute") for each in Purpose},
            sort="purpose",
        ),
        Column(
            "item_class__name",
            _("Item class"),
            value=lambda row: row.item_class.name if row.item_class else _("All"),
        ),
        Column("account__code", _("Account"), "code", note=lambda row: row.account.name),
        Column("company__code", _("Company"), "code"),
    )
    crumbs = CRUMBS
    default_sort = "purpose"
    empty_title = _("No rule yet")

    def queryset(self, user: User) -> QuerySet[AccountRule]:
        return rule_list(user=user)

    def row_url(self, row: AccountRule) -> str:
        return f"{reverse('billing:rule_new')}?rule={row.pk}"


def clear(user: User, ids: list[int]) -> int:
    return len(clear_unmapped(By(Actor.of(user)), unmapped_ids=ids).unmapped_ids)


class UnmappedList(ListPage):
    """Postings in suspense, until an account exists for them."""

    title, noun = _("Unmapped postings"), _("postings")
    permission = VIEW_LEDGER
    columns = (
        Column("journal_id", _("Journal"), "code"),
        Column("purpose", _("Purpose"), "chip", states={each: (each.label, "warn") for each in Purpose}),
        Column("item_class__name", _("Item class")),
        Column("amount", _("Amount"), "money", sort="amount"),
        Column("company__code", _("Company"), "code"),
        Column("opened_at", _("Age"), "age", sort="opened_at", ages=(2, 5)),
        Column("cleared_by", _("Cleared by"), optional=True),
    )
    tabs = (
        Tab("open", _("Open"), Q(cleared_at=None)),
        Tab("cleared", _("Cleared"), Q(cleared_at__isnull=False)),
    )
    sums = (Sum("amount", _("Amount"), "amount", places=2, currency="company__currency"),)
    actions = (
        BulkAction(
            "clear", _("Clear"), CLEAR_UNMAPPED, clear,
            past=ngettext_lazy("%(n)d posting moved to its account", "%(n)d postings moved to their accounts", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "opened_at"
    empty_title = _("Nothing is in suspense")
    empty_text = _("A posting without an account waits here and stops no truck.")

    def queryset(self, user: User) -> QuerySet[UnmappedPosting]:
        return unmapped_list(user=user)

    def row_url(self, row: UnmappedPosting) -> str:
        return reverse("billing:journal", args=[row.journal_id])


def close(user: User, ids: list[int]) -> Outcome:
    return one_by_one(ids, lambda pk: close_period(By(Actor.of(user)), period_id=pk))


def reopen(user: User, ids: list[int], *, reason: str) -> Outcome:
    newest_first = sorted(ids, reverse=True)
    return one_by_one(
        newest_first, lambda pk: reopen_period(By(Actor.of(user), reason=reason), period_id=pk, reason=reason)
    )


class PeriodList(ListPage):
    """The months of the books: open or closed."""

    title, noun = _("Accounting periods"), _("periods")
    permission = VIEW_LEDGER
    columns = (
        Column("name", _("Period"), "code", value=str, sort="starts_on"),
        Column("company__code", _("Company"), "code"),
        Column("starts_on", _("From"), "day"),
        Column("ends_on", _("To"), "day"),
        Column("state", _("State"), "chip", value=lambda row: "closed" if row.closed_at else "open", states={
            "open": (_("Open"), "info"), "closed": (_("Closed"), "ok")}),
        Column("closed_at", _("Closed"), "instant"),
    )  # fmt: skip
    tabs = (
        Tab("open", _("Open"), Q(closed_at=None)),
        Tab("closed", _("Closed"), Q(closed_at__isnull=False)),
        Tab("all", _("All")),
    )
    actions = (
        BulkAction(
            "close", _("Close"), CLOSE_PERIOD, close, icon="lock",
            past=ngettext_lazy("%(n)d period closed", "%(n)d periods closed", "n"),
            confirm=_("{n} periods take no posting any more."),
        ),
        BulkAction(
            "reopen", _("Reopen"), REOPEN_PERIOD, reopen, icon="lock-open", form=ReasonForm,
            past=ngettext_lazy("%(n)d period reopened", "%(n)d periods reopened", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "name"
    empty_title = _("No period")

    def queryset(self, user: User) -> QuerySet[AccountingPeriod]:
        return period_list(user=user)
