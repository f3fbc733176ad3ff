"""Bank accounts and lockboxes of a company: a new one, or another name for one that exists."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billing.banking.accounts import lock_ledger_account
from billing.banking.errors import AccountInUse, BankAccountTaken
from billing.banking.models import BankAccount
from billing.banking.permissions import CHANGE_BANK_ACCOUNT
from billing.banking.statements import plain
from billing.ledger.models import Account
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.parties.checks import trading_company
from masterdata.records import locked_at, only, write

CHANGEABLE = frozenset({"name"})
LONGEST = 40


@dataclass(frozen=True, slots=True)
class BankAccountCreated:
    bank_account_id: int


def _taken(*, number: str, currency: str, **_others: object) -> BankAccountTaken:
    return BankAccountTaken(value=plain(number), currency=currency, owner=plain(number), field="number")


@command("billing.create_bank_account", conflicts={"bank_account_number_unique": _taken})
def create_bank_account(
    batch: Batch, *, company_id: int, kind: str, name: str, number: str, currency: str, account_id: int
) -> BankAccountCreated:
    """Add an account at a bank, or a lockbox, with an account of the ledger of its own.

    It is in the company's currency, until payments in others can be valued. Raises NotFound, BadInput,
    BankAccountTaken, AccountInUse for a ledger account that something else posts to or that is no asset.
    """
    company = trading_company(batch, company_id, CHANGE_BANK_ACCOUNT)
    name, number, currency = name.strip(), plain(number), currency.strip().upper()
    if not name:
        raise BadInput(field="name", reason=_("a bank account needs a name, such as the bank's."))
    if not 0 < len(number) <= LONGEST:
        raise BadInput(field="number", reason=_("an IBAN, or the number that stands in the bank's files."))
    if kind not in BankAccount.Kind.values:
        raise BadInput(field="kind", reason=_("a bank account or a lockbox."))
    if currency != company.currency:
        raise BadInput(
            field="currency", reason=_("{own}, the company's currency.").format(own=company.currency)
        )
    if owner := BankAccount.objects.filter(number=number, currency=currency).first():
        raise BankAccountTaken(value=number, currency=currency, owner=owner.name, field="number")
    _take_account(batch, company_id, account_id)
    made = BankAccount.objects.create(
        company=company, kind=kind, name=name, number=number, currency=currency, account_id=account_id
    )
    return BankAccountCreated(made.pk)


def _take_account(batch: Batch, company_id: int, account_id: int) -> None:
    """Hold the ledger account, so that no rule leads there."""
    found = lock_ledger_account(batch, account_id, {company_id})
    reasons = (
        (found.kind != Account.Kind.ASSET, _("money at a bank is an asset.")),
        (found.held_by, _("it is that of another bank account.")),
        (found.purposes, _("rules send postings there.")),
        (found.is_used, _("it has postings already.")),
    )
    for stands, reason in reasons:
        if stands:
            raise AccountInUse(account=found.label, reason=reason, field="account")
    batch.update(Account, [account_id], held_by="bank", add={"version": 1})


@command("billing.change_bank_account")
def change_bank_account(batch: Batch, *, bank_account_id: int, version: int, changes: dict[str, Any]) -> None:
    """Call it otherwise, if it still has the version it was edited on; its number, currency and account stay.

    Raises NotFound, BadInput, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    values = {name: value.strip() for name, value in changes.items()}
    row = locked_at(BankAccount.objects.all(), bank_account_id, version, values)
    batch.actor.require(CHANGE_BANK_ACCOUNT, company=row.company_id)
    if not values.get("name", row.name):
        raise BadInput(field="name", reason=_("a bank account needs a name, such as the bank's."))
    write(row, values)
