"""A transfer as its verbs see it: locked, with its lines and what was shipped of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound

from .errors import WrongTransferState
from .models import TransferOrder
from .reads import CONTENTS, LINES, LOCK_ORDER, SITES

State = TransferOrder.State
DOCUMENT = "inventory.transferorder"
# What else may be done with a transfer in each state.
REMEDIES = {
    State.REQUESTED: _l("Have it approved first."),
    State.APPROVED: _l("Ship it, or cancel it and ask anew."),
    State.SHIPPED: _l("Receive what is on its way; what is not shipped may be cancelled."),
    State.RECEIVED: _l("It is through: ask for what is still needed with a new one."),
    State.REFUSED: _l("Ask anew."),
    State.CANCELLED: _l("Ask anew."),
}


@dataclass(frozen=True, slots=True)
class End:
    """One of the two sites; `today` is the site's date."""

    id: int
    code: str
    is_active: bool
    company_id: int
    company: str
    currency: str
    today: date


@dataclass(frozen=True, slots=True)
class Head:
    """The document, locked."""

    id: int
    number: str
    company_id: int
    site_id: int
    to_site_id: int
    state: str
    needed_on: date
    due_on: date | None
    requested_by: str
    group_id: int | None
    transit_bin_id: int | None
    has_left: bool
    version: int
    note: str

    def require(self, batch: Batch, right: str, *, to: bool = False) -> None:
        """The right at the site that gives the goods, or (`to`) at the one that gets them."""
        batch.actor.require(right, company=self.company_id, site=self.to_site_id if to else self.site_id)

    def require_either(self, batch: Batch, right: str) -> None:
        """The right at one of the two ends."""
        if not batch.actor.may(right, company=self.company_id, site=self.to_site_id):
            self.require(batch, right)

    def refuse_unless(self, *states: str, verb: str) -> None:
        """Raise WrongTransferState in any other state."""
        if self.state not in states:
            state = State(self.state)
            raise WrongTransferState(
                number=self.number, state=state.label.lower(), verb=verb, remedy=str(REMEDIES[state])
            )


@dataclass(frozen=True, slots=True)
class Line:
    """A line, quantities in the stock unit."""

    id: int
    line: int
    item_id: int
    code: str
    quantity: Decimal
    shipped: Decimal
    cancelled: Decimal
    received: Decimal
    missing: Decimal
    demand_id: int | None
    supply_id: int | None
    wanted_by: int | None
    standard_cost: Decimal

    @property
    def to_ship(self) -> Decimal:
        return self.quantity - self.shipped - self.cancelled


@dataclass(frozen=True, slots=True)
class Content:
    """What was shipped of a line in one lot."""

    id: int
    line_id: int
    item_id: int
    code: str
    lot_id: int | None
    shipped: Decimal
    received: Decimal
    missing: Decimal
    supply_id: int

    @property
    def expected(self) -> Decimal:
        return self.shipped - self.received - self.missing


def lock_order(batch: Batch, transfer_id: int) -> Head:
    rows = batch.read(LOCK_ORDER, transfer_id)
    if not rows:
        raise NotFound(what=_("transfer"), reference=transfer_id)
    return Head(*rows[0])


def lines_of(batch: Batch, head: Head) -> list[Line]:
    return [Line(*row) for row in batch.read(LINES, head.id)]


def contents_of(batch: Batch, head: Head) -> list[Content]:
    return [Content(*row) for row in batch.read(CONTENTS, head.id)]


def ends_of(batch: Batch, *site_ids: int) -> list[End]:
    """The sites in the order given. Raises NotFound."""
    found = {row[0]: End(*row) for row in batch.read(SITES, batch.now, sorted(set(site_ids)))}
    for site_id in site_ids:
        if site_id not in found:
            raise NotFound(what=_("site"), reference=site_id)
    return [found[site_id] for site_id in site_ids]


def is_through(lines: Sequence[Line]) -> bool:
    """Whether nothing is to be shipped or expected any more."""
    return all(not line.to_ship and line.shipped == line.received + line.missing for line in lines)
