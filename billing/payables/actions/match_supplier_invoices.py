"""Look at invoices that wait once more, and post what is clean by now."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from billing.payables.errors import SameNumberPosted
from billing.payables.matching import LockedInvoice, lock_invoices, match_and_post
from billing.payables.permissions import WORK_MATCH
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class MatchedInvoices:
    """Invoices that were posted, and those that still wait."""

    posted_ids: list[int]
    waiting_ids: list[int]


def posted_meanwhile(**_given: object) -> SameNumberPosted:
    """Two invoices with one number met: the constraint let one of them in."""
    return SameNumberPosted()


ONCE: dict[str, Callable[..., DomainError]] = {"supplier_invoice_posted_once": posted_meanwhile}


@command("billing.match_supplier_invoices", conflicts=ONCE)
def match_supplier_invoices(batch: Batch, *, invoice_ids: Sequence[int]) -> MatchedInvoices:
    """Match the invoices again and post those that are clean; what does not wait is left alone. Raises NoOpenPeriod."""
    by_company: defaultdict[int, list[LockedInvoice]] = defaultdict(list)
    for one in lock_invoices(batch, invoice_ids):
        by_company[one.company_id].append(one)
    posted: list[int] = []
    waiting: list[int] = []
    for company_id, invoices in sorted(by_company.items()):
        batch.actor.require(WORK_MATCH, company=company_id)
        outcome = match_and_post(batch, invoices)
        posted += outcome.posted_ids
        waiting += outcome.waiting_ids
    return MatchedInvoices(posted, waiting)
