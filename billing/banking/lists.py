"""Lists of banking: the worklist of entries, statements, bank accounts, and what was learnt of payers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from billing.banking.actions.code_entries import code_entries
from billing.banking.actions.confirm_entry import confirm_proposals
from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.reverse_entries import reverse_entries
from billing.banking.actions.withdraw_learnt import withdraw_learnt
from billing.banking.forms import CodeForm
from billing.banking.models import BankAccount, BankEntry, BankStatement, LearntPayer
from billing.banking.permissions import POST_ENTRY, VIEW_BANK
from billing.banking.queries import (
    DISCONNECTED,
    bank_account_list,
    break_of,
    entry_list,
    learnt_list,
    statement_list,
)
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import DayRangeFilter, FacetFilter, Filters, SearchFilter
from erp.kernel.formats import write_amounts
from erp.kernel.lists import BulkAction, ListPage, Outcome, Sum, Tab
from erp.kernel.models import User

CRUMBS = ((_("Finance"), ""), (_("Banking"), ""))
Certainty, State = BankEntry.Certainty, BankEntry.State
CERTAINTIES = {
    Certainty.CERTAIN: (_("Certain"), "ok"),
    Certainty.LIKELY: (_("Likely"), "info"),
    Certainty.GUESS: (_("A guess"), "warn"),
    Certainty.NONE: (_("No proposal"), "mute"),
}
STATES = {
    State.NEW: (_("Being looked at"), "mute"),
    State.WAITING: (_("To confirm"), "warn"),
    State.POSTED: (_("Received"), "ok"),
    State.CODED: (_("Coded"), "ok"),
    State.NOTED: (_("Nothing to post"), "mute"),
}
OPEN = Q(state__in=BankEntry.OPEN)


class EntryFilters(Filters):
    """By what the bank said, customer, certainty, state and day."""

    q = SearchFilter(
        exact=("customer__party__code", "payer_account", "statement__reference"),
        contains=("text", "reference", "payer_name"),
        label=_("Text, payer, account or customer"),
    )
    certainty = FacetFilter(label=_("Certainty"), choices=Certainty.choices)
    state = FacetFilter(label=_("State"), choices=State.choices)
    booked_on = DayRangeFilter(field_name="booked_on", label=_("Booked"))

    class Meta:
        model = BankEntry
        fields: list[str] = []


def confirm(user: User, ids: list[int]) -> Outcome:
    """Those of a selection that have a proposal, as it is; the others stay."""
    ready, others = chosen(user, ids, lambda row: row.amount > 0 and row.customer_id is not None)
    for own in by_company(ready):
        confirm_proposals(By(Actor.of(user)), entry_ids=own)
    return Outcome(len(ready), others, undo=[row.pk for row in ready])


def take_back(user: User, ids: list[int]) -> None:
    for own in by_company(entry_list(user=user).filter(pk__in=ids)):
        reverse_entries(By(Actor.of(user), reason="Undone"), entry_ids=own, reason="Undone")


def look_again(user: User, ids: list[int]) -> Outcome:
    ready, others = chosen(user, ids)
    for own in by_company(ready):
        match_entries(By(Actor.of(user)), entry_ids=own)
    return Outcome(len(ready), others)


def code(user: User, ids: list[int], *, account_id: int, note: str) -> Outcome:
    ready, others = chosen(user, ids)
    done = [row.pk for row in ready]
    if done:
        code_entries(By(Actor.of(user)), entry_ids=done, account_id=account_id, note=note)
    return Outcome(len(done), others, undo=done)


def chosen(
    user: User, ids: list[int], fits: Callable[[BankEntry], bool] = lambda row: True
) -> tuple[list[BankEntry], list[str]]:
    """Those of a selection that are open and fit, and of each other one why it stays."""
    ready, others = [], []
    for row in entry_list(user=user).filter(pk__in=ids):
        is_open = row.state in BankEntry.OPEN
        if is_open and fits(row):
            ready.append(row)
        else:
            others.append(f"{row}: {write_amounts(row.why if is_open else '') or row.get_state_display()}")
    return ready, others


def by_company(rows: Iterable[BankEntry]) -> list[list[int]]:
    """The entries' ids, those of one company together: a verb posts in one company's books."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        found[row.company_id].append(row.pk)
    return list(found.values())


class EntryList(ListPage):
    """Every bank entry: those to confirm, what came of the others."""

    title, noun = _("Bank entries"), _("entries")
    permission = VIEW_BANK
    template = "billing/banking/entries.html"
    columns = (
        Column("booked_on", _("Booked"), "day", sort="booked_on"),
        Column("payer_name", _("From or to"), note=lambda row: row.payer_account),
        Column("text", _("Text"), note=lambda row: row.reference),
        Column(
            "amount", _("Amount"), "money", sort="amount", note=lambda row: row.statement.account.currency
        ),
        Column(
            "customer__party__name",
            _("Proposed for"),
            value=lambda row: row.customer.party.name if row.customer else "",
        ),
        Column("certainty", _("Certainty"), "chip", states=CERTAINTIES),
        Column("why", _("Why"), value=lambda row: write_amounts(row.why)),
        Column("state", _("State"), "chip", states=STATES),
        Column("statement__account__name", _("Bank"), optional=True),
    )
    filters = EntryFilters
    tabs = (
        Tab("work", _("To confirm"), OPEN & Q(amount__gt=0, customer__isnull=False)),
        Tab("unknown", _("Payer unknown"), OPEN & Q(amount__gt=0, customer=None)),
        Tab("out", _("Money out"), OPEN & Q(amount__lt=0)),
        Tab("done", _("Posted"), Q(state__in=(State.POSTED, State.CODED))),
        Tab("all", _("All")),
    )
    sums = (Sum("amount", _("Amount"), "amount", places=2, currency="statement__account__currency"),)
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "confirm", _("Confirm"), POST_ENTRY, confirm, undo=take_back,
            past=ngettext_lazy("%(n)d entry confirmed", "%(n)d entries confirmed", "n"),
        ),
        BulkAction(
            "code", _("Code to an account"), POST_ENTRY, code, form=CodeForm, icon="book-open", undo=take_back,
            past=ngettext_lazy("%(n)d entry coded", "%(n)d entries coded", "n"),
        ),
        BulkAction(
            "again", _("Look again"), POST_ENTRY, look_again, icon="refresh-cw",
            past=ngettext_lazy("%(n)d entry looked at", "%(n)d entries looked at", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "booked_on"
    empty_title = _("No entry waits")
    empty_text = _("Entries come with bank statements; what is certain is posted by itself.")

    def queryset(self, user: User) -> QuerySet[BankEntry]:
        return entry_list(user=user)

    def row_url(self, row: BankEntry) -> str:
        return reverse("billing:bank_entry", args=[row.pk])


class StatementFilters(Filters):
    """By reference, account and day."""

    q = SearchFilter(
        exact=("reference", "account__number", "file__sha256"),
        contains=("account__name", "file__name"),
        label=_("Reference, account or file"),
    )
    ends_on = DayRangeFilter(field_name="ends_on", label=_("Day"))

    class Meta:
        model = BankStatement
        fields: list[str] = []


class StatementList(ListPage):
    """Every statement of every bank account."""

    title, noun = _("Bank statements"), _("statements")
    permission = VIEW_BANK
    template = "billing/banking/statements.html"
    columns = (
        Column("reference", _("Statement"), "code", sort="pk"),
        Column("account__name", _("Account"), note=lambda row: row.account.number),
        Column("ends_on", _("Day"), "day", sort="ends_on"),
        Column("opening", _("Opening"), "money", note=lambda row: row.account.currency),
        Column("credits", _("In"), "money"),
        Column("debits", _("Out"), "money"),
        Column("closing", _("Closing"), "money"),
        Column("missing", _("Missing before it"), "money", value=lambda row: break_of(row) or ""),
        Column("entry_count", _("Entries"), "number"),
        Column("file__name", _("File"), optional=True),
    )
    filters = StatementFilters
    tabs = (
        Tab("all", _("All")),
        Tab("breaks", _("Do not connect"), DISCONNECTED),
    )
    siblings = (
        (_("Bank accounts"), "billing:bank_account_list"),
        (_("Learnt payers"), "billing:learnt_payer_list"),
    )
    crumbs = CRUMBS
    default_sort = "-ends_on"
    empty_title = _("No bank statement yet")
    empty_text = _("Upload the file that your bank sent: camt.053, MT940, BAI2 or a lockbox.")

    def queryset(self, user: User) -> QuerySet[BankStatement]:
        return statement_list(user=user)

    def row_url(self, row: BankStatement) -> str:
        return reverse("billing:bank_statement", args=[row.pk])


class BankAccountList(ListPage):
    """Accounts at banks, and lockboxes."""

    title, noun = _("Bank accounts"), _("bank accounts")
    permission = VIEW_BANK
    template = "billing/banking/accounts.html"
    columns = (
        Column("name", _("Name"), sort="name"),
        Column("number", _("Number"), "code"),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("currency", _("Currency")),
        Column("company__code", _("Company"), "code"),
        Column("account", _("Account of the ledger"), value=lambda row: str(row.account)),
    )
    crumbs = CRUMBS
    default_sort = "name"
    empty_title = _("No bank account yet")
    empty_text = _("A bank account has a number, a currency and an account of the ledger of its own.")

    def queryset(self, user: User) -> QuerySet[BankAccount]:
        return bank_account_list(user=user)

    def row_url(self, row: BankAccount) -> str:
        return reverse("billing:bank_account", args=[row.pk])


class LearntFilters(Filters):
    """By account, name or customer."""

    q = SearchFilter(
        exact=("value", "customer__party__code"), contains=("value", "customer__party__search"),
        label=_("Account, name or customer"),
    )  # fmt: skip
    kind = FacetFilter(label=_("Kind"), choices=LearntPayer.Kind.choices)

    class Meta:
        model = LearntPayer
        fields: list[str] = []


def withdraw(user: User, ids: list[int]) -> Outcome:
    found = list(learnt_list(user=user).filter(pk__in=ids, withdrawn_at=None).values_list("pk", flat=True))
    withdraw_learnt(By(Actor.of(user)), learnt_ids=found)
    return Outcome(len(found))


class LearntList(ListPage):
    """Which accounts and names pay for which customers, and from which entry that is known."""

    title, noun = _("Learnt payers"), _("payers")
    permission = VIEW_BANK
    columns = (
        Column("value", _("Account or name"), "code", sort="value"),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("customer__party__name", _("Pays for"), note=lambda row: row.customer.party.code),
        Column("posting", _("Learnt from"), value=lambda row: str(row.posting.entry)),
        Column("learnt_by", _("Who")),
        Column("learnt_at", _("When"), "instant"),
        Column("withdrawn_at", _("Withdrawn"), "instant", optional=True),
    )
    filters = LearntFilters
    tabs = (Tab("holds", _("In use"), Q(withdrawn_at=None)), Tab("all", _("All")))
    actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction(
            "withdraw", _("Forget"), POST_ENTRY, withdraw, icon="eraser",
            confirm=_("{n} are forgotten. What was posted stays."),
            past=ngettext_lazy("%(n)d forgotten", "%(n)d forgotten", "n"),
        ),
    )  # fmt: skip
    crumbs = CRUMBS
    default_sort = "value"
    empty_title = _("Nothing is learnt yet")
    empty_text = _("Whoever confirms an entry teaches which account and name pay for a customer.")

    def queryset(self, user: User) -> QuerySet[LearntPayer]:
        return learnt_list(user=user)

    def row_url(self, row: LearntPayer) -> str:
        return reverse("billing:bank_entry", args=[row.posting.entry_id])


def chips_of(entry: BankEntry) -> dict[str, Any]:
    """State and certainty of an entry in a word each, and how they sound."""
    return {
        "state_chip": STATES[State(entry.state)],
        "certainty_chip": CERTAINTIES[Certainty(entry.certainty)] if entry.certainty else None,
    }
