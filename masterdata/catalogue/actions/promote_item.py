"""From a catalogue into stock: one person proposes it, another approves (OC13)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.catalogue.errors import NotPromoted
from masterdata.catalogue.models import Promotion
from masterdata.catalogue.permissions import PROMOTE_ITEM
from masterdata.items.models import Item
from masterdata.items.rules import missing_attributes
from masterdata.records import locked, write


@dataclass(frozen=True, slots=True)
class Promoted:
    """The proposal, and whether the item is kept in stock now."""

    promotion_id: int
    approved: bool


@command(
    "masterdata.propose_promotion",
    conflicts={
        "promotion_open_once": lambda item_id, reason: NotPromoted(
            item=item_id, reason=_("it was proposed just now.")
        )
    },
)
def propose_promotion(batch: Batch, *, item_id: int, reason: str) -> Promoted:
    """Propose that an item from a catalogue is kept in stock. Raises NotFound, BadInput, NotPromoted."""
    batch.actor.require(PROMOTE_ITEM)
    assert batch.actor.user_id is not None, "an item is proposed by somebody"
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it shall be kept."))
    item = locked(Item.objects.all(), item_id)
    if item.stocking != Item.Stocking.CATALOGUE:
        raise NotPromoted(item=item.code, reason=_("it is no item from a catalogue."))
    if Promotion.objects.filter(item=item, decided_at=None).exists():
        raise NotPromoted(item=item.code, reason=_("it is proposed already."))
    made = Promotion.objects.create(
        item=item, reason=reason.strip()[:200], proposed_by_id=batch.actor.user_id
    )
    return Promoted(made.pk, False)


@command("masterdata.decide_promotion")
def decide_promotion(batch: Batch, *, promotion_id: int, approve: bool) -> Promoted:
    """Approve a proposal, or turn it down. Deciding twice changes nothing.

    Raises NotFound, NotPromoted when whoever proposed it approves it, or the item lacks what its class asks for.
    """
    batch.actor.require(PROMOTE_ITEM)
    row = locked(Promotion.objects.select_related("item"), promotion_id)
    if row.decided_at is not None:
        return Promoted(row.pk, row.approved)
    if approve and row.proposed_by_id == batch.actor.user_id:
        raise NotPromoted(item=row.item.code, reason=_("somebody else approves what you propose."))
    item = locked(Item.objects.select_related("item_class"), row.item_id)
    missing = missing_attributes(item.item_class.required_attributes, item.attributes)
    if approve and missing:
        names = ", ".join(name.replace("_", " ") for name in missing)
        raise NotPromoted(item=item.code, reason=_("its class asks for %(names)s.") % {"names": names})
    row.decided_by_id, row.decided_at, row.approved = batch.actor.user_id, batch.now, approve
    row.save(update_fields=["decided_by", "decided_at", "approved"])
    if approve:
        write(item, {"stocking": Item.Stocking.KEPT.value})
        batch.decide(
            "masterdata.promote_item",
            Item,
            item.pk,
            {"sentence": _("Kept in stock. %(why)s") % {"why": row.reason}},
        )
    return Promoted(row.pk, approve)
