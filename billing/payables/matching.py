"""Match invoices and post those that are clean: the one way into the books for whatever suppliers charge."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.payables.models import MatchException, SupplierInvoice
from billing.payables.policies import DUE_DAYS, tolerance_of
from billing.payables.posting import Clean, post_clean
from billing.payables.reads import (
    EARLIER,
    EXCEPTIONS,
    LINES,
    LOCK_ACCRUALS,
    LOCK_INVOICES,
    LOCK_RETURNS,
    ORDERED,
    TAXES,
)
from billing.payables.rules import Claim, ClaimLine, Finding, Matched, Ordered, SentBack, match
from erp.kernel.batch import Batch, Row
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.reads import PERIOD
from inventory.supplier_returns.answering import Answer
from inventory.supplier_returns.models import SupplierReturn

State = SupplierInvoice.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the invoices: posted, or still waiting for somebody."""

    posted_ids: list[int]
    waiting_ids: list[int]


@dataclass(frozen=True, slots=True)
class LockedInvoice:
    """An invoice as it stands, locked, with the supplier's terms; `today` is the company's."""

    id: int
    number: str
    company_id: int
    company_currency: str
    today: date
    supplier_id: int
    party_id: int
    kind: str
    reference_key: str
    issued_on: date
    due_on: date
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    state: str
    captured_by: str
    version: int
    discount_percent: Decimal
    discount_days: int
    reference: str


@dataclass(slots=True)
class _Facts:
    """What the invoices are matched with; positions move as invoices are posted."""

    ordered: dict[int, Ordered] = field(default_factory=dict)
    returned: dict[int, SentBack] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)  # of returns that wait for one, not yet credited


def lock_invoices(batch: Batch, invoice_ids: Sequence[int]) -> list[LockedInvoice]:
    """The invoices, locked in the order of their ids."""
    return [LockedInvoice(*row) for row in batch.read(LOCK_INVOICES, batch.now, sorted(set(invoice_ids)))]


def match_and_post(batch: Batch, invoices: Sequence[LockedInvoice]) -> Outcome:
    """Match locked invoices that wait, all of one company, and post those in which nothing is found.

    What is found is opened as an exception, what is no longer so is closed. The number of statements does not depend on
    invoices or lines. Raises NoOpenPeriod.
    """
    waiting = [one for one in invoices if one.state == State.WAITING]
    if not waiting:
        return Outcome([], [])
    company_id, today = waiting[0].company_id, waiting[0].today
    ids = [one.id for one in waiting]
    rows = batch.read(LINES, ids)
    lines, costs = _lines(rows)
    claims = _claims(batch, waiting, lines)
    facts, accounting_on = _facts(batch, company_id, rows)
    known = _known(batch, ids)
    tolerance = tolerance_of(company_id, today)
    clean, found = [], {}
    for one in waiting:
        claim = claims[one.id]
        ordered, returned = _positions(facts, claim)
        matched = match(claim, ordered, returned, tolerance)
        accepted = {(line, kind): amount for line, kind, amount, was in known[one.id].values() if was}
        left = [each for each in matched.findings if not _is_accepted(each, accepted)]
        found[one.id] = left
        if not left:
            facts.ordered.update(ordered)
            facts.returned.update(returned)
            clean.append(_clean(one, claim, matched, costs[one.id], facts))
    _write_exceptions(batch, waiting, found, known)
    post_clean(batch, clean, accounting_on)
    posted = [one.invoice_id for one in clean]
    return Outcome(posted, [one.id for one in waiting if one.id not in set(posted)])


def _lines(
    rows: Sequence[Row],
) -> tuple[dict[int, list[ClaimLine]], dict[int, list[tuple[str, Decimal, Any]]]]:
    """By invoice its lines, and what of them goes to accounts that no accrual clears."""
    lines: defaultdict[int, list[ClaimLine]] = defaultdict(list)
    costs: defaultdict[int, list[tuple[str, Decimal, Any]]] = defaultdict(list)
    for (
        invoice_id,
        line_id,
        line,
        kind,
        quantity,
        net,
        purchase_line_id,
        return_id,
        label,
        account_id,
    ) in rows:
        lines[invoice_id].append(
            ClaimLine(line_id, line, kind, quantity, net, purchase_line_id, return_id, label)
        )
        if kind != "goods":
            costs[invoice_id].append((kind, net, account_id))
    return lines, costs


def _claims(
    batch: Batch, invoices: Sequence[LockedInvoice], lines: dict[int, list[ClaimLine]]
) -> dict[int, Claim]:
    ids = [one.id for one in invoices]
    taxes: defaultdict[int, list[tuple[Decimal, Decimal, Decimal]]] = defaultdict(list)
    for invoice_id, *figures in batch.read(TAXES, ids):
        taxes[invoice_id].append((figures[0], figures[1], figures[2]))
    earlier: defaultdict[int, list[str]] = defaultdict(list)
    for invoice_id, number in batch.read(EARLIER, ids):
        earlier[invoice_id].append(number)
    return {
        one.id: Claim(
            kind=one.kind,
            supplier_id=one.supplier_id,
            currency=one.currency,
            company_currency=one.company_currency,
            net=one.net,
            tax=one.tax,
            gross=one.gross,
            lines=lines[one.id],
            taxes=taxes[one.id],
            earlier=earlier[one.id],
        )
        for one in invoices
    }


def _facts(batch: Batch, company_id: int, rows: Sequence[Row]) -> tuple[_Facts, date]:
    """What was ordered, received and sent back, locked, and the accounting date of an open period."""
    facts = _Facts()
    order_ids = sorted({row[6] for row in rows if row[6]})
    return_ids = sorted({row[7] for row in rows if row[7]})
    returns = batch.read(LOCK_RETURNS, return_ids)
    period = batch.read(PERIOD, batch.now, company_id)
    if not period:
        raise NoOpenPeriod(company=company_id, on=batch.now.date())
    ((accounting_on,),) = period
    accruals = batch.read(LOCK_ACCRUALS, order_ids, return_ids)
    for line_id, *row in batch.read(ORDERED, order_ids):
        facts.ordered[line_id] = Ordered(*row)
    for accrual_id, line_id, return_id, received, value, billed, cleared, invoiced in accruals:
        if line_id is not None:
            order = facts.ordered[line_id]
            order.accrual_id, order.received, order.value = accrual_id, received, value
            order.billed, order.cleared, order.invoiced = billed, cleared, invoiced
        else:
            _id, number, supplier_id, company_id, site_id, currency, state, worth, claimed, credited = next(
                each for each in returns if each[0] == return_id
            )
            is_sent = state == SupplierReturn.State.SENT
            facts.returned[return_id] = SentBack(
                number, supplier_id, claimed, None if is_sent else credited, accrual_id, billed > 0
            )
            if is_sent:
                facts.answers[return_id] = Answer(
                    return_id, company_id, site_id, currency, worth, claimed, claimed, ""
                )
    return facts, accounting_on


def _known(batch: Batch, ids: Sequence[int]) -> dict[int, dict[int, tuple[int, str, Decimal, bool]]]:
    """By invoice and exception: line, kind, amount, and whether it was accepted."""
    known: defaultdict[int, dict[int, tuple[int, str, Decimal, bool]]] = defaultdict(dict)
    for invoice_id, exception_id, line, kind, amount, accepted, _detail in batch.read(EXCEPTIONS, list(ids)):
        known[invoice_id][exception_id] = (line, kind, amount, accepted)
    return known


def _positions(facts: _Facts, claim: Claim) -> tuple[dict[int, Ordered], dict[int, SentBack]]:
    """Copies of what the invoice names, which the match may move."""
    orders = {line.purchase_line_id for line in claim.lines if line.purchase_line_id is not None}
    returns = {line.return_id for line in claim.lines if line.return_id is not None}
    return (
        {key: replace(facts.ordered[key]) for key in orders},
        {key: replace(facts.returned[key]) for key in returns},
    )


def _is_accepted(finding: Finding, accepted: dict[tuple[int, str], Decimal]) -> bool:
    """Somebody took as much of it as it is: more than that is another finding."""
    return accepted.get((finding.line, finding.kind), Decimal(-1)) >= finding.amount


def _clean(
    one: LockedInvoice,
    claim: Claim,
    matched: Matched,
    costs: list[tuple[str, Decimal, Any]],
    facts: _Facts,
) -> Clean:
    answers = [
        replace(facts.answers[return_id], credited=credited, reference=one.reference)
        for return_id, credited in matched.answers
    ]
    return Clean(
        invoice_id=one.id,
        company_id=one.company_id,
        supplier_id=one.supplier_id,
        party_id=one.party_id,
        currency=one.currency,
        is_credit=claim.is_credit,
        tax=one.tax,
        gross=one.gross,
        issued_on=one.issued_on,
        due_on=one.due_on,
        discount_percent=one.discount_percent,
        discount_days=one.discount_days,
        shares=matched.shares,
        costs=costs,
        answers=answers,
    )


def _write_exceptions(
    batch: Batch,
    invoices: Sequence[LockedInvoice],
    found: dict[int, list[Finding]],
    known: dict[int, dict[int, tuple[int, str, Decimal, bool]]],
) -> None:
    """Open what is new, restate what is known, close what is no longer so."""
    gone: list[int] = []
    again: list[tuple[int, Finding, int]] = []
    new: list[tuple[LockedInvoice, Finding]] = []
    for one in invoices:
        standing = {
            (line, kind): pk for pk, (line, kind, _, accepted) in known[one.id].items() if not accepted
        }
        for finding in found[one.id]:
            pk = standing.pop((finding.line, finding.kind.value), None)
            if pk is None:
                new.append((one, finding))
            else:
                again.append((pk, finding, one.version))
        gone += standing.values()
    batch.update(
        MatchException,
        gone,
        resolved_at=batch.now,
        resolved_by=batch.actor.name,
        resolution=MatchException.Resolution.CLEARED.value,
        add={"version": 1},
    )
    batch.update(
        MatchException,
        [pk for pk, _, _ in again],
        detail=[finding.detail for _, finding, _ in again],
        amount=[finding.amount for _, finding, _ in again],
        of_version=[version for *_, version in again],
    )
    batch.insert(
        MatchException,
        company=[one.company_id for one, _ in new],
        invoice=[one.id for one, _ in new],
        line=[finding.line for _, finding in new],
        kind=[finding.kind.value for _, finding in new],
        detail=[finding.detail for _, finding in new],
        amount=[finding.amount for _, finding in new],
        of_version=[one.version for one, _ in new],
        opened_at=batch.now,
        due_on=[
            one.today + timedelta(days=DUE_DAYS.value(on=one.today, company=one.company_id)) for one, _ in new
        ],
    )
