"""Files come through a folder and acknowledgements go through it, whatever is killed in between."""

import os
import signal
import time
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from erp.kernel.batch import Batch
from erp.kernel.command import By
from erp.kernel.errors import Busy
from erp.kernel.models import User
from masterdata.models import Customer
from orders.channels import delivering, importing, taking
from orders.channels import folder as folders
from orders.channels.actions import receive_delivery as receiving
from orders.channels.actions.intake_order import intake_order
from orders.channels.actions.receive_delivery import receive_delivery
from orders.channels.actions.resend_messages import resend_messages
from orders.channels.actions.take_document import take_document
from orders.channels.folder import Swept, folder, sweep
from orders.models import Delivery, IntakeDocument, OutboundMessage, ParkedLine, SalesOrder
from tests.factories import trading_partner, user
from tests.orders.channels.edi.texts import x12_order
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
CSV = "customer;po;item;quantity\nC0;A-1;P1;3\nC0;A-1;nope;1\n"


@pytest.fixture
def shop(settings, tmp_path) -> Trade:
    settings.EDI_FOLDER = tmp_path / "edi"
    made = trade()
    trading_partner(Customer.objects.get(pk=made.world.customers[0]))
    return made


def put(name: str, content: str | bytes) -> None:
    path = folder("in") / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def names(place: str) -> list[str]:
    return sorted(path.name for path in folder(place).iterdir())


def test_a_file_becomes_orders_and_is_answered(shop):
    put("po.edi", x12_order(("P0", "5", "EA", "")))
    put("orders.csv", CSV)
    assert sweep(rest_s=0) == Swept(received=2, failed=0, taken=2, sent=2)
    assert (names("in"), names("done"), names("failed")) == ([], ["orders.csv", "po.edi"], [])
    assert list(SalesOrder.objects.order_by("channel").values_list("channel", flat=True)) == ["csv", "edi"]
    sent = OutboundMessage.objects.order_by("pk")
    assert names("out") == sorted(message.file_name for message in sent)
    for message in sent:
        assert (folder("out") / message.file_name).read_text() == message.content
        assert (message.state, message.times_sent) == ("sent", 1)
    assert sweep(rest_s=0) == Swept()


def test_the_same_content_again_changes_nothing(shop):
    for name in ("a.edi", "b.edi"):
        put(name, x12_order(("P0", "5", "EA", "")))
    sweep(rest_s=0)
    put("a.edi", x12_order(("P0", "5", "EA", "")))
    assert sweep(rest_s=0) == Swept(received=1)
    assert len(names("done")) == 3
    assert (SalesOrder.objects.count(), Delivery.objects.count()) == (1, 1)


def test_a_file_that_is_being_written_is_left_alone(shop):
    put("young.edi", x12_order(("P0", "5", "EA", "")))
    put("half.edi.part", "ISA*")
    put(".hidden", "ISA*")
    assert sweep(rest_s=60) == Swept()
    assert sweep(rest_s=0).received == 1
    assert names("in") == [".hidden", "half.edi.part"]


def test_a_file_that_is_written_to_meanwhile_is_taken_again(shop, monkeypatch):
    put("po.edi", x12_order(("P0", "5", "EA", "")))

    def received_slowly(*args: object, **given: object) -> object:
        put("po.edi", x12_order(("P0", "5", "EA", ""), po="4712", control=18))
        return receive_delivery(*args, **given)

    with monkeypatch.context() as patched:
        patched.setattr(folders, "receive_delivery", received_slowly)
        assert sweep(rest_s=0) == Swept(received=0, failed=0, taken=1, sent=2)
    assert (names("in"), names("done")) == (["po.edi"], [])
    assert sweep(rest_s=0) == Swept(received=1, failed=0, taken=1, sent=2)
    assert sorted(SalesOrder.objects.values_list("customer_po", flat=True)) == ["4711", "4712"]


def test_hostile_names_and_sizes_keep_nobody_waiting(shop, monkeypatch):
    monkeypatch.setattr(folders, "MOST_BYTES", 10_000)
    monkeypatch.setattr(receiving, "MOST_BYTES", 10_000)
    (folder("in") / os.fsdecode(b"a\xff\xfe.edi")).write_bytes(x12_order(("P0", "5", "EA", "")).encode())
    put("b" * 250 + ".csv", " ")
    put("c" * 250 + ".csv", " ")
    (folder("failed") / ("b" * 250 + ".csv")).write_bytes(b"an earlier one")
    put("huge.csv", "x" * 10_001)
    (folder("in") / "link.edi").symlink_to("/etc/hostname")
    put("z.edi", x12_order(("P0", "5", "EA", ""), po="4712", control=18))
    assert sweep(rest_s=0) == Swept(received=2, failed=3, taken=2, sent=4)
    assert names("in") == ["link.edi"]
    assert len(names("failed")) == 4
    assert sorted(IntakeDocument.objects.values_list("source", flat=True)) == ["a\ufffd\ufffd.edi", "z.edi"]


def test_what_fails_is_seen_and_keeps_nobody_waiting(shop, monkeypatch):
    """A document with NUL, an order that meets a fault of ours, an uploader who lost the right, a held lock."""
    put("a-nul.edi", x12_order(("P0", "5", "EA", ""), po="1").replace("*BP*P0", "*BP*P\0"))
    put(
        "b-huge.edi",
        x12_order(("P0", "1e999999999", "EA", "9"), po="2", control=18)
        .replace("CTT*1~", "CTT*1~\nAMT*TT*5~")
        .replace("SE*6", "SE*7"),
    )
    put("c-csv.csv", "customer;po;item;quantity\nC0;BAD;P1;3\nC0;GOOD;P1;1\n")
    put("d.edi", x12_order(("P0", "5", "EA", ""), po="4", control=19))
    put("e.edi", x12_order(("P0", "5", "EA", ""), po="5", control=20))
    put("f.edi", x12_order(("P0", "5", "EA", ""), po="6", control=21))
    folders._receive_all(0)
    Delivery.objects.filter(source="d.edi").update(received_by=user("warehouse"))

    def intake(by: By, **given: object) -> object:
        if given["document"].customer_po == "BAD":
            raise ValueError
        return intake_order(by, **given)

    def take(by: By, **given: object) -> object:
        if given["found"].order.number == "5":
            raise Busy
        return take_document(by, **given)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "intake_order", intake)
        patched.setattr(delivering, "take_document", take)
        assert sweep(rest_s=0).taken == 5
    assert dict(IntakeDocument.objects.values_list("reference", "code")) == {
        "1": "", "2": "", "": "orders.intake_failed", "GOOD": "", "4": "kernel.not_permitted", "6": "",
    }  # fmt: skip
    assert dict(ParkedLine.objects.values_list("document__reference", "code")) == {
        "1": "orders.item_unknown", "2": "orders.figure_unreadable",
    }  # fmt: skip
    assert sweep(rest_s=0).taken == 1
    assert IntakeDocument.objects.get(reference="5").state == "accepted"


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("point", ["_move", "take_delivery", "write_whole"])
def test_a_killed_run_is_simply_run_again(shop, monkeypatch, point):
    put("po.edi", x12_order(("P0", "5", "EA", "")))

    def killed(*_args: object, **_options: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(folders, point, killed)
        with pytest.raises(Killed):
            sweep(rest_s=0)
    sweep(rest_s=0)
    assert (names("in"), names("done")) == ([], ["po.edi"])
    assert (SalesOrder.objects.count(), IntakeDocument.objects.count(), OutboundMessage.objects.count()) == (
        1,
        1,
        2,
    )
    assert len(names("out")) == 2
    assert not OutboundMessage.objects.exclude(state="sent").exists()


STEPS = [
    (folders, "receive_delivery"), (folders, "_move"), (delivering, "take_document"), (taking, "intake_order"),
    (taking, "answer_document"), (folders, "write_whole"),
]  # fmt: skip


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("module, step", STEPS)
def test_a_run_that_is_killed_9_is_simply_run_again(shop, module, step, when):
    """A real process dies at its second file, document or message, right before or right after a step."""
    for number in (1, 2):
        put(f"{number}.edi", x12_order(("P0", "5", "EA", ""), po=str(number), control=number))
    connection.close()  # the child opens its own
    child = os.fork()
    if child == 0:
        die_at_second(module, step, when)
        try:
            sweep(rest_s=0)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    for _try in range(50):  # the database notices that its client is gone
        sweep(rest_s=0)
        if not Delivery.objects.filter(taken_at=None) and not OutboundMessage.objects.exclude(state="sent"):
            break
        time.sleep(0.1)
    assert (names("in"), names("done")) == ([], ["1.edi", "2.edi"])
    assert sorted(SalesOrder.objects.values_list("customer_po", flat=True)) == ["1", "2"]
    assert (IntakeDocument.objects.count(), Delivery.objects.filter(taken_at=None).count()) == (2, 0)
    sent = OutboundMessage.objects.filter(state="sent").values_list("file_name", "content")
    assert {name: (folder("out") / name).read_text() for name in names("out")} == dict(sent)
    assert sorted(OutboundMessage.objects.values_list("kind", flat=True)) == ["855", "855", "997", "997"]


def die_at_second(module: Any, step: str, when: str) -> None:
    """From now on the step ends this process at its second time."""
    real = getattr(module, step)
    inside = getattr(real, "inside", None)
    times = 0

    def deadly(*args: object, **given: object) -> object:
        nonlocal times
        times += 1
        if times == 2 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        made = (inside if isinstance(args[0], Batch) and inside else real)(*args, **given)
        if times == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    deadly.inside = deadly
    setattr(module, step, deadly)


def test_an_empty_file_and_one_of_nobody_fail(shop):
    put("empty.edi", " \n")
    put("NOBODY/po.edi", x12_order(("P0", "5", "EA", "")))
    put("BENCH/po.edi", x12_order(("P0", "5", "EA", "")))
    assert sweep(rest_s=0) == Swept(received=1, failed=2, taken=1, sent=2)
    assert (names("failed"), names("done")) == (["empty.edi", "po.edi"], ["po.edi"])


def test_a_file_that_cannot_be_read_waits_in_the_queue(shop):
    put("scan.pdf", b"%PDF-1.4 not an order")
    put("bomb.xlsx", b"PK\x03\x04 not a workbook")
    sweep(rest_s=0)
    assert list(IntakeDocument.objects.order_by("source").values_list("source", "state", "code")) == [
        ("bomb.xlsx", "parked", "orders.file_refused"),
        ("scan.pdf", "parked", "orders.file_refused"),
    ]


def mail(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "buyer@example.com",
        "orders@example.com",
        "Our order",
    )
    message.set_content("Please deliver.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def test_files_of_an_email_are_taken(shop):
    content = mail(("orders.csv", CSV.encode()), ("logo.png", b"\x89PNG"))
    put("mail.eml", content)
    sweep(rest_s=0)
    document = IntakeDocument.objects.get()
    assert (document.channel, document.source, document.state) == ("mail", "mail.eml: orders.csv", "partly")
    assert document.order.channel == "mail"
    assert bytes(Delivery.objects.get(standard="mail").content) == content


def test_a_file_that_came_by_email_is_not_taken_again_from_an_upload(shop, client):
    put("mail.eml", mail(("orders.csv", CSV.encode())))
    sweep(rest_s=0)
    client.force_login(User.objects.get(pk=shop.world.user_id))
    looked = client.post(reverse("orders:intake_upload"), {"file": SimpleUploadedFile("x.csv", CSV.encode())})
    taken = client.post(reverse("orders:intake_upload"), {"token": looked.context["token"]})
    assert (taken.status_code, taken.context["made"]) == (200, 1)
    assert (SalesOrder.objects.count(), IntakeDocument.objects.count()) == (1, 1)


def test_an_email_without_a_file_waits_for_somebody(shop):
    put("mail.eml", mail())
    sweep(rest_s=0)
    document = IntakeDocument.objects.get()
    assert (document.state, document.code) == ("parked", "orders.mail_without_file")


def test_an_acknowledgement_is_sent_again_under_its_name(shop):
    put("po.edi", x12_order(("P0", "5", "EA", "")))
    sweep(rest_s=0)
    message = OutboundMessage.objects.get(kind="855")
    (folder("out") / message.file_name).unlink()
    assert resend_messages(shop.by(), message_ids=[message.pk]).count == 1
    assert sweep(rest_s=0) == Swept(sent=1)
    assert (folder("out") / message.file_name).read_text() == message.content
    message.refresh_from_db()
    assert (message.state, message.times_sent) == ("sent", 2)


def test_the_command_says_what_it_did(shop, capsys):
    put("po.edi", x12_order(("P0", "5", "EA", "")))
    call_command("edi", rest=0)
    assert capsys.readouterr().out == "received 1, failed 0, deliveries taken 1, sent 2\n"
