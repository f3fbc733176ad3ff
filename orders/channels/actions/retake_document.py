"""Ask again for an electronic document that became no order: read anew, under the profile as it is now."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, InvalidTransition, NotFound
from orders.channels.actions.intake_order import INTAKE_ORDER, IntakeResult
from orders.channels.answering import found_in
from orders.channels.models import Delivery, IntakeDocument
from orders.channels.reads import LOCK_WHOLE
from orders.channels.taking import Asked, take
from orders.partners.models import TradingPartner


@command("orders.retake_document")
def retake_document(
    batch: Batch,
    *,
    document_id: int,
    partner_id: int | None = None,
    ship_to: str = "",
    accept: bool = False,
    reason: str = "",
) -> IntakeResult:
    """Read the document again and order it, if nothing stands against it any more.

    partner_id: whose it is. ship_to: our code of where it goes. accept: take it in spite of a fault of its envelope,
    a purpose, a test mark or an earlier document of the same number; says why in `reason`. Raises NotFound,
    InvalidTransition for one that became an order or was dropped, BadInput.
    """
    batch.actor.require(INTAKE_ORDER)
    rows = batch.read(LOCK_WHOLE, document_id)
    if not rows or not batch.actor.may(INTAKE_ORDER, company=rows[0][1]):
        raise NotFound(what=_("intake document"), reference=document_id)
    ((_id, _company, delivery_id, place, state, order_id, known_partner),) = rows
    if state != IntakeDocument.State.PARKED or order_id or delivery_id is None or not place:
        raise InvalidTransition(
            document=_("The document"),
            state=IntakeDocument.State(state).label.lower(),
            verb=_("taking it again"),
        )
    if accept and not reason.strip():
        raise BadInput(field="reason", reason=_("say why it is taken in spite of that."))
    if partner_id is not None:
        _own_partner(batch, partner_id)
    delivery = Delivery.objects.get(pk=delivery_id)
    found = found_in(delivery, place)
    if found is None:
        raise InvalidTransition(
            document=_("The document"), state=_("no electronic one"), verb=_("taking it again")
        )
    asked = Asked(document_id, partner_id or _still_there(known_partner), ship_to.strip(), accept)
    result = take(batch, delivery, found, asked)
    batch.decide(
        "orders.retake_document",
        IntakeDocument,
        document_id,
        {
            "state": result.state,
            "order": result.number or None,
            "partner": partner_id,
            "ship_to": ship_to,
            "accepted": accept,
            "reason": reason.strip(),
        },
    )
    return result


def _own_partner(batch: Batch, partner_id: int) -> None:
    partner = TradingPartner.objects.select_related("customer").filter(pk=partner_id).first()
    if partner is None or not batch.actor.may(INTAKE_ORDER, company=partner.customer.company_id):
        raise NotFound(what=_("trading partner"), reference=partner_id)


def _still_there(partner_id: int | None) -> int | None:
    """The partner that the document had, while its profile is in use."""
    rows = TradingPartner.objects.filter(is_active=True).values_list("pk", flat=True)
    return None if partner_id is None else rows.filter(pk=partner_id).first()
