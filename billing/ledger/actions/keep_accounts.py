"""Keep the rules that choose an account of the chart (account determination)."""

from dataclasses import dataclass

from django.db import transaction

from billing.ledger.accounts import forget_accounts
from billing.ledger.errors import AccountHeld, ControlAccountInUse
from billing.ledger.models import Account, AccountRule, Purpose
from billing.ledger.permissions import CHANGE_ACCOUNT
from billing.ledger.reads import RULE, SAVE_RULE
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at

# Their balance is proven against documents or stock, so the account may not change under it.
CONTROLLED = (
    Purpose.RECEIVABLE, Purpose.UNAPPLIED, Purpose.TAX, Purpose.INVENTORY, Purpose.GRNI, Purpose.PAYABLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What was saved."""

    company_id: int
    code: str


@command("billing.save_account_rule")
def save_account_rule(
    batch: Batch,
    *,
    company_id: int,
    purpose: str,
    account_id: int,
    item_class_id: int | None = None,
    version: int | None = None,
) -> Kept:
    """Let an account serve a purpose, for one item class or for all; postings follow at once.

    `version` is the one of the rule that was looked at, 0 for none; None takes the rule as it is. Raises
    ControlAccountInUse for a control account that has postings and would lose its rule, AccountHeld for the account
    of a bank, StaleVersion with both accounts.
    """
    batch.actor.require(CHANGE_ACCOUNT, company=company_id)
    if purpose not in Purpose.values:
        raise BadInput(field="purpose", reason=f"one of {', '.join(Purpose.values)}.")
    account = Account.objects.filter(pk=account_id, company=company_id).select_for_update(no_key=True).first()
    if account is None:
        raise BadInput(field="account", reason="the account belongs to another company.")
    if account.held_by:
        raise AccountHeld(account=account, purpose=Purpose(purpose).label.lower())
    rules = AccountRule.objects.filter(company=company_id, purpose=purpose, item_class=item_class_id)
    rule_id = rules.values_list("pk", flat=True).first()
    if rule_id is not None and version is not None:
        locked_at(rules, rule_id, version, {"account_id": account_id})
    for present, label, used, others in batch.read(RULE, company_id, purpose, item_class_id):
        if purpose in CONTROLLED and used and not others and present != account_id:
            raise ControlAccountInUse(account=label, purpose=Purpose(purpose).label.lower())
    replaces = rule_id is not None or version is None
    saved = batch.read(SAVE_RULE, company_id, purpose, item_class_id, account_id, replaces)
    if not saved:  # somebody has added the rule since we looked
        locked_at(rules, rules.get().pk, version or 0, {"account_id": account_id})
    batch.decide(
        "billing.save_account_rule",
        AccountRule,
        saved[0][0],
        {"company": company_id, "purpose": purpose, "item_class": item_class_id, "account": account_id},
    )
    transaction.on_commit(forget_accounts)
    return Kept(company_id, purpose)
