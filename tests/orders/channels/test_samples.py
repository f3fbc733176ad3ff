"""Every sample that other people made goes through intake; what comes out of each is said here.

The partner of each sample is a customer whose numbers name our items, so that a document orders what it can.
"""

from collections import Counter
from pathlib import Path

import pytest

from erp.kernel.command import By
from masterdata.models import Customer, Item, ItemReference, ItemUnit, ShipTo, Unit
from orders.channels.actions.receive_delivery import receive_delivery
from orders.channels.actions.retake_document import retake_document
from orders.channels.delivering import EDI, take_delivery
from orders.channels.edi.reading import documents_of, standard_of, text_of
from orders.models import IntakeDocument, OutboundMessage, SalesOrder, TradingPartner
from tests.trade import Trade, trade

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "edi"
ALTERNATIVE = Path(__file__).parents[5] / "shared" / "data" / "edi"  # a worktree lies one folder deeper

pytestmark = pytest.mark.django_db

ORDERS = {
    "x12/850_adobe_shrinkwrapped.edi": ("parked", 1, "orders.currency_differs"),
    "x12/850_aojuk.edi": ("accepted", 2, ""),
    "x12/850_node.edi": ("accepted", 6, ""),
    "x12/850_pgw_glass.edi": ("parked", 4, "orders.purpose_unsupported"),
    "x12_asfound/850_a.edi": ("parked", 3, "x12.interchange_control"),
    "x12_asfound/850_adobe_shrinkwrapped.edi": ("parked", 1, "orders.currency_differs"),
    "x12_asfound/850_aojuk.edi": ("accepted", 2, ""),
    "x12_asfound/850_pgw_glass.edi": ("parked", 4, "orders.purpose_unsupported"),
    "x12_asfound/850_short.edi": ("parked", 1, "x12.interchange_control"),
    "edifact/orders_large_ok.edi": ("parked", 146, "orders.test_document"),
    "edifact/orders_pydifact.edi": ("parked", 2, "edifact.no_trailer"),
    "edifact/orders_with_group.edi": ("parked", 1, "edifact.segment_count"),
}
# What is no order waits with its name, with what is wrong with its envelope, or as an answer to a document
# that somebody else sent.
FAULTY = {
    "x12/997_invalid.edi": "orders.answer_unknown",
    "x12/997_simple.edi": "orders.answer_unknown",
    "x12/820_home_depot.edi": "x12.group_control",
    "x12/860_po_change.edi": "x12.unended",
    "x12/865_po_change_ack.edi": "x12.interchange_control",
    "x12/940_simplot.edi": "x12.interchange_control",
    "x12_asfound/820_home_depot.edi": "x12.group_control",
    "x12_asfound/832_b.edi": "x12.segment_count",
    "x12_asfound/860_po_change.edi": "x12.unended",
    "x12_asfound/865_po_change_ack.edi": "x12.interchange_control",
    "x12_asfound/940_simplot.edi": "x12.interchange_control",
    "edifact/ordrsp.edi": "edifact.interchange_control",
    "edifact/quotes_d96a.edi": "edifact.interchange_control",
    "tradacoms/order.edi": "orders.format_unknown",
    "tradacoms/order9.edi": "orders.format_unknown",
}


def folder() -> Path:
    found = next((path for path in (SAMPLES, ALTERNATIVE) if path.is_dir()), None)
    if found is None:
        pytest.skip("the samples of ../shared/data/edi are not here")
    return found


def samples() -> dict[str, bytes]:
    base = folder()
    return {str(path.relative_to(base)): path.read_bytes() for path in sorted(base.rglob("*.edi"))}


def partners_for(shop: Trade, contents: dict[str, bytes]) -> None:
    """A profile for every sender of an order, whose every item, unit and address is one of ours."""
    customer = Customer.objects.get(pk=shop.world.customers[0])
    item = Item.objects.get(pk=shop.world.items[0])
    units = set()
    seen: dict[tuple[str, str, str], TradingPartner] = {}
    for content in contents.values():
        standard = standard_of(content)
        for found in documents_of(standard, text_of(content)) if standard in ("x12", "edifact") else ():
            sender = (standard, *found.interchange.sender)
            if sender not in seen and found.interchange.sender[1]:
                seen[sender] = TradingPartner.objects.create(
                    customer=customer, standard=standard, qualifier=sender[1], identifier=sender[2][:35],
                    usage="production", item_codes=["gtin", "buyer", "supplier"],
                )  # fmt: skip
            for line in found.order.lines if found.order else ():
                units.add(line.unit or "EA")
                for role, code in line.codes:
                    if role != "maker":
                        ItemReference.objects.get_or_create(
                            item=item, kind="customer", party=customer.party, source="", code=code
                        )
            place = found.order.partner("ST", "DP") if found.order else None
            if place and place.code:
                ShipTo.objects.get_or_create(
                    customer=customer, code=place.code[:20], defaults={"country": "BE"}
                )
    for unit in {"PK", "BX", "YRD"}:
        Unit.objects.get_or_create(code=unit, defaults={"name": unit})
        ItemUnit.objects.create(item=item, unit_id=unit, numerator=12)
    for partner in seen.values():
        partner.units = dict.fromkeys(units - {"EA", "PK", "YD"}, "BX")
        partner.save()


def send(shop: Trade, name: str, content: bytes) -> list[IntakeDocument]:
    made = receive_delivery(
        By(EDI), content=content, source=name, channel="csv", company_id=shop.world.company_id
    )
    take_delivery(made.delivery_id)
    return list(IntakeDocument.objects.filter(delivery=made.delivery_id).order_by("place"))


def fresh(name: str) -> tuple[Trade, list[IntakeDocument]]:
    """One sample in a company that has seen no other."""
    contents = samples()
    shop = trade()
    partners_for(shop, contents)
    return shop, send(shop, name, contents[name])


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_ordered_or_waits(name):
    _shop, (document,) = fresh(name)
    state, lines, code = ORDERS[name]
    assert (document.state, len(document.payload["lines"]), document.code) == (state, lines, code)
    assert document.parked_lines.count() == 0
    assert (document.order.line_count if document.order else 0) == (lines if state == "accepted" else 0)
    assert document.delivery.taken_at is not None
    kinds = Counter(OutboundMessage.objects.values_list("kind", flat=True))
    assert set(kinds) <= {"997", "TA1", "855", "CONTRL", "ORDRSP"}
    assert sum(kinds.values()) == (2 if state == "accepted" else 1)


@pytest.mark.parametrize(
    "name, lines",
    [
        ("edifact/orders_large_ok.edi", 146),
        ("edifact/orders_pydifact.edi", 2),
        ("edifact/orders_with_group.edi", 1),
        ("x12/850_pgw_glass.edi", 4),
        ("x12_asfound/850_a.edi", 3),
    ],
)
def test_what_waits_is_ordered_once_somebody_accepts_it(name, lines):
    shop, (document,) = fresh(name)
    Customer.objects.filter(pk=document.partner.customer_id).update(currency=document_currency(name))
    result = retake_document(
        shop.by(), document_id=document.pk, accept=True, reason="Their buyer confirmed it"
    )
    assert result.state == "accepted", result.parked
    assert SalesOrder.objects.get(pk=result.order_id).line_count == lines


def document_currency(name: str) -> str:
    return "USD" if "850_" in name else "EUR"


def test_every_sample_goes_through():
    shop = trade()
    contents = samples()
    partners_for(shop, contents)
    made = {name: send(shop, name, content) for name, content in contents.items()}
    assert len(made) == 62
    assert all(documents for documents in made.values())
    states = Counter(document.state for documents in made.values() for document in documents)
    for name, documents in made.items():
        for document in documents:
            if name in FAULTY:
                assert (document.state, document.code) == ("parked", FAULTY[name]), name
            elif name not in ORDERS:
                assert (document.state, document.code) == ("parked", "orders.message_unsupported"), name
            assert document.reason or document.state == "accepted", name
    # as found and normalised, the same documents came twice: the second time they are known
    assert (states["accepted"], states["duplicate"], states["parked"]) == (2, 1, 62)
    assert made["x12_asfound/850_aojuk.edi"][0].order_id == made["x12/850_aojuk.edi"][0].order_id


def test_a_stranger_s_sample_waits_for_a_profile():
    shop = trade()
    (document,) = send(shop, "850_node.edi", samples()["x12/850_node.edi"])
    assert (document.state, document.code) == ("parked", "orders.partner_unknown")
    assert document.reason == "No trading partner is known as 12/4405197800. Assign a profile and resubmit."
