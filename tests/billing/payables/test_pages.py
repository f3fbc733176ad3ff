"""Payables on the pages: entered, compared, decided, uploaded, and nothing of another company."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from billing.einvoice.cii import write_cii
from billing.einvoice.rules import semantic_invoice
from billing.einvoice.semantic import SemanticInvoice
from billing.einvoice.ubl import write_ubl
from billing.models import MatchException, SupplierInvoice
from billing.payables.reading import MOST_BYTES
from erp.kernel.attachments import files_of
from erp.kernel.formats import write_day
from masterdata.models import Supplier
from tests import factories as make
from tests.billing.einvoice.kinds import KINDS
from tests.billing.payables.buying import charge, found, goods, order, received, seller
from tests.factories import local_day

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def finance(shop, client: Client) -> Client:
    client.force_login(make.user("finance", username="fin"))
    return client


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def paper(*lines: tuple[str, str, str], **changes: str) -> dict[str, Any]:
    """What is typed for an invoice of these lines: against, quantity, net."""
    return {
        "key": "k-1", "supplier": str(seller()), "kind": "invoice", "reference": "2026-117",
        "issued_on": write_day(local_day()), "net": "60.00", "tax": "12.60", "gross": "72.60",
        "against": [line[0] for line in lines], "quantity": [line[1] for line in lines],
        "text": ["" for _line in lines], "rate": ["21"], "base": [""], "tax_amount": [""],
        "line_net": [line[2] for line in lines], **changes,
    }  # fmt: skip


def test_what_came_is_proposed_entered_and_posted(shop, finance):
    (line,) = received(shop, 10)
    number = line.order.number
    page = text_of(finance, reverse("inventory:purchase_order", args=[line.order_id]))
    address = f"{reverse('billing:supplier_invoice_new')}?order={number}"
    assert address in page
    page = text_of(finance, address)
    assert f'value="{number}/1"' in page and 'value="60.00"' in page
    answer = finance.post(reverse("billing:supplier_invoice_new"), paper((f"{number}/1", "10", "60.00")))
    made = SupplierInvoice.objects.get()
    assert answer["Location"] == reverse("billing:supplier_invoice", args=[made.number])
    page = text_of(finance, answer["Location"])
    assert "Posted" in page and number in page and "Journal" in page
    for name, shown in (
        ("supplier_invoice_list", made.number),
        ("payable_list", made.number),
        ("goods_accrual_list", "Everything that came is invoiced"),
        ("match_exception_list", "No exception waits"),
    ):
        assert shown in text_of(finance, f"{reverse(f'billing:{name}')}?view=posted"), name
    receipt = line.order.receipts.get()
    assert made.number in text_of(finance, reverse("inventory:receipt", args=[receipt.pk]))
    back = finance.post(
        reverse("billing:supplier_invoice_decide", args=[made.number, "reverse"]),
        {"key": "k", "reason": "Wrong"},
    )
    assert back.status_code == 302
    assert "APR-" in text_of(finance, answer["Location"])


def test_what_is_typed_wrongly_stays_in_the_form(shop, finance):
    address = reverse("billing:supplier_invoice_new")
    for change, said in (
        ({"line_net": ["sixty"]}, "Line 1"),
        ({"against": ["PO-0/1"]}, "There is no purchase order line"),
        ({"against": ["9999"]}, "There is no account 9999"),
        ({"rate": ["x"]}, "Tax:"),
        ({"against": [""], "quantity": [""], "line_net": [""]}, "Enter at least one line."),
    ):
        answer = finance.post(address, paper(("", "10", "60.00"), **change))
        assert answer.status_code == 422, change
        assert said in answer.content.decode(), change
        assert "2026-117" in answer.content.decode()
    assert not SupplierInvoice.objects.exists()


def test_a_price_is_corrected_or_accepted_by_a_colleague(shop, finance):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 90))
    page = reverse("billing:supplier_invoice", args=[done.number])
    assert "agreed 60.00 for it" in text_of(finance, page)
    accept = reverse("billing:supplier_invoice_decide", args=[done.number, "accept"])
    assert finance.post(accept, {"key": "a", "reason": "Fine"}).status_code == 422  # no right
    buyer = Client()
    buyer.force_login(make.user("procurement", username="buyer"))
    queue = reverse("billing:match_exception_list")
    assert "Accept or refuse" in text_of(buyer, queue)
    assert buyer.post(accept, {"key": "a", "reason": ""}).status_code == 422
    assert buyer.post(accept, {"key": "a", "reason": "Surcharge"}).status_code == 302
    assert SupplierInvoice.objects.get().state == "posted"
    other = charge(shop, goods(line, 1, 6), reference="2026-118")
    change = reverse("billing:supplier_invoice_change", args=[other.number])
    assert f'value="{line.order.number}/1"' in text_of(finance, change)
    typed = paper(("", "1", "6.00"), net="6.00", tax="1.26", gross="7.26", reference="2026-119")
    typed |= {"version": "1", "due_on": typed["issued_on"], "currency": "EUR"}
    assert finance.post(change, typed).status_code == 302
    assert found(other.invoice_id) == {"not_ordered": 6}
    assert finance.post(change, {**typed, "key": "k-2"}).status_code == 409  # somebody was faster
    refuse = reverse("billing:supplier_invoice_decide", args=[other.number, "refuse"])
    assert buyer.post(refuse, {"key": "r", "reason": "Not ours"}).status_code == 302
    assert "Not ours" in text_of(buyer, reverse("billing:supplier_invoice", args=[other.number]))


def test_the_queue_in_bulk(shop, finance):
    (line,) = received(shop, 10)
    for n in range(2):
        charge(shop, goods(line, 1, 9), reference=f"B-{n}")
    charge(shop, goods(line, 40, 240), reference="B-2")
    buyer = Client()
    buyer.force_login(make.user("procurement", username="buyer"))
    queue = reverse("billing:match_exception_list")
    ids = list(MatchException.objects.order_by("pk").values_list("pk", flat=True))
    answer = buyer.post(
        queue, {"action": "accept", "asked": "1", "id": ids, "reason": "Agreed"}, HTTP_HX_REQUEST="true"
    )
    assert answer.status_code in (200, 204), answer.content
    assert SupplierInvoice.objects.filter(state="posted").count() == 2
    assert MatchException.objects.get(resolved_at=None).kind == "over_billed"


def test_another_companys_invoice_is_not_there(shop):
    (line,) = received(shop, 10)
    done = charge(shop, goods(line, 10, 60))
    stranger = Client()
    stranger.force_login(make.user("finance", scope=f"company:{make.company().pk}"))
    text_of(stranger, reverse("billing:supplier_invoice", args=[done.number]), 404)
    assert done.number not in text_of(stranger, f"{reverse('billing:supplier_invoice_list')}?view=all")


# Files -------------------------------------------------------------------------------------------


def take(client: Client, content: bytes, name: str = "invoice.xml") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("billing:supplier_invoice_upload"), {"key": "f", "file": file})


def einvoice(line: Any, **changes: Any) -> SemanticInvoice:
    """An e-invoice of the supplier over the order of a line."""
    party = Supplier.objects.get(pk=seller()).party
    party.tax_number = "BE 0477.472.701"
    party.save()
    said = semantic_invoice(KINDS["one line"])
    own = replace(said.lines[0], item=line.item.code)
    return replace(said, purchase_order=line.order.number, lines=(own,), **changes)


@pytest.mark.parametrize("write", [write_ubl, write_cii])
def test_an_einvoice_is_matched_and_kept(shop, finance, write):
    (line,) = order(shop, 10)
    said = einvoice(line)
    content = write(said)
    answer = take(finance, content)
    made = SupplierInvoice.objects.get()
    assert answer["Location"] == reverse("billing:supplier_invoice", args=[made.number])
    assert (made.reference, made.net, made.tax, made.gross, made.source) == (
        said.number, said.totals.net, said.totals.tax, said.totals.gross, "einvoice",
    )  # fmt: skip
    assert made.lines.get().purchase_line == line
    assert "not_received" in found(made.pk)
    (file,) = files_of(made)
    assert (file.name, file.size) == ("invoice.xml", len(content))
    # the same file again is the same invoice
    assert take(finance, content)["Location"] == answer["Location"]
    assert SupplierInvoice.objects.count() == files_of(made).count() == 1


def test_a_credit_note_with_allowances_and_freight(shop, finance):
    (line,) = received(shop, 10)
    said = semantic_invoice(KINDS["credit memo"])
    party = Supplier.objects.get(pk=seller()).party
    party.tax_number = said.seller.vat
    party.save()
    take(finance, write_ubl(replace(said, purchase_order=line.order.number)))
    made = SupplierInvoice.objects.get()
    assert (made.kind, made.gross) == ("credit_note", abs(said.totals.gross))
    assert sum(row.net for row in made.lines.all()) == made.net


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "no-doctype"),
        (OUTSIDE, "no-doctype"),
        (b"<Invoice/>", "neither a UBL 2.1 invoice"),
        (b"<Invoice", "no well-formed XML"),
        (b"<" + b"x" * MOST_BYTES, "it has more than 10 MB"),
        (b"\xff\xfe supplier", "not in UTF-8"),
        (b"a,b,c\n1,2,3", "does not name the columns"),
        (b"supplier,reference,issued_on,net,gross\n1,2", "another number of columns"),
        (b"supplier,reference,issued_on,net,gross\n", "it has 0 documents"),
    ],
)
def test_what_is_no_invoice_is_refused_with_the_reason(shop, finance, content, said):
    answer = take(finance, content)
    assert (answer.status_code, SupplierInvoice.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_an_unknown_seller_is_refused(shop, finance):
    answer = take(finance, write_ubl(semantic_invoice(KINDS["one line"])))
    assert (answer.status_code, SupplierInvoice.objects.count()) == (422, 0)
    assert "Meridian Supply NV (BE0477472701) is not one supplier of ours" in answer.content.decode()


def test_a_list_of_lines(shop, finance):
    first, second = received(shop, 10, 5)
    supplier = Supplier.objects.select_related("party").get(pk=seller())
    head = "supplier,reference,issued_on,order,order_line,quantity,net,tax_rate,tax,gross"
    code, number, day = supplier.party.code, first.order.number, local_day()
    rows = [
        f"{code},A-1,{day},{number},1,10,60.00,21,12.60,108.90",
        f"{code},A-1,{day},{number},2,5,30.00,21,6.30,108.90",
        f"{code},A-2,{day},{number},9,5,30.00,0,0,30.00",
        f"{code},A-3,{day},,,1,sixty,0,0,30.00",
        f"nobody,A-4,{day},,,1,60,0,0,60.00",
    ]
    page = take(finance, "\n".join([head, *rows]).encode(), "list.csv").content.decode()
    made = SupplierInvoice.objects.get()
    assert (made.reference, made.gross, made.state, made.source) == ("A-1", D("108.90"), "posted", "file")
    for said in (
        made.number,
        f"no purchase order line {number}/9",
        "“sixty” in net is no number",
        "nobody (without",
    ):
        assert said in page, said
    assert (second.accrual.billed, first.accrual.billed) == (5, 10)
    take(finance, "\n".join([head, *rows]).encode(), "list.csv")
    assert SupplierInvoice.objects.count() == 1
