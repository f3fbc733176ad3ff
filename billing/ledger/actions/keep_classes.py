"""Classes of accounts: a new line of the statements, or another name or place for one that exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billing.ledger.errors import ClassTaken
from billing.ledger.models import Account, AccountClass
from billing.ledger.permissions import CHANGE_ACCOUNT_CLASS
from billing.ledger.statements import RESULT
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at, only, write

CHANGEABLE = frozenset({"name", "position", "subtotal"})
LAST = 9_999


@dataclass(frozen=True, slots=True)
class AccountClassCreated:
    account_class_id: int


def _taken(*, code: str, **_others: object) -> ClassTaken:
    return ClassTaken(value=code.strip(), field="code")


@command("billing.create_account_class", conflicts={"billing_accountclass_code_key": _taken})
def create_account_class(
    batch: Batch, *, code: str, name: str, kind: str, position: int, subtotal: str = ""
) -> AccountClassCreated:
    """Add a class that accounts of every company may be gathered under; its code and kind stay for ever.

    Raises BadInput, ClassTaken.
    """
    batch.actor.require(CHANGE_ACCOUNT_CLASS)
    code = code.strip()
    if not code:
        raise BadInput(field="code", reason=_("a class needs a code."))
    if kind not in Account.Kind.values:
        raise BadInput(field="kind", reason=_("one of {kinds}.").format(kinds=", ".join(Account.Kind.values)))
    values = _sound(kind, {"name": name, "position": position, "subtotal": subtotal})
    if AccountClass.objects.filter(code=code).exists():
        raise _taken(code=code)
    return AccountClassCreated(AccountClass.objects.create(code=code, kind=kind, **values).pk)


@command("billing.change_account_class")
def change_account_class(
    batch: Batch, *, account_class_id: int, version: int, changes: dict[str, Any]
) -> None:
    """Set name, position or subtotal of the class, if it still has the version they were edited on.

    Raises NotFound, BadInput, StaleVersion with both values.
    """
    batch.actor.require(CHANGE_ACCOUNT_CLASS)
    only(CHANGEABLE, changes)
    values = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    row = locked_at(AccountClass.objects.all(), account_class_id, version, values)
    write(row, _sound(row.kind, values))


def _sound(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept."""
    kept: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in values.items()
    }
    if "name" in kept and not kept["name"]:
        raise BadInput(field="name", reason=_("a class needs a name."))
    if not 0 <= kept.get("position", 0) <= LAST:
        raise BadInput(field="position", reason=_("between 0 and {last}.").format(last=LAST))
    if kept.get("subtotal") and kind not in RESULT:
        raise BadInput(field="subtotal", reason=_("only income and expenses are added up on the way."))
    return kept
