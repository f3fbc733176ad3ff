"""Proposals as they stand, locked, and who may decide on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import DomainError, NotFound
from erp.kernel.quantity import UnitFactor
from masterdata.catalogue.rules import Offer

from .errors import NoSource, OwnApproval, ProposalClosed
from .models import ReplenishmentProposal
from .permissions import DECIDE
from .policies import LIMITS
from .reads import LOCK_APPROVER, LOCK_PROPOSALS, ORDERED_TODAY
from .rules import widest

State = ReplenishmentProposal.State
Kind = ReplenishmentProposal.Kind


@dataclass(frozen=True, slots=True)
class LockedProposal:
    """One proposal, locked, with what an order of it needs to know; `today` is its site's day."""

    id: int
    company_id: int
    site_id: int
    item_id: int
    kind: str
    state: str
    from_site_id: int | None
    supplier_id: int | None
    unit: str
    unit_cost: Decimal
    quantity: Decimal
    edited_quantity: Decimal | None
    value: Decimal
    due_on: date
    first_by: str
    edit_note: str
    expires_on: date
    version: int
    item: str
    item_status: str
    site: str
    supplier: str | None
    is_blocked: bool | None
    numerator: int
    denominator: int
    decimals: int
    currency: str
    today: date

    @property
    def is_buy(self) -> bool:
        return self.kind == Kind.BUY

    @property
    def wanted(self) -> Decimal:
        """What would be ordered, in the stock unit."""
        return self.quantity if self.edited_quantity is None else self.edited_quantity

    @property
    def factor(self) -> UnitFactor:
        return UnitFactor(self.unit, self.numerator, self.denominator, self.decimals)

    @property
    def units(self) -> Decimal:
        """The same in whole units of what it is bought in."""
        offer = Offer(self.item_id, self.supplier_id or 0, "", "", self.factor, self.unit_cost, 0)
        return offer.units_for(self.wanted)

    def refuse_closed(self) -> None:
        if self.state in ReplenishmentProposal.OPEN and self.expires_on >= self.today:
            return
        state = State.EXPIRED if self.state in ReplenishmentProposal.OPEN else State(self.state)
        raise ProposalClosed(item=self.item, site=self.site, state=state.label.lower())

    def refuse_unorderable(self, actor: str) -> None:
        """Raises NoSource, OwnApproval, ProposalClosed."""
        self.refuse_closed()
        if self.item_status == "blocked":
            raise ProposalClosed(item=self.item, site=self.site, state=_("the item is blocked"))
        if self.is_buy and (self.supplier_id is None or self.is_blocked):
            raise NoSource(item=self.item, site=self.site)
        if self.state == State.WAITING and self.first_by == actor:
            raise OwnApproval(item=self.item, site=self.site)


def lock_proposals(
    batch: Batch, proposal_ids: Sequence[int], *, strict: bool
) -> tuple[list[LockedProposal], list[list[str]]]:
    """The open ones that the actor may decide on, locked; and why the others stay: [[item, reason], ...].

    With `strict` the first reason is raised. Raises NotFound where there is none at all, and for a missing right.
    """
    found = [LockedProposal(*row) for row in batch.read(LOCK_PROPOSALS, batch.now, sorted(set(proposal_ids)))]
    if strict and not found:
        raise NotFound(what=_("proposal"), reference=next(iter(proposal_ids), ""))
    free, refused = [], []
    for each in found:
        batch.actor.require(DECIDE, company=each.company_id, site=each.site_id)
        try:
            each.refuse_closed()
        except DomainError as error:
            if strict:
                raise
            refused.append([each.item, str(error)])
        else:
            free.append(each)
    return free, refused


def limit_of(batch: Batch, each: LockedProposal) -> Decimal | None:
    """How much the actor may order of a supplier for the site in a day; None: any amount."""
    at = {"site": each.site_id, "company": each.company_id}
    roles = batch.actor.roles_giving(DECIDE, **at)
    limits = [LIMITS[role].value(on=each.today, **at) for role in sorted(LIMITS.keys() & roles)]
    if batch.actor.access is not None and not limits:
        return Decimal(0)
    return widest(limits)


def ordered_today(batch: Batch, site_ids: Sequence[int]) -> dict[tuple[int, int], Decimal]:
    """What the actor has ordered already, by site and supplier, since the sites' day began.

    The actor's own row is locked: two approvals of one person at once would each not know of the other.
    """
    batch.write(LOCK_APPROVER, batch.actor.user_id)
    rows = batch.read(ORDERED_TODAY, batch.now, sorted(set(site_ids)), batch.actor.name, batch.now)
    return {(site_id, supplier_id): value for site_id, supplier_id, value in rows}
