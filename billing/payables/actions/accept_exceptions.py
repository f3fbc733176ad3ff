"""Take an invoice as it is although it does not match: within a limit, and never by who entered it."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.payables.actions.match_supplier_invoices import ONCE, MatchedInvoices
from billing.payables.errors import BeyondAcceptance, NotAcceptable, OwnInvoice
from billing.payables.matching import LockedInvoice, lock_invoices, match_and_post
from billing.payables.models import MatchException
from billing.payables.permissions import ACCEPT_MATCH
from billing.payables.policies import accept_limit
from billing.payables.reads import LOCK_EXCEPTIONS, OF_EXCEPTIONS
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

Kind = MatchException.Kind
REMEDIES = {
    Kind.NOT_ORDERED: gettext_lazy("name the purchase order line, or the account that takes the cost."),
    Kind.NOT_RECEIVED: gettext_lazy("it is posted when the goods are received; or refuse it."),
    Kind.OVER_BILLED: gettext_lazy("ask for a credit note or a corrected invoice, and refuse this one."),
    Kind.DUPLICATE: gettext_lazy("refuse it, or correct its number."),
    Kind.SUMS: gettext_lazy("correct what was entered, or refuse it."),
    Kind.TAX: gettext_lazy("correct what was entered, or refuse it."),
    Kind.CURRENCY: gettext_lazy("ask for an invoice in the company's currency."),
}


@command("billing.accept_match_exceptions", conflicts=ONCE)
def accept_exceptions(batch: Batch, *, exception_ids: Sequence[int], reason: str) -> MatchedInvoices:
    """Accept open exceptions, all or none, and post the invoices in which nothing else is found.

    What somebody accepted holds as long as the invoice is not changed and nothing gets worse. Raises NotAcceptable,
    OwnInvoice, BeyondAcceptance, BadInput.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise BadInput(field="reason", reason=_("say why it is taken as it is."))
    ids = sorted(set(exception_ids))
    invoices = {
        one.id: one for one in lock_invoices(batch, [row[0] for row in batch.read(OF_EXCEPTIONS, ids)])
    }
    found = batch.read(LOCK_EXCEPTIONS, ids)
    for _id, invoice_id, kind, _line, amount, *_rest in found:
        _check(batch, invoices[invoice_id], Kind(kind), amount)
    batch.update(
        MatchException,
        [row[0] for row in found],
        resolved_at=batch.now,
        resolved_by=batch.actor.name,
        resolution=MatchException.Resolution.ACCEPTED.value,
        reason=reason,
        of_version=[invoices[row[1]].version for row in found],
        add={"version": 1},
    )
    for exception_id, _invoice_id, kind, line, amount, *_rest in found:
        outcome = {"kind": kind, "line": line, "amount": amount, "reason": reason}
        batch.decide("billing.accept_match_exceptions", MatchException, exception_id, outcome)
    by_company: defaultdict[int, list[LockedInvoice]] = defaultdict(list)
    for invoice_id in sorted({row[1] for row in found}):
        by_company[invoices[invoice_id].company_id].append(invoices[invoice_id])
    posted: list[int] = []
    waiting: list[int] = []
    for _company_id, group in sorted(by_company.items()):
        outcome_of = match_and_post(batch, group)
        posted += outcome_of.posted_ids
        waiting += outcome_of.waiting_ids
    return MatchedInvoices(posted, waiting)


def _check(batch: Batch, one: LockedInvoice, kind: MatchException.Kind, amount: Decimal) -> None:
    batch.actor.require(ACCEPT_MATCH, company=one.company_id)
    if kind not in MatchException.ACCEPTABLE:
        raise NotAcceptable(exception=kind.label, invoice=one.number, remedy=REMEDIES[kind])
    if one.captured_by == batch.actor.name:
        raise OwnInvoice(invoice=one.number)
    roles = batch.actor.roles_giving(ACCEPT_MATCH, company=one.company_id)
    limit = accept_limit(roles, one.company_id, one.today)
    if amount > limit:
        raise BeyondAcceptance(amount=amount, limit=limit)
