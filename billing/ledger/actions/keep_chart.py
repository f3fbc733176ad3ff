"""Accounts of a company's chart: a new one, or another name, kind or class for one that exists."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billing.ledger.errors import AccountTaken, ClassOfAnotherKind
from billing.ledger.models import Account, AccountClass
from billing.ledger.permissions import CHANGE_ACCOUNT
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.parties.checks import trading_company
from masterdata.records import locked_at, only, write

CHANGEABLE = frozenset({"name", "kind", "account_class_id", "is_intercompany"})


@dataclass(frozen=True, slots=True)
class AccountCreated:
    account_id: int


def _taken(*, code: str, **_others: object) -> AccountTaken:
    return AccountTaken(value=code.strip(), owner=code.strip(), field="code")


@command("billing.create_account", conflicts={"account_unique": _taken})
def create_account(
    batch: Batch,
    *,
    company_id: int,
    code: str,
    name: str,
    kind: str,
    account_class_id: int | None = None,
    is_intercompany: bool = False,
) -> AccountCreated:
    """Add an account to a company's chart; its code is its name for ever.

    The class is what the statements gather it under; intercompany is what a consolidation takes out.
    Raises NotFound, BadInput, AccountTaken, ClassOfAnotherKind.
    """
    company = trading_company(batch, company_id, CHANGE_ACCOUNT)
    code, name = code.strip(), name.strip()
    if not code:
        raise BadInput(field="code", reason=_("an account needs a code."))
    _sound(name, kind, account_class_id)
    if owner := Account.objects.filter(company=company, code=code).first():
        raise AccountTaken(value=code, owner=owner.name, field="code")
    made = Account.objects.create(
        company=company,
        code=code,
        name=name,
        kind=kind,
        account_class_id=account_class_id,
        is_intercompany=is_intercompany,
    )
    return AccountCreated(made.pk)


@command("billing.change_account")
def change_account(batch: Batch, *, account_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set name, kind, class or whether it is intercompany, if the account still has the version they were edited on.

    Raises NotFound, BadInput, ClassOfAnotherKind, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    values: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    row = locked_at(Account.objects.all(), account_id, version, values)
    batch.actor.require(CHANGE_ACCOUNT, company=row.company_id)
    _sound(
        values.get("name", row.name),
        values.get("kind", row.kind),
        values.get("account_class_id", row.account_class_id),
    )
    write(row, values)


def _sound(name: str, kind: str, class_id: int | None) -> None:
    if not name:
        raise BadInput(field="name", reason=_("an account needs a name."))
    if kind not in Account.Kind.values:
        raise BadInput(field="kind", reason=_("one of {kinds}.").format(kinds=", ".join(Account.Kind.values)))
    if class_id is None:
        return
    gathered = AccountClass.objects.filter(pk=class_id).first()
    if gathered is None:
        raise BadInput(field="account_class", reason=_("there is no such class of accounts."))
    if gathered.kind != kind:
        raise ClassOfAnotherKind(
            account_class=gathered.name, kind=gathered.get_kind_display().lower(), field="account_class"
        )
