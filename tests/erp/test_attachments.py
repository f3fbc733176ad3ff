"""Files of documents: kept as they came, given out as downloads to whoever sees the document, hostile ones refused."""

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from erp.kernel.actor import Actor
from erp.kernel.attachments import (
    MOST_BYTES,
    FileChanged,
    FileNotTaken,
    FileThereAlready,
    attach_file,
    content_of,
    remove_attachment,
    store_file,
)
from erp.kernel.command import By
from erp.kernel.errors import NotFound, NotPermitted
from erp.kernel.models import Attachment, Decision, User
from orders.models import CustomerReturn, SalesOrder
from orders.returns.queries import timeline_of
from tests import factories
from tests.erp.two_companies import side
from tests.support import run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"damage"
PDF = b"%PDF-1.7 letter"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def shop() -> Trade:
    return trade(items=2)


@pytest.fixture
def order(shop: Trade) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit(1).order_id)


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


def upload(client: Client, order: SalesOrder, name: str = "damage.png", content: bytes = PNG) -> Any:
    address = reverse("attachment_add", args=["orders.salesorder", order.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def archive(*names: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


def test_a_photo_is_added_shown_given_out_and_removed(order: SalesOrder, clerk: Client) -> None:
    assert upload(clerk, order).status_code == 303
    file = Attachment.objects.get()
    digest = hashlib.sha256(PNG).hexdigest()
    assert (file.subject, file.subject_id, file.name) == ("orders.salesorder", order.pk, "damage.png")
    assert (file.content_type, file.size, file.sha256) == ("image/png", len(PNG), digest)
    assert (file.added_by, file.removed_at) == ("bench", None)
    assert (Path(settings.MEDIA_ROOT) / file.path).read_bytes() == PNG
    assert Decision.objects.get(verb="kernel.attach_file").outcome["name"] == "damage.png"
    page = reverse("orders:order", args=[order.number])
    assert "damage.png" in clerk.get(page).content.decode()
    assert "File added" in clerk.get(page).content.decode()

    given = clerk.get(reverse("attachment", args=[file.pk]))
    assert (given.status_code, given.content, given["Content-Type"]) == (200, PNG, "image/png")
    assert given["Content-Disposition"].startswith('attachment; filename="damage.png"')
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert given["Cache-Control"] == "private, no-store"

    assert clerk.post(reverse("attachment_remove", args=[file.pk])).status_code == 303
    file.refresh_from_db()
    assert file.removed_by == "bench"
    assert (Path(settings.MEDIA_ROOT) / file.path).exists()
    assert clerk.get(reverse("attachment", args=[file.pk])).status_code == 404
    assert reverse("attachment", args=[file.pk]) not in clerk.get(page).content.decode()
    # and may be added again
    assert upload(clerk, order).status_code == 303


def test_the_same_file_once_per_document(order: SalesOrder, shop: Trade) -> None:
    file = store_file("a.pdf", PDF)
    given = {"subject": "orders.salesorder", "subject_id": order.pk}
    attach_file(shop.by(), **given, file=file)
    with pytest.raises(FileThereAlready, match=r"as a\.pdf"):
        attach_file(shop.by(), **given, file=store_file("b.pdf", PDF))
    other = shop.submit(1).order_id
    attach_file(shop.by(), subject="orders.salesorder", subject_id=other, file=file)
    assert Attachment.objects.count() == 2
    assert len([place for place in Path(settings.MEDIA_ROOT).rglob("*") if place.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg onload='alert(1)'/>"),
        ("setup.exe", b"MZ"),
        ("invoice.pdf.exe", PDF),
        ("invoice.pdf", b"MZ\x90 program"),
        ("photo.jpg", b"<html>"),
        ("list.csv", b"a;b\x00"),
        ("list.txt", b"\xff\xfe\xfa"),
        ("nothing.pdf", b""),
        ("no-end", PDF),
        ("macro.xlsx", archive("xl/vbaProject.bin", "xl/workbook.xml")),
        ("broken.docx", b"PK\x03\x04 not an archive"),
        ("big.pdf", b"%PDF-" + b"0" * MOST_BYTES),
    ],
)
def test_what_is_not_on_the_list_or_not_what_it_says_is_refused(
    order: SalesOrder, clerk: Client, name: str, content: bytes
) -> None:
    with pytest.raises(FileNotTaken):
        store_file(name, content)
    assert upload(clerk, order, name, content).status_code == 422
    assert not Attachment.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\photo.txt", "photo.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("évidence “1”.txt", "évidence “1”.txt"),
        ('quote".txt', 'quote".txt'),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ],
)
def test_a_name_is_a_name_and_no_path_nor_header(
    order: SalesOrder, clerk: Client, shop: Trade, given: str, kept: str
) -> None:
    file = store_file(given, b"plain")
    assert (file.name, file.path) == (kept, f"attachments/{file.sha256[:2]}/{file.sha256}")
    made = attach_file(shop.by(), subject="orders.salesorder", subject_id=order.pk, file=file)
    answer = clerk.get(reverse("attachment", args=[made.attachment_id]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].count('"') == 2
    assert "Set-Cookie" not in answer.headers


def test_spreadsheets_documents_and_text_are_taken() -> None:
    assert store_file("a.xlsx", archive("xl/workbook.xml")).content_type.endswith("sheet")
    assert store_file("a.docx", archive("word/document.xml")).content_type.endswith("document")
    assert store_file("a.CSV", "näme;1".encode()).content_type == "text/csv"
    assert store_file("a.JPEG", b"\xff\xd8\xff rest").content_type == "image/jpeg"


def test_right_and_row_scope_are_those_of_the_document(order: SalesOrder, shop: Trade) -> None:
    file = store_file("a.pdf", PDF)
    made = attach_file(shop.by(), subject="orders.salesorder", subject_id=order.pk, file=file)
    elsewhere = factories.company(code="ELSE")
    strangers = [
        factories.user("customer_service", scope=f"company:{elsewhere.pk}"),
        factories.user("administrator"),
    ]
    for stranger in strangers:
        with pytest.raises(NotPermitted):
            attach_file(
                By(Actor.of(stranger)),
                subject="orders.salesorder",
                subject_id=order.pk,
                file=store_file("b.txt", b"b"),
            )
        with pytest.raises(NotPermitted):
            remove_attachment(By(Actor.of(stranger)), attachment_id=made.attachment_id)
        client = Client()
        client.force_login(stranger)
        assert client.get(reverse("attachment", args=[made.attachment_id])).status_code == 404
        assert client.post(reverse("attachment_remove", args=[made.attachment_id])).status_code == 404
        assert upload(client, order).status_code in (403, 404)
    # whoever may read the order but not put files to it
    reader = Client()
    reader.force_login(factories.user("executive"))
    assert reader.get(reverse("attachment", args=[made.attachment_id])).status_code == 200
    assert upload(reader, order).status_code == 403
    assert "files-file" not in reader.get(reverse("orders:order", args=[order.number])).content.decode()
    assert Client().get(reverse("attachment", args=[made.attachment_id])).status_code == 302
    assert Attachment.objects.filter(removed_at=None).count() == 1


def test_only_kinds_of_documents_that_take_files(shop: Trade, clerk: Client) -> None:
    with pytest.raises(NotFound):
        attach_file(shop.by(), subject="kernel.user", subject_id=1, file=store_file("a.pdf", PDF))
    with pytest.raises(NotFound):
        attach_file(shop.by(), subject="orders.salesorder", subject_id=0, file=store_file("a.pdf", PDF))
    address = reverse("attachment_add", args=["kernel.user", 1])
    assert clerk.post(address, {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 404
    assert not Attachment.objects.exists()


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(order: SalesOrder, shop: Trade) -> None:
    made = attach_file(
        shop.by(), subject="orders.salesorder", subject_id=order.pk, file=store_file("a.pdf", PDF)
    )
    file = Attachment.objects.get(pk=made.attachment_id)
    (Path(settings.MEDIA_ROOT) / file.path).write_bytes(b"%PDF- other")
    with pytest.raises(FileChanged):
        content_of(file)


def test_returns_and_customers_take_files() -> None:
    one = side("ONE")
    rma: CustomerReturn = one.rows["return"]
    client = Client()
    client.force_login(one.clerk)
    for subject, row, page in (
        ("orders.customerreturn", rma, reverse("orders:return", args=[rma.number])),
        (
            "masterdata.customer",
            one.rows["customer"],
            reverse("masterdata:customer", args=[one.rows["customer"].pk]),
        ),
    ):
        address = reverse("attachment_add", args=[subject, row.pk])
        answer = client.post(address, {"file": SimpleUploadedFile("photo of damage.png", PNG)})
        assert (answer.status_code, answer["Location"]) == (303, page)
        assert "photo of damage.png" in client.get(page).content.decode()
    photo = Attachment.objects.get(subject="orders.customerreturn")
    assert client.post(reverse("attachment_remove", args=[photo.pk])).status_code == 303
    told = [(str(entry["what"]), entry["text"]) for entry in timeline_of(rma)]
    assert told[:2] == [("File removed", "photo of damage.png"), ("File added", "photo of damage.png")]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_same_file_at_the_same_moment_is_added_once() -> None:
    shop = trade(items=2)
    order_id, file = shop.submit(1).order_id, store_file("a.pdf", PDF)
    results = run_concurrently(
        lambda n: attach_file(shop.by(), subject="orders.salesorder", subject_id=order_id, file=file),
        range(4),
    )
    assert sum(isinstance(result, FileThereAlready) for result in results) == 3
    assert Attachment.objects.count() == 1
