"""The intake queue and the pages of a document, as customer service walks them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from masterdata.models import Customer
from orders.models import IntakeDocument, OutboundMessage, SalesOrder
from tests.factories import trading_partner, user
from tests.orders.channels.edi.texts import x12_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    client.force_login(user("customer_service", name="Ann"))
    return client


def upload(clerk, text: str, name: str = "po.edi"):
    file = SimpleUploadedFile(name, text.encode())
    return clerk.post(reverse("orders:intake_upload"), {"file": file})


def document() -> IntakeDocument:
    return IntakeDocument.objects.latest("pk")


def test_an_upload_becomes_documents(shop, clerk):
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]))
    text = x12_order(("P0", "5", "EA", ""))
    shown = upload(clerk, text).content.decode()
    assert "1 document from po.edi" in shown
    assert SalesOrder.objects.get().number in shown
    assert "po.edi was taken before" in upload(clerk, text).content.decode()
    assert SalesOrder.objects.count() == 1


def test_a_document_of_a_stranger_is_assigned_in_the_browser(shop, clerk):
    upload(clerk, x12_order(("P0", "5", "EA", ""), ship_to="W1"))
    waiting = clerk.get(reverse("orders:intake_list")).content.decode()
    assert "No trading partner is known as 01/828513080" in waiting
    page = reverse("orders:intake_document", args=[document().pk])
    shown = clerk.get(page).content.decode()
    for words in ("N1*ST**92*W1~", "4711", "No trading partner is known", "Read it again and order"):
        assert words in shown
    partner = trading_partner(Customer.objects.get(pk=shop.world.customers[0]), identifier="OTHER")
    again = reverse("orders:intake_again", args=[document().pk])
    refused = clerk.post(again, {"partner": partner.pk, "accept": "on"})
    assert (refused.status_code, SalesOrder.objects.count()) == (422, 0)
    clerk.post(again, {"partner": partner.pk, "ship_to": "1"})
    answer = clerk.get(page)
    order = SalesOrder.objects.get()
    assert f"Ordered on {order.number}" in answer.content.decode()
    assert "Resubmitted" in answer.content.decode()
    raw = clerk.get(reverse("orders:intake_raw", args=[document().pk]))
    assert (raw.content[:4], raw["Content-Disposition"]) == (b"ISA*", 'attachment; filename="po.edi"')


def test_a_document_is_taken_over_and_dropped(shop, clerk):
    upload(clerk, x12_order(("P0", "5", "EA", "")))
    pk = document().pk
    clerk.post(reverse("orders:intake_owner", args=[pk]))
    assert document().owner.name == "Ann"
    assert "4711" in clerk.get(reverse("orders:intake_list"), {"view": "mine"}).content.decode()
    assert clerk.post(reverse("orders:intake_drop", args=[pk]), {"reason": ""}).status_code == 422
    clerk.post(reverse("orders:intake_drop", args=[pk]), {"reason": "Sent by mistake"})
    assert document().state == "closed"
    assert "Sent by mistake" in clerk.get(reverse("orders:intake_document", args=[pk])).content.decode()


def test_many_are_resubmitted_at_once(shop, clerk):
    for place in range(3):
        upload(clerk, x12_order(("P0", "5", "EA", ""), po=f"N{place}", control=place), f"{place}.edi")
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]))
    chosen = list(IntakeDocument.objects.values_list("pk", flat=True))
    clerk.post(reverse("orders:intake_list"), {"action": "resubmit", "id": chosen})
    assert set(IntakeDocument.objects.values_list("state", flat=True)) == {"accepted"}
    assert SalesOrder.objects.count() == 3


def test_acknowledgements_are_shown_downloaded_and_sent_again(shop, clerk):
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]))
    upload(clerk, x12_order(("P0", "5", "EA", "")))
    message = OutboundMessage.objects.get(kind="855")
    OutboundMessage.objects.update(state="sent")
    assert message.file_name in clerk.get(reverse("orders:outbound_message_list")).content.decode()
    page = reverse("orders:outbound_message", args=[message.pk])
    assert "BAK*00*AD*4711*" in clerk.get(page).content.decode()
    assert (
        clerk.get(reverse("orders:outbound_message_file", args=[message.pk])).content.decode()
        == message.content
    )
    assert clerk.post(page).status_code == 303
    assert OutboundMessage.objects.get(kind="855").state == "waiting"


def test_the_warehouse_sees_none_of_it(shop, client):
    client.force_login(user("warehouse"))
    for name in ("intake_list", "outbound_message_list", "intake_upload"):
        assert client.get(reverse(f"orders:{name}")).status_code == 403
    assert client.get(reverse("orders:partner_list")).status_code == 403


def test_programs_retake_and_discard(shop, clerk):
    upload(clerk, x12_order(("P0", "5", "EA", "")))
    address = f"/api/v1/intake-documents/{document().pk}/"
    shown = clerk.get(address).json()
    assert (shown["kind"], shown["reference"], shown["code"]) == ("850", "4711", "orders.partner_unknown")
    still = clerk.post(f"{address}retake/", {}, "application/json", headers={"Idempotency-Key": "r1"})
    assert (still.status_code, still.json()["state"]) == (200, "parked")
    gone = clerk.post(
        f"{address}discard/", {"reason": "Not ours"}, "application/json", headers={"Idempotency-Key": "d1"}
    )
    assert (gone.status_code, document().state) == (200, "closed")
    again = clerk.post(f"{address}retake/", {}, "application/json", headers={"Idempotency-Key": "r2"})
    assert (again.status_code, again.json()["code"]) == (409, "kernel.invalid_transition")
