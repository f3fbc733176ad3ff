"""Money against open items: what receiving, applying and taking back have in common."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.invoicing.events import ItemsLowered
from billing.ledger.actions.post_journals import Amount
from billing.ledger.models import Purpose
from billing.receivables.errors import (
    BeyondAuthority,
    OverApplied,
    OverDisputed,
    ReceiptExceeded,
    WrongCurrency,
    WrongPayer,
)
from billing.receivables.events import CashDeducted, Deducted
from billing.receivables.models import CashApplication, Deduction, OpenItem
from billing.receivables.permissions import WRITE_OFF_DIFFERENCE
from billing.receivables.policies import DIFFERENCE_LIMIT
from billing.receivables.reads import DISCOUNTED, LOCK_ITEMS, PERIOD_AND_CREDIT
from billing.receivables.rules import ZERO, Application, discount_of
from erp.kernel.batch import Batch, Row
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod

Reason = CashApplication.Reason
# Which account takes what was paid short or over; a discount is less revenue where it has no account of its own.
CODED = {
    Reason.DISCOUNT.value: (Purpose.DISCOUNT, Purpose.REVENUE),
    Reason.CHARGES.value: (Purpose.FEES, None),
    Reason.SHORT.value: (Purpose.DIFFERENCE, None),
    Reason.OVER.value: (Purpose.DIFFERENCE, None),
    Reason.WRITE_OFF.value: (Purpose.WRITE_OFF, Purpose.DIFFERENCE),
}
BESIDE_MONEY = ("", *(value for value, _ in Reason.of_payments()))


@dataclass(frozen=True, slots=True)
class Source:
    """Where money comes from, a receipt of one payer with what of it is free, and what it is for."""

    receipt_id: int
    company_id: int
    customer_id: int
    currency: str
    available: Decimal
    received_on: date
    today: date  # of the company
    applications: Sequence[Application]
    coded_before: Sequence[tuple[int, str, Decimal]] = ()  # of it: item, reason and what stands

    @property
    def applied(self) -> Decimal:
        return sum((one.amount for one in self.applications), ZERO)

    @property
    def difference(self) -> Decimal:
        return sum((one.difference for one in self.applications), ZERO)


@dataclass(frozen=True, slots=True)
class Standing:
    """An application that may be taken back."""

    application_id: int
    receipt_id: int | None
    credit_id: int | None
    item_id: int
    amount: Decimal
    reason: str


def lock_and_check(batch: Batch, sources: Sequence[Source]) -> dict[int, Decimal]:
    """Lock the items of all sources and refuse what does not fit. What an earlier source takes is gone for the next.

    Gives the items of which less is left than is disputed then, for `tell_disputes`: by id, what is left.
    """
    ids = {one.open_item_id for source in sources for one in source.applications}
    ids |= {item_id for source in sources for item_id, *_ in source.coded_before}
    found = {row[0]: row for row in batch.read(LOCK_ITEMS, sorted(ids))} if ids else {}
    left = {item_id: row[3] for item_id, row in found.items()}
    disputed = {item_id: row[8] for item_id, row in found.items()}
    discounted = _discounted(batch, sources)
    for source in sources:
        if len({one.open_item_id for one in source.applications}) < len(source.applications):
            raise BadInput(field="applications", reason="name each item once.")
        beyond = sum(
            (
                abs(amount)
                for item_id, reason, amount in source.coded_before
                if reason != Reason.DISCOUNT or discounted[item_id] > _in_terms(source, found[item_id])
            ),
            ZERO,
        )
        for one in source.applications:
            if one.open_item_id not in found:
                raise NotFound(what="open item", reference=one.open_item_id)
            _, customer_id, currency, _, number, *_ = item = found[one.open_item_id]
            if customer_id != source.customer_id:
                raise WrongPayer(document=number)
            if currency != source.currency:
                raise WrongCurrency(document=number, currency=currency, received=source.currency)
            _check_amounts(one, left[one.open_item_id], number, currency)
            left[one.open_item_id] -= one.settled
            free = left[one.open_item_id] - disputed[one.open_item_id]
            if one.deducted or one.deduction:
                _check_deduction(one, free, number, currency)
                disputed[one.open_item_id] += one.deducted
            if one.reason == Reason.DISCOUNT:
                discounted[one.open_item_id] += one.difference
            if one.reason != Reason.DISCOUNT or discounted[one.open_item_id] > _in_terms(source, item):
                beyond += abs(one.difference)
        if not 0 <= source.applied <= source.available:
            raise ReceiptExceeded(amount=source.applied, currency=source.currency, available=source.available)
        _check_authority(batch, source, beyond)
    return {item_id: rest for item_id, rest in left.items() if max(rest, ZERO) < disputed[item_id]}


def tell_disputes(batch: Batch, sources: Sequence[Source], lowered: dict[int, Decimal]) -> None:
    """What the sources deduct is disputed from now on, and what they pay of disputes is not any more.

    Told before `write_applications`, and only where there is something to tell.
    """
    deducted = [
        Deducted(
            source.receipt_id,
            source.company_id,
            source.customer_id,
            one.open_item_id,
            source.currency,
            one.deducted,
            one.deduction,
            source.today,
        )
        for source in sources
        for one in source.applications
        if one.deducted
    ]
    if deducted:
        batch.announce(CashDeducted(deducted))
    if lowered:
        batch.announce(ItemsLowered(lowered, by_credit=False))


def _discounted(batch: Batch, sources: Sequence[Source]) -> defaultdict[int, Decimal]:
    """By item what was taken as a discount of it, whoever paid; read only where one is taken, now or before."""
    ids = {
        one.open_item_id for source in sources for one in source.applications if one.reason == Reason.DISCOUNT
    }
    ids |= {
        item_id
        for source in sources
        for item_id, reason, _ in source.coded_before
        if reason == Reason.DISCOUNT
    }
    return defaultdict(Decimal, batch.read(DISCOUNTED, sorted(ids)) if ids else ())


def _in_terms(source: Source, item: Row) -> Decimal:
    """The discount that is the customer's right, once for an invoice."""
    _, _, currency, _, _, amount, percent, until, _ = item
    return discount_of(amount, percent, currency) if source.received_on <= until else ZERO


def _check_amounts(one: Application, open_amount: Decimal, number: str, currency: str) -> None:
    if any(value != round(value, 2) for value in (one.amount, one.difference)) or one.settled == 0:
        raise BadInput(field="applications", reason="an amount above zero with at most 2 decimals.")
    if bool(one.difference) != bool(one.reason) or one.reason not in BESIDE_MONEY:
        raise BadInput(
            field="applications", reason="what is paid short or over has a reason, nothing else has."
        )
    if one.difference and (one.difference < 0) != (one.reason == Reason.OVER):
        raise BadInput(field="applications", reason="paid over is below zero, everything else above.")
    if one.deducted and one.amount <= 0:
        raise BadInput(field="applications", reason="what is deducted belongs to an invoice that money pays.")
    if one.difference and one.amount <= 0:
        raise BadInput(field="applications", reason="a difference belongs to an invoice that money pays.")
    if (one.settled > 0) != (open_amount > 0) or abs(one.settled) > abs(open_amount):
        raise OverApplied(document=number, open=open_amount, currency=currency, amount=one.settled)


def _check_deduction(one: Application, free: Decimal, number: str, currency: str) -> None:
    """`free`: what the payment leaves open of the item and nobody disputes yet."""
    if one.deducted <= 0 or one.deducted != round(one.deducted, 2) or one.deduction not in Deduction.values:
        raise BadInput(field="applications", reason="what is deducted is above zero and has a kind.")
    if one.deducted > free:
        raise OverDisputed(document=number, amount=one.deducted, free=max(free, ZERO), currency=currency)


def _check_authority(batch: Batch, source: Source, beyond: Decimal) -> None:
    """Within terms a discount is the customer's right; everything else is somebody's decision, up to a limit in all."""
    if not beyond:
        return
    limit = DIFFERENCE_LIMIT.value(on=source.today, company=source.company_id)
    if beyond > limit and not batch.actor.may(WRITE_OFF_DIFFERENCE, company=source.company_id):
        raise BeyondAuthority(
            amount=beyond, currency=source.currency, limit=limit, permission=WRITE_OFF_DIFFERENCE
        )


def lock_books(
    batch: Batch, *, company_id: int, customer_ids: Iterable[int]
) -> tuple[date, dict[int, list[int]]]:
    """The accounting date of an open period, and by payer the credit accounts that they draw on, all locked."""
    payers = sorted(set(customer_ids))
    ((accounting_on, accounts, drawn_by),) = batch.read(PERIOD_AND_CREDIT, batch.now, company_id, payers)
    if accounting_on is None:
        raise NoOpenPeriod(company=company_id, on=batch.now.date())
    found: defaultdict[int, list[int]] = defaultdict(list)
    for account_id, payer_id in zip(accounts, drawn_by, strict=True):
        found[payer_id].append(account_id)
    return accounting_on, found


def settlement(applications: Iterable[Application], party_id: int) -> list[Amount]:
    """What applications take off the receivables, and where the part without money goes."""
    settled, coded = ZERO, defaultdict[str, Decimal](Decimal)
    for one in applications:
        settled += one.settled
        coded[one.reason] += one.difference
    return [
        Amount(Purpose.RECEIVABLE, -settled, party_id=party_id),
        *(
            Amount(CODED[reason][0], value, otherwise=CODED[reason][1])
            for reason, value in coded.items()
            if value
        ),
    ]


def write_applications(batch: Batch, sources: Sequence[Source]) -> list[int]:
    """The rows, and what they leave open of each item; ids in the given order, of money before differences."""
    rows = [(source.receipt_id, one) for source in sources for one in source.applications]
    wanted = [(receipt, one.open_item_id, one.amount, "") for receipt, one in rows if one.amount]
    wanted += [
        (receipt, one.open_item_id, one.difference, one.reason) for receipt, one in rows if one.difference
    ]
    if not wanted:
        return []
    ids = batch.draw(billing_cashapplication=len(wanted))["billing_cashapplication"]
    batch.insert(
        CashApplication,
        id=ids,
        receipt=[receipt for receipt, *_ in wanted],
        item=[item for _, item, *_ in wanted],
        amount=[amount for _, _, amount, _ in wanted],
        reason=[reason for *_, reason in wanted],
        applied_at=batch.now,
        applied_by=batch.actor.name,
    )
    move_items(batch, ((item, -amount) for _, item, amount, _ in wanted))
    return ids


def take_back(batch: Batch, rows: Sequence[Standing]) -> list[int]:
    """Reversing rows for applications that stand, and the items open again; ids in the given order."""
    if not rows:
        return []
    ids = batch.draw(billing_cashapplication=len(rows))["billing_cashapplication"]
    batch.insert(
        CashApplication,
        id=ids,
        receipt=[row.receipt_id for row in rows],
        credit=[row.credit_id for row in rows],
        item=[row.item_id for row in rows],
        amount=[-row.amount for row in rows],
        reason=[row.reason for row in rows],
        reverses=[row.application_id for row in rows],
        applied_at=batch.now,
        applied_by=batch.actor.name,
    )
    move_items(batch, ((row.item_id, row.amount) for row in rows))
    return ids


def move_items(batch: Batch, amounts: Iterable[tuple[int, Decimal]]) -> None:
    """Add to what items have open."""
    total: defaultdict[int, Decimal] = defaultdict(Decimal)
    for item_id, amount in amounts:
        total[item_id] += amount
    batch.update(OpenItem, list(total), add={"open": list(total.values())})
