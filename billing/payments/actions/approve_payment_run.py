"""Let the money go, by another person than who proposed or changed it: payables settled, and the file for the bank."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from billing.payables.models import Payable
from billing.payments.errors import BeyondPaymentLimit, OwnRun, RunOutdated
from billing.payments.models import Payment, PaymentFile, PaymentRun
from billing.payments.pain import Order, Transfer, write_pain
from billing.payments.permissions import APPROVE_PAYMENT
from billing.payments.policies import payment_limit
from billing.payments.reads import END_ITEMS, SUPPLIERS
from billing.payments.rules import ZERO, plain_iban, remittance
from billing.payments.running import LockedItem, LockedRun, lock_items, lock_run
from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.reads import PERIOD
from masterdata.records import locked_at

SOURCE = "billing.payment"


@dataclass(frozen=True, slots=True)
class ApprovedRun:
    """Payments that leave with the run."""

    payment_ids: list[int]


@command("billing.approve_payment_run")
def approve_payment_run(batch: Batch, *, run_id: int, version: int) -> ApprovedRun:
    """Pay each supplier of the run in one transfer, to the bank details that are confirmed now.

    The payables are settled with their discounts, and the money is on its way in the books until the bank's statement
    has it. Statements do not depend on the number of payables or suppliers. Raises NotFound, RunDecided, StaleVersion,
    OwnRun, BeyondPaymentLimit, RunOutdated, NoOpenPeriod.
    """
    run = lock_run(batch, run_id)
    batch.actor.require(APPROVE_PAYMENT, company=run.company_id)
    locked_at(PaymentRun.objects.all(), run_id, version, {})
    _check_authority(batch, run)
    items = lock_items(batch, run_id)
    by_supplier: defaultdict[int, list[LockedItem]] = defaultdict(list)
    for item in items:
        by_supplier[item.supplier_id].append(item)
    suppliers = {row[0]: row for row in batch.read(SUPPLIERS, sorted(by_supplier))}
    _check_still(run, items, suppliers)
    period = batch.read(PERIOD, batch.now, run.company_id)
    if not period:
        raise NoOpenPeriod(company=run.company_id, on=batch.now.date())
    ids = batch.draw(billing_payment=len(by_supplier))["billing_payment"]
    transfers = [
        Transfer(
            number=f"PMT-{pk}",
            amount=sum((item.amount for item in own), ZERO),
            holder=suppliers[supplier_id][2],
            iban=suppliers[supplier_id][3],
            bic=suppliers[supplier_id][4],
            remittance=remittance([item.reference for item in own]),
        )
        for pk, (supplier_id, own) in zip(ids, by_supplier.items(), strict=True)
    ]
    _write(batch, run, ids, by_supplier, transfers, period[0][0])
    _write_file(batch, run, transfers)
    batch.decide(
        "billing.approve_payment_run",
        PaymentRun,
        run_id,
        {"payments": len(ids), "total": run.total},
    )
    return ApprovedRun(ids)


def _check_authority(batch: Batch, run: LockedRun) -> None:
    if batch.actor.name in (run.created_by, run.edited_by):
        raise OwnRun(run=run.number)
    roles = batch.actor.roles_giving(APPROVE_PAYMENT, company=run.company_id)
    limit = payment_limit(roles, run.company_id, run.today)
    if run.total > limit:
        raise BeyondPaymentLimit(total=run.total, currency=run.currency, limit=limit)


def _check_still(
    run: LockedRun, items: Sequence[LockedItem], suppliers: dict[int, tuple[object, ...]]
) -> None:
    """Refuse what has changed since it was proposed."""
    if run.pay_on < run.today:
        raise RunOutdated(run=run.number, reason=_("its day is over."))
    for item in items:
        if abs(item.settled) > abs(item.open) or (item.settled > 0) != (item.open > 0):
            words = {"number": item.reference, "open": item.open}
            raise RunOutdated(run=run.number, reason=_("only %(open)s of %(number)s are open.") % words)
        if item.discount and (item.discount_on is None or item.discount_on < run.pay_on):
            words = {"number": item.reference}
            raise RunOutdated(run=run.number, reason=_("the discount of %(number)s is lost.") % words)
    for _id, is_blocked, _holder, iban, _bic, name in suppliers.values():
        if is_blocked or iban is None:
            why = _("%(name)s is blocked.") if is_blocked else _("%(name)s has no confirmed bank details.")
            raise RunOutdated(run=run.number, reason=why % {"name": name})


def _write(
    batch: Batch,
    run: LockedRun,
    ids: Sequence[int],
    by_supplier: dict[int, list[LockedItem]],
    transfers: Sequence[Transfer],
    accounting_on: date,
) -> None:
    batch.insert(
        Payment,
        id=list(ids),
        number=[one.number for one in transfers],
        company=run.company_id,
        run=run.id,
        supplier=list(by_supplier),
        currency=run.currency,
        amount=[one.amount for one in transfers],
        holder=[one.holder for one in transfers],
        iban=[one.iban for one in transfers],
        bic=[one.bic for one in transfers],
        remittance=[one.remittance for one in transfers],
    )
    items = [item for own in by_supplier.values() for item in own]
    batch.update(
        Payable,
        [item.payable_id for item in items],
        add={"open": [-item.settled for item in items]},
    )
    batch.write(END_ITEMS, run.id)
    batch.update(
        PaymentRun,
        [run.id],
        state=PaymentRun.State.APPROVED.value,
        decided_at=batch.now,
        decided_by=batch.actor.name,
        add={"version": 1},
    )
    post_journals(
        batch,
        [
            Entry(
                kind=Journal.Kind.PAYMENT.value,
                company_id=run.company_id,
                currency=run.currency,
                source=SOURCE,
                source_id=pk,
                effective_at=batch.now,
                accounting_on=accounting_on,
                amounts=_amounts(own),
            )
            for pk, own in zip(ids, by_supplier.values(), strict=True)
        ],
    )


def _amounts(own: Sequence[LockedItem]) -> list[Amount]:
    """What is owed no more, against the money on its way and the discounts."""
    paid = sum((item.amount for item in own), ZERO)
    discount = sum((item.discount for item in own), ZERO)
    return [
        Amount(Purpose.PAYABLE, paid + discount, party_id=own[0].party_id),
        Amount(Purpose.CASH, -paid),
        Amount(Purpose.DISCOUNT_IN, -discount, otherwise=Purpose.VARIANCE),
    ]


def _write_file(batch: Batch, run: LockedRun, transfers: Sequence[Transfer]) -> None:
    order = Order(run.number, batch.now, run.pay_on, run.currency, run.payer, plain_iban(run.iban), transfers)
    content = write_pain(order)
    batch.insert(
        PaymentFile,
        company=run.company_id,
        run=run.id,
        name=f"{run.number}.xml",
        content=content.decode(),
        sha256=hashlib.sha256(content).hexdigest(),
        count=len(transfers),
        total=Decimal(order.total),
        made_at=batch.now,
    )
