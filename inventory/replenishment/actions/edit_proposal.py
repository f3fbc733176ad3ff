"""Change how much of a proposal is ordered, and from whom; the next runs keep it (PU02)."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, InvalidTransition, StaleVersion
from erp.kernel.formats import write_quantity
from inventory.replenishment.documents import LockedProposal, State, lock_proposals
from inventory.replenishment.errors import NotSoldBy
from inventory.replenishment.models import ReplenishmentProposal
from inventory.replenishment.planning import worth
from masterdata.catalogue.queries import offers_of
from masterdata.catalogue.rules import Offer


@dataclass(frozen=True, slots=True)
class EditedProposal:
    """The proposal, and what would be ordered of it in the stock unit."""

    proposal_id: int
    quantity: Decimal


@command("inventory.edit_proposal")
def edit_proposal(
    batch: Batch,
    *,
    proposal_id: int,
    version: int,
    quantity: Decimal,
    supplier_id: int | None = None,
    note: str = "",
) -> EditedProposal:
    """Order `quantity` (stock unit) instead, in whole units of the source; None of a supplier: the present one.

    Raises StaleVersion, ProposalClosed, NotSoldBy, BadInput, InvalidTransition for what waits for a second approval.
    """
    ((each,), _refused) = lock_proposals(batch, [proposal_id], strict=True)
    if each.state == State.WAITING:
        raise InvalidTransition(document=each.item, state=State.WAITING.label.lower(), verb=_("changing it"))
    if version != each.version:
        pairs = (
            (_("Quantity"), write_quantity(quantity), write_quantity(each.wanted)),
            (_("Note"), note.strip(), each.edit_note),
        )
        raise StaleVersion(
            document=each.item, actor=_("a run or someone else"), version=each.version,
            changes=[
                {"label": label, "mine": mine, "theirs": theirs} for label, mine, theirs in pairs if mine != theirs
            ],
        )  # fmt: skip
    if quantity <= 0:
        raise BadInput(field="quantity", reason=_("the quantity is above zero; dismiss what is not wanted."))
    offer = _offer(each, supplier_id)
    if offer is None:
        units = stock = quantity.quantize(Decimal(1).scaleb(-each.decimals), ROUND_CEILING)
        unit, unit_cost = each.unit, each.unit_cost
    else:
        units = offer.units_for(quantity)
        stock, unit, unit_cost = offer.factor.to_stock(units), offer.factor.unit, offer.cost
    chosen = {"chosen_supplier": supplier_id} if supplier_id is not None else {}
    batch.update(
        ReplenishmentProposal,
        [each.id],
        edited_quantity=stock,
        edited_by=batch.actor.name,
        edit_note=note.strip()[:200],
        unit=unit,
        unit_cost=unit_cost,
        value=worth(units, unit_cost),
        **chosen,
        add={"version": 1},
    )
    batch.decide(
        "inventory.edit_proposal",
        ReplenishmentProposal,
        each.id,
        {
            "sentence": _("%(new)s instead of %(old)s. %(note)s")
            % {"new": write_quantity(stock), "old": write_quantity(each.wanted), "note": note.strip()},
            "supplier": supplier_id,
        },
    )
    return EditedProposal(each.id, stock)


def _offer(each: LockedProposal, supplier_id: int | None) -> Offer | None:
    """The terms on which it would be bought; None for a move and where nobody sells it."""
    if not each.is_buy:
        if supplier_id is not None:
            raise BadInput(field="supplier", reason=_("it is moved, not bought."))
        return None
    offers = offers_of(each.company_id, [each.item_id]).get(each.item_id, [])
    wanted = supplier_id if supplier_id is not None else each.supplier_id
    found = next((offer for offer in offers if offer.supplier_id == wanted), None)
    if found is None and wanted is not None:
        raise NotSoldBy(
            supplier=each.supplier if supplier_id is None else _("This supplier"),
            item=each.item,
            sellers=", ".join(offer.supplier for offer in offers) or _("nobody is known"),
        )
    return found
