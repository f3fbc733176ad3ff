"""Taking one electronic document: whose it is, whether it came before, what its codes mean, what is ordered."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from erp.kernel.batch import Batch
from erp.kernel.formats import write_day
from masterdata.items.lookups import resolve_codes
from orders.holds.actions.hold_price import hold_price
from orders.partners.models import TradingPartner
from orders.partners.queries import profile_for

from .actions.intake_order import IntakeResult, intake_order
from .answering import answer_document, answer_interchange
from .confirming import note_verdicts, verdicts_of
from .edi.purchase_orders import WantedOrder
from .edi.reading import ACKNOWLEDGEMENTS, Found
from .expected import Difference, price_differences
from .interpreting import Obstacle, Reading, as_document, item_codes, meaning_of, obstacle_of, ship_to_of
from .models import Delivery, IntakeDocument
from .policies import PRICE_DIFFERENCE, PRICE_TOLERANCE
from .reads import EARLIER, FORGET_PARKED
from .rules import Origin, payload_of

NOBODY = Reading("", ["gtin", "buyer", "supplier", "maker"], {}, {})


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says who asks for a document again: whose it is, where it goes, that it is fine as it stands."""

    document_id: int | None = None
    partner_id: int | None = None
    ship_to: str = ""
    accept: bool = False


FIRST_TIME = Asked()


def take(batch: Batch, delivery: Delivery, found: Found, asked: Asked = FIRST_TIME) -> IntakeResult:
    """Order what the document asks for, or keep it with the reason why it waits. It answers the partner, too."""
    order, made = found.order, found.interchange
    partner = _partner(found, asked)
    origin = Origin(
        delivery_id=delivery.pk,
        place=found.place,
        partner_id=partner.pk if partner else None,
        kind=found.kind[:10],
        control=made.control[:35],
        meaning=meaning_of(order) if order else "",
        document_id=asked.document_id,
        po_repeats=asked.accept,
    )
    if partner is None:
        result = keep(batch, delivery, found, origin, _unknown(found))
    else:
        obstacle = _obstacle(found, partner, asked)
        if verdicts := verdicts_of(found):
            objection = note_verdicts(batch, partner, verdicts)
            obstacle = obstacle or (objection if found.kind in ACKNOWLEDGEMENTS else None)
        is_new = order is not None and obstacle is None and not asked.accept
        repeats = _repeats(batch, delivery, found, origin) if is_new else None
        if repeats is not None:
            result = keep(batch, delivery, found, repeats.origin, repeats.obstacle, partner, repeats.order_id)
        elif obstacle is not None or order is None:
            result = keep(batch, delivery, found, origin, obstacle, partner)
        else:
            result = _order(batch, delivery, order, partner, origin, asked)
        answer_interchange(batch, delivery, found, partner)
        answer_document(batch, result.document_id, found)
    return result


def _partner(found: Found, asked: Asked) -> TradingPartner | None:
    """The profile, locked: documents of one partner are taken one after the other, so that none is taken twice."""
    made = found.interchange
    chosen = asked.partner_id
    if chosen is None:
        buyer = found.order.buyer if found.order else ""
        profile = profile_for(standard=made.standard, sender=made.sender, receiver=made.receiver, buyer=buyer)
        chosen = profile.pk if profile else None
    if chosen is None:
        return None
    rows = TradingPartner.objects.select_related("customer__party").filter(pk=chosen)
    return rows.select_for_update(of=("self",), no_key=True).first()


def _unknown(found: Found) -> Obstacle:
    if fault := obstacle_of(replace(found, order=None)) if found.message is None else None:
        return fault
    qualifier, identifier = found.interchange.sender
    sender = f"{qualifier}/{identifier}" if qualifier else identifier
    said = _("No trading partner is known as %(sender)s. Assign a profile and resubmit.")
    return Obstacle("orders.partner_unknown", said % {"sender": sender or "–"})


def _obstacle(found: Found, partner: TradingPartner, asked: Asked) -> Obstacle | None:
    """Why the document waits as a whole. What somebody has accepted does not count, what cannot be read does."""
    order = found.order
    obstacle = obstacle_of(found)
    if order is None or not order.lines or not order.number:
        return obstacle
    if obstacle and not asked.accept:
        return obstacle
    if not partner.takes_orders:
        return Obstacle(
            "orders.orders_not_agreed", _("No purchase orders are agreed with this trading partner.")
        )
    is_test = found.interchange.is_test or partner.usage == TradingPartner.Usage.TEST
    if is_test and not asked.accept:
        said = ngettext(
            "It is a test, of which nothing is ordered; its line could be read.",
            "It is a test, of which nothing is ordered; its %(n)s lines could be read.",
            len(order.lines),
        )
        return Obstacle("orders.test_document", said % {"n": len(order.lines)})
    if order.currency and order.currency != partner.customer.currency:
        said = _("It is in %(theirs)s; the customer trades in %(ours)s.")
        context = {"theirs": order.currency, "ours": partner.customer.currency}
        return Obstacle("orders.currency_differs", said % context)
    _ship_to, uncoded = ship_to_of(order, _reading(partner))
    return uncoded if not asked.ship_to else None


@dataclass(frozen=True, slots=True)
class _Repeated:
    origin: Origin
    obstacle: Obstacle
    order_id: int | None  # of the document that came first, when this one says the same


def _repeats(batch: Batch, delivery: Delivery, found: Found, origin: Origin) -> _Repeated | None:
    """How the document repeats an earlier one of the partner: the same again, or another under the same number."""
    number = found.order.number[:60] if found.order else ""
    own, partner = origin.document_id or 0, origin.partner_id
    rows = batch.read(EARLIER, partner, number, own, partner, origin.control, delivery.pk, own)
    for how, _document, meaning, order_id, order, at in rows:
        context = {
            "number": number,
            "day": write_day(at.date()),
            "order": order or _("waiting"),
            "n": origin.control,
        }
        if how == "number" and meaning == origin.meaning:
            said = _("The same document came on %(day)s already (%(order)s).") % context
            return _Repeated(origin, Obstacle("orders.document_repeated", said), order_id)
        if how == "number":
            said = _(
                "PO %(number)s came on %(day)s with another content (%(order)s). Amend that order, or drop this."
            )
            return _Repeated(origin, Obstacle("orders.document_changed", said % context), None)
        said = _("Interchange %(n)s came on %(day)s already, with another content (%(order)s).") % context
        return _Repeated(origin, Obstacle("orders.control_reused", said), None)
    return None


def _reading(partner: TradingPartner) -> Reading:
    code = partner.customer.party.code
    return Reading(code, partner.item_codes, partner.units, partner.ship_tos, partner.supply)


def _order(
    batch: Batch,
    delivery: Delivery,
    order: WantedOrder,
    partner: TradingPartner,
    origin: Origin,
    asked: Asked,
) -> IntakeResult:
    """The document's good lines as an order; a price that differs parks its line, or holds the order."""
    customer, reading = partner.customer, _reading(partner)
    found = resolve_codes(item_codes(order, reading.item_codes), customer.pk)
    document = as_document(order, reading, found)
    scope: dict[str, Any] = {"company": customer.company_id, "customer": customer.pk}
    how = PRICE_DIFFERENCE.value(**scope)
    differing: list[Difference] = []
    if how != "ignore" and not asked.accept:
        differing = price_differences(
            batch, order.lines, document, found, customer_id=customer.pk, channel=delivery.channel,
            tolerance_percent=PRICE_TOLERANCE.value(**scope),
        )  # fmt: skip
    if how == "park" and differing:
        document = as_document(order, reading, found, {entry.place: entry.said() for entry in differing})
    if asked.ship_to:
        document = replace(document, ship_to=asked.ship_to)
    result = intake_order.inside(
        batch, document=document, channel=delivery.channel, source=delivery.source, key=key_of(delivery, origin.place),
        park_all=True, company_id=customer.company_id, origin=origin,
    )  # fmt: skip
    waiting = {entry["line"] for entry in result.parked}
    ordered = [entry for entry in differing if entry.place not in waiting]
    if result.order_id and ordered:
        more = _(" And %(n)s more.") % {"n": len(ordered) - 1} if len(ordered) > 1 else ""
        amount = sum((entry.amount for entry in ordered), start=ordered[0].amount * 0)
        hold_price.inside(batch, order_id=result.order_id, detail=ordered[0].said() + more, amount=amount)
        result = replace(result, holds=list(dict.fromkeys([*result.holds, "price"])))
    return result


def key_of(delivery: Delivery, place: int) -> str:
    """Under which a document of a delivery is known for ever."""
    return f"{delivery.digest[:32]}:{place}"


def keep(
    batch: Batch,
    delivery: Delivery,
    found: Found,
    origin: Origin,
    obstacle: Obstacle | None,
    partner: TradingPartner | None = None,
    repeated_order: int | None = None,
) -> IntakeResult:
    """Keep a document of which nothing is ordered: parked as a whole, or as a repetition of an earlier one.

    Without an obstacle it asked for nothing: it only acknowledged.
    """
    states = IntakeDocument.State
    state = states.PARKED
    if obstacle is None or obstacle.code == "orders.document_repeated":
        state = states.DUPLICATE if obstacle else states.ACCEPTED
    order = found.order or WantedOrder()
    customer = partner.customer if partner else None
    reading = replace(NOBODY, customer=customer.party.code if customer else "")
    row: dict[str, Any] = {
        "company": customer.company_id if customer else delivery.company_id,
        "payload": payload_of(as_document(order, reading, resolve_codes([]))),
        "state": state.value,
        "order": repeated_order,
        "partner": origin.partner_id,
        "reference": order.number[:60],
        "meaning": origin.meaning,
        "code": obstacle.code if obstacle else "",
        "reason": obstacle.reason[:300] if obstacle else "",
    }
    document_id = origin.document_id
    if document_id:
        batch.write(FORGET_PARKED, document_id)
        batch.update(IntakeDocument, [document_id], **row)
    else:
        (document_id,) = batch.draw(orders_intakedocument=1)["orders_intakedocument"]
        batch.insert(
            IntakeDocument,
            id=document_id,
            channel=delivery.channel,
            source=delivery.source,
            key=key_of(delivery, origin.place),
            received_by=delivery.received_by_id,
            delivery=delivery.pk,
            place=origin.place,
            kind=origin.kind,
            control=origin.control,
            **row,
        )
    return IntakeResult(document_id, state.value, repeated_order, "", [], [])
