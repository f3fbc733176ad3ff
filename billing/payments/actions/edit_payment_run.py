"""Change what a run pays: less of an invoice, without the discount, or not at all this time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.payments.models import PaymentItem, PaymentRun
from billing.payments.permissions import PROPOSE_PAYMENT
from billing.payments.reads import DROP_ITEMS
from billing.payments.rules import ZERO
from billing.payments.running import LockedItem, lock_items, lock_run
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at


@dataclass(frozen=True, slots=True)
class Paid:
    """What is to be paid of an item of the run, and the cash discount that is taken with it."""

    item_id: int
    amount: Decimal
    discount: Decimal = ZERO


@command("billing.edit_payment_run")
def edit_payment_run(batch: Batch, *, run_id: int, version: int, items: Sequence[Paid]) -> None:
    """Pay these items of a run that waits, so much of each; the others are paid another time.

    Who changes a run does not approve it. Raises NotFound, RunDecided, StaleVersion, BadInput.
    """
    run = lock_run(batch, run_id)
    batch.actor.require(PROPOSE_PAYMENT, company=run.company_id)
    locked_at(PaymentRun.objects.all(), run_id, version, {})
    known = {item.id: item for item in lock_items(batch, run_id)}
    wanted = {one.item_id: one for one in items}
    if not wanted or len(wanted) < len(items) or wanted.keys() - known.keys():
        raise BadInput(field="items", reason=_("items of this run, each once; cancel the run to pay none."))
    by_supplier: defaultdict[int, Decimal] = defaultdict(Decimal)
    for one in items:
        _check(one, known[one.item_id])
        by_supplier[known[one.item_id].supplier_id] += one.amount
    if any(amount <= 0 for amount in by_supplier.values()):
        raise BadInput(field="items", reason=_("of each supplier more is paid than credits take off."))
    batch.write(DROP_ITEMS, run_id, sorted(known.keys() - wanted.keys()))
    ids = sorted(wanted)
    batch.update(
        PaymentItem,
        ids,
        amount=[wanted[pk].amount for pk in ids],
        discount=[wanted[pk].discount for pk in ids],
    )
    total = sum(by_supplier.values(), ZERO)
    batch.update(PaymentRun, [run_id], total=total, edited_by=batch.actor.name, add={"version": 1})
    outcome = {"total": total, "items": len(items), "dropped": len(known) - len(wanted)}
    batch.decide("billing.edit_payment_run", PaymentRun, run_id, outcome)


def _check(one: Paid, item: LockedItem) -> None:
    settled = one.amount + one.discount
    if any(value != round(value, 2) for value in (one.amount, one.discount)) or not one.amount:
        raise BadInput(
            field="items", reason=_("%(number)s: an amount with two decimals.") % {"number": item.reference}
        )
    if (one.amount > 0) != (item.open > 0) or abs(settled) > abs(item.open) or one.discount < 0:
        words = {"number": item.reference, "open": item.open}
        raise BadInput(
            field="items", reason=_("%(number)s: not more than the %(open)s that are open.") % words
        )
    if one.discount > item.best_discount or (one.discount and settled != item.owed):
        words = {"number": item.reference, "most": item.best_discount}
        reason = _("%(number)s: a discount of at most %(most)s, with the whole invoice.")
        raise BadInput(field="items", reason=reason % words)
