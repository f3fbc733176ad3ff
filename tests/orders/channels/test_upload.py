"""The upload page: look, take, the same file again, large files as a job, and correcting what waits."""

import csv
from io import BytesIO, StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from erp.kernel.jobs import run_job
from erp.kernel.models import Job, User
from inventory.models import Demand
from orders.channels import views
from orders.channels.actions.resubmit_lines import Correction, resubmit_lines
from orders.channels.sheets import TEMPLATE, read_sheet
from orders.models import IntakeDocument, ParkedLine, SalesOrder
from tests.factories import company, user
from tests.trade import Trade

pytestmark = pytest.mark.django_db

FILE = b"customer;po;item;quantity\nC0;A-1;P0;3\nC0;A-1;nope;1\nC1;B-1;P1;2\nC9;X;P1;1\nC0;A-1;P1;0,5\n"
UPLOAD = "orders:intake_upload"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


def look(clerk: Client, content: bytes = FILE, name: str = "orders.csv"):
    return clerk.post(reverse(UPLOAD), {"file": SimpleUploadedFile(name, content)})


def take(clerk: Client, content: bytes = FILE):
    return clerk.post(reverse(UPLOAD), {"token": look(clerk, content).context["token"]})


REPORT = [
    (3, "C0", "nope", "No item is known as “nope”."),
    (
        5,
        "C9",
        "P1",
        "There is no customer C9. Send the customer's number as it stands in the customer record.",
    ),
    (6, "C0", "P1", "0.5 EA is not a whole number of the smallest stock unit that is kept. Try 1 EA."),
]


def test_the_look_writes_nothing_and_says_what_would_wait(shop, clerk):
    page = look(clerk)
    assert page.status_code == 200
    would_wait = sorted((line.line, reason) for _look, line, reason in page.context["rows"] if reason)
    assert would_wait == [(row, reason) for row, _customer, _item, reason in REPORT]
    assert not SalesOrder.objects.exists()
    assert not IntakeDocument.objects.exists()


def test_good_rows_become_orders_and_the_others_wait_with_their_reason(shop, clerk):
    page = take(clerk)
    assert page.context["report"] == REPORT
    assert sorted(SalesOrder.objects.values_list("customer_po", "line_count", "channel")) == [
        ("A-1", 1, "csv"),
        ("B-1", 1, "csv"),
    ]
    states = IntakeDocument.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["partly", "accepted", "parked"]
    assert list(ParkedLine.objects.order_by("line").values_list("line", "code")) == [
        (3, "orders.item_unknown"),
        (5, "orders.customer_unknown"),
        (6, "orders.line_refused"),
    ]


def test_the_same_file_again_changes_nothing_whoever_sends_it(shop, clerk):
    first = take(clerk)
    colleague = Client()
    colleague.force_login(user("customer_service"))
    again = look(colleague)
    assert again.context["before"].source == "orders.csv"
    page = colleague.post(reverse(UPLOAD), {"token": again.context["token"]})
    assert page.context["report"] == first.context["report"]
    assert (SalesOrder.objects.count(), IntakeDocument.objects.count(), ParkedLine.objects.count()) == (
        2,
        3,
        3,
    )


def test_a_refused_file_says_why_and_keeps_nothing(shop, clerk):
    page = look(clerk, b"nothing of ours\n1\n")
    assert page.status_code == 422
    assert "no column is headed customer, item, quantity" in page.content.decode()
    assert not default_storage.exists("intake")


def test_a_token_is_its_user_s_only(shop, clerk):
    token = look(clerk).context["token"]
    other = Client()
    other.force_login(user("customer_service"))
    page = other.post(reverse(UPLOAD), {"token": token})
    assert (page.status_code, SalesOrder.objects.count()) == (422, 0)
    assert clerk.post(reverse(UPLOAD), {"token": token + "x"}).status_code == 422
    warehouse = Client()
    warehouse.force_login(user("warehouse"))
    assert warehouse.get(reverse(UPLOAD)).status_code == 403


def test_a_large_file_is_a_job(shop, clerk, monkeypatch):
    monkeypatch.setattr(views, "INLINE_ORDERS", 2)
    page = take(clerk)
    job = Job.objects.get()
    assert page["Location"] == reverse("job", args=[job.public_id])
    assert not SalesOrder.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_job_takes_the_file_once(shop, clerk, monkeypatch):
    monkeypatch.setattr(views, "INLINE_ORDERS", 2)
    monkeypatch.setattr("erp.kernel.jobs._send", lambda job_id, queue: None)
    take(clerk)
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.total, job.done, job.failed) == ("done", 3, 3, 1)
    assert job.message == "2 orders, 3 rows wait"
    with default_storage.open(job.artefact) as file:
        rows = list(csv.reader(StringIO(file.read().decode("utf-8-sig"))))
    assert rows[0] == ["Row", "Customer", "Item", "Reason"]
    assert [tuple(row) for row in rows[1:]] == [(str(row), *rest) for row, *rest in REPORT]
    run_job(job.pk)
    assert SalesOrder.objects.count() == 2


def test_the_templates_are_files_that_we_read(shop, clerk):
    for kind in ("csv", "xlsx"):
        content = clerk.get(reverse("orders:intake_template", args=[kind])).content
        assert content
    row = "C0;P-1;;;2026-11-27;P0;2;EA;;;"
    heading = clerk.get(reverse("orders:intake_template", args=["csv"])).content.decode("utf-8-sig").strip()
    assert heading == ",".join(TEMPLATE)
    sheet = read_sheet(f"{heading}\n{row.replace(';', ',')}".encode())
    assert (sheet.unused, sheet.orders[0].document.customer_po) == ([], "P-1")
    assert clerk.get(reverse("orders:intake_template", args=["exe"])).status_code == 404
    assert BytesIO(content).read(2) == b"PK"


def test_a_parked_line_is_corrected_on_its_page(shop, clerk):
    take(clerk)
    parked = ParkedLine.objects.get(line=3)
    page = reverse("orders:parked_line", args=[parked.pk])
    assert clerk.get(page).status_code == 200
    wrong = clerk.post(page, {"item": "still wrong", "quantity": "1", "unit": ""})
    assert wrong.status_code == 422
    assert "No item is known as “still wrong”." in wrong.content.decode()
    assert clerk.post(page, {"item": "p4", "quantity": "6", "unit": ""}).status_code == 303
    order = SalesOrder.objects.latest("pk")
    assert (order.customer_po, order.lines.get().item_id) == ("A-1", shop.world.items[4])
    parked.refresh_from_db()
    assert (parked.resolution, parked.order_id, parked.document.state) == ("resubmitted", order.pk, "partly")
    assert clerk.get(page).status_code == 404


def test_a_parked_document_gets_its_customer_corrected(shop, clerk):
    take(clerk)
    parked = ParkedLine.objects.get(line=5)
    body = {"item": "P1", "quantity": "1", "unit": "", "customer": "C1", "customer_po": "X", "ship_to": ""}
    assert clerk.post(reverse("orders:parked_line", args=[parked.pk]), body).status_code == 303
    assert SalesOrder.objects.latest("pk").customer_id == shop.world.customers[1]


def test_lines_are_dropped_with_a_reason(shop, clerk):
    take(clerk)
    first, second, third = ParkedLine.objects.order_by("line")
    drop = reverse("orders:parked_drop", args=[first.pk])
    assert clerk.post(drop, {"reason": ""}).status_code == 400
    assert clerk.post(drop, {"reason": "Withdrawn"}).status_code == 303
    bulk = {"action": "drop", "id": [second.pk, third.pk], "asked": "1", "reason": "Wrong file"}
    assert clerk.post(reverse("orders:parked_list"), bulk).status_code in (204, 303)
    reasons = ParkedLine.objects.order_by("line").values_list("resolution", "resolution_reason")
    assert list(reasons) == [("dropped", "Withdrawn"), ("dropped", "Wrong file"), ("dropped", "Wrong file")]


def test_lists_and_documents_are_of_the_reader_s_company(shop, clerk):
    take(clerk)
    document = IntakeDocument.objects.get(state="partly")
    shown = clerk.get(reverse("orders:intake_document", args=[document.pk]))
    assert "No item is known as “nope”." in shown.content.decode()
    assert "orders.csv" in clerk.get(reverse("orders:intake_list")).content.decode()
    stranger = Client()
    stranger.force_login(user("customer_service", scope=f"company:{company().pk}"))
    assert "orders.csv" not in stranger.get(reverse("orders:intake_list")).content.decode()
    assert "nope" not in stranger.get(reverse("orders:parked_list")).content.decode()
    parked = ParkedLine.objects.first()
    for name, pk in (("intake_document", document.pk), ("parked_line", parked.pk)):
        assert stranger.get(reverse(f"orders:{name}", args=[pk])).status_code == 404
    assert stranger.post(reverse("orders:parked_drop", args=[parked.pk]), {"reason": "x"}).status_code == 404


def test_rows_name_the_site_they_leave_from(shop, clerk):
    content = b"customer;po;item;quantity;ships from\nC0;A-1;P0;3;\nC0;A-1;P1;2;b1\nC0;A-1;P2;1;Q7\n"
    page = look(clerk, content)
    assert "No active site is known as \u201cQ7\u201d." in page.content.decode()
    take(clerk, content)
    order = SalesOrder.objects.get()
    found = Demand.objects.filter(group__document=order.number).order_by("pk")
    assert list(found.values_list("site__code", "ordered")) == [("B0", 3), ("B1", 2)]
    parked = ParkedLine.objects.get()
    assert (parked.code, parked.payload["site"]) == ("orders.site_unknown", "Q7")
    fix = {"line": parked.line, "item": "P2", "quantity": "1", "site": "B1"}
    resubmit_lines(shop.by(), document_id=parked.document_id, corrections=[Correction(**fix)], lines=[])
    assert Demand.objects.get(item=shop.world.items[2]).site_id == shop.world.sites[1]
