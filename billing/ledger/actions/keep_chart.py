"""Accounts of a company's chart: a new one, or another name or kind for one that exists."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billing.ledger.errors import AccountTaken
from billing.ledger.models import Account
from billing.ledger.permissions import CHANGE_ACCOUNT
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.parties.checks import trading_company
from masterdata.records import locked_at, only, write

CHANGEABLE = frozenset({"name", "kind"})


@dataclass(frozen=True, slots=True)
class AccountCreated:
    account_id: int


def _taken(*, code: str, **_others: object) -> AccountTaken:
    return AccountTaken(value=code.strip(), owner=code.strip(), field="code")


@command("billing.create_account", conflicts={"account_unique": _taken})
def create_account(batch: Batch, *, company_id: int, code: str, name: str, kind: str) -> AccountCreated:
    """Add an account to a company's chart; its code is its name for ever.

    Raises NotFound, BadInput, AccountTaken.
    """
    company = trading_company(batch, company_id, CHANGE_ACCOUNT)
    code, name = code.strip(), name.strip()
    if not code:
        raise BadInput(field="code", reason=_("an account needs a code."))
    _sound(name, kind)
    if owner := Account.objects.filter(company=company, code=code).first():
        raise AccountTaken(value=code, owner=owner.name, field="code")
    return AccountCreated(Account.objects.create(company=company, code=code, name=name, kind=kind).pk)


@command("billing.change_account")
def change_account(batch: Batch, *, account_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the name or kind of the account, if it still has the version they were edited on.

    Raises NotFound, BadInput, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    values = {name: value.strip() for name, value in changes.items()}
    row = locked_at(Account.objects.all(), account_id, version, values)
    batch.actor.require(CHANGE_ACCOUNT, company=row.company_id)
    _sound(values.get("name", row.name), values.get("kind", row.kind))
    write(row, values)


def _sound(name: str, kind: str) -> None:
    if not name:
        raise BadInput(field="name", reason=_("an account needs a name."))
    if kind not in Account.Kind.values:
        raise BadInput(field="kind", reason=_("one of {kinds}.").format(kinds=", ".join(Account.Kind.values)))
