import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from erp.kernel.command import By
from erp.kernel.models import User
from orders.channels.actions.resolve_parked import drop_parked, resubmit_parked
from orders.channels.errors import AlreadyResolved, FileRefused
from orders.channels.files import read_orders
from orders.entry.errors import LineRefused
from orders.models import IntakeDocument, ParkedLine, SalesOrder
from tests.factories import actor
from tests.orders.books import assert_kept
from tests.trade import Trade, trade

TODAY = date(2026, 11, 23)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_files_of_every_kind(delimiter, encoding):
    rows = [["Customer", "PO", "Item", "Qty", "Note"], ["C0", "Ü-1", "P0", "1200.5", "é"], ["C0", "ü-1", "P1", "2", ""]]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    (document,) = read_orders(content, TODAY).documents
    assert (document.customer, document.customer_po, document.note) == ("C0", "Ü-1", "é")
    assert [(line.line, line.item, line.quantity) for line in document.lines] == [(1, "P0", "1200.5"), (2, "P1", "2")]


def test_a_workbook_with_dates_and_figures():
    content = workbook(
        ["customer", "item", "quantity", "price", "requested date"], ["C0", 4711, 3.0, 2.5, datetime(2026, 12, 1)]
    )
    (document,) = read_orders(content, TODAY).documents
    assert document.requested_on == date(2026, 12, 1)
    assert [(line.item, line.quantity, line.price) for line in document.lines] == [("4711", "3", "2.5")]


def test_what_cannot_be_read_stays_as_it_stands():
    content = workbook(
        ["customer", "item", "quantity"],
        ["C0", "=1+1", "NaN"],
        ["C0", "P0", "1e400"],
        ["", "P0", 1],
        [None, None, None],
    )
    read = read_orders(content, TODAY)
    assert [(line.item, line.quantity) for line in read.documents[0].lines] == [("=1+1", "NaN"), ("P0", "1e400")]
    assert read.skipped == [(4, "The row names no customer.")]


def test_half_a_row_has_no_quantity():
    (document,) = read_orders(b"customer,item,quantity\nC0,P0,1\nC0,P", TODAY).documents
    assert [(line.item, line.quantity) for line in document.lines] == [("P0", "1"), ("P", "")]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * (101 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no column customer"),
        (b"a\0b", "neither text nor"),
        (b"customer:item:quantity\nC0:P0:1", "no column customer, item, quantity"),
        (b"customer,item,quantity\n", "no rows"),
        (",".join(["customer", "item", "quantity", *map(str, range(1_000_000))]).encode(), "more than 60 columns"),
        (b"customer,item,quantity\n" + b"C0,P0,1\n" * 20_001, "more than 20000 rows"),
        (b"customer,item,quantity\n" + b"".join(b"C%d,P0,1\n" % n for n in range(201)), "more than 200 orders"),
        (b"PK\x03\x04" + b"rubbish" * 20, "no whole Excel workbook"),
        (workbook(["customer", "item", "quantity"], ["C0", "P0", 1])[:-400], "no whole Excel workbook"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_files_that_are_refused_as_a_whole(content, why):
    with pytest.raises(FileRefused) as refusal:
        read_orders(content, TODAY)
    assert why in str(refusal.value)


def test_a_bomb_is_not_unpacked():
    with pytest.raises(FileRefused) as refusal:
        read_orders(bomb(), TODAY)
    assert "unpack" in str(refusal.value)


# The page -------------------------------------------------------------------------------------------


@pytest.fixture
def shop(db: None) -> Trade:
    return trade()


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


FILE = b"customer;po;item;quantity\nC0;A-1;P0;3\nC0;A-1;nope;1\nC1;B-1;P1;2\nC9;X;P1;1\n"


def send(clerk: Client, content: bytes = FILE) -> str:
    address = reverse("orders:intake_upload")
    looked = clerk.post(address, {"file": SimpleUploadedFile("orders.csv", content)})
    assert looked.status_code == 200
    assert "1 line would park" in looked.content.decode()
    token = looked.context["token"]
    taken = clerk.post(address, {"token": token})
    assert taken.status_code == 200
    return taken.content.decode()


def test_look_take_and_again(shop, clerk):
    page = send(clerk)
    assert "2 orders from orders.csv" in page
    assert "There is no customer C9" in page
    assert sorted(SalesOrder.objects.values_list("customer_po", "line_count")) == [("A-1", 1), ("B-1", 1)]
    assert set(IntakeDocument.objects.values_list("state", flat=True)) == {"accepted", "partly"}
    # the same file again changes nothing
    send(clerk)
    assert (SalesOrder.objects.count(), ParkedLine.objects.count()) == (2, 1)


def test_a_parked_line_is_corrected_onto_its_order(shop, clerk):
    send(clerk)
    parked = ParkedLine.objects.get()
    page = reverse("orders:parked_line", args=[parked.pk])
    assert clerk.get(reverse("orders:parked_list")).status_code == 200
    wrong = clerk.post(page, {"item": "still wrong", "quantity": "1", "unit": ""})
    assert wrong.status_code == 422
    assert clerk.post(page, {"item": "p4", "quantity": "6", "unit": ""}).status_code == 303
    order = SalesOrder.objects.get(customer_po="A-1")
    assert list(order.lines.order_by("line").values_list("item", "quantity")) == [
        (shop.world.items[0], Decimal(3)),
        (shop.world.items[4], Decimal(6)),
    ]
    parked.refresh_from_db()
    assert (parked.resolution, parked.document.state) == ("resubmitted", "accepted")
    assert_kept(order.bill_to_id)
    with pytest.raises(AlreadyResolved):
        resubmit_parked(shop.by(), parked_id=parked.pk, item="p4", quantity="6")


def test_a_wholly_parked_order_starts_with_its_first_good_line(shop, clerk):
    send(clerk, b"customer,item,quantity,po\nC0,nope,1,Z-1\nC0,nix,2,Z-1\n".replace(b"C0,nix,2,Z-1\n", b""))
    parked = ParkedLine.objects.get()
    with pytest.raises(LineRefused):
        resubmit_parked(shop.by(), parked_id=parked.pk, item="p0", quantity="0.5")
    assert not SalesOrder.objects.exists()
    made = resubmit_parked(shop.by(), parked_id=parked.pk, item="p0", quantity="5")
    order = SalesOrder.objects.get()
    assert (made.order_id, order.customer_po, order.channel) == (order.pk, "Z-1", "csv")


def test_dropped_is_dropped_once(shop, clerk):
    send(clerk)
    parked = ParkedLine.objects.get()
    by = By(actor("customer_service"))
    assert drop_parked(by, parked_ids=[parked.pk]).parked_ids == [parked.pk]
    assert drop_parked(shop.by(), parked_ids=[parked.pk]).parked_ids == []
    parked.refresh_from_db()
    assert (parked.resolution, parked.resolved_by) == ("dropped", by.actor.name)
