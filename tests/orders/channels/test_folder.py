"""Files come through a folder and acknowledgements go through it, whatever is killed in between."""

from email.message import EmailMessage

import pytest
from django.core.management import call_command

from masterdata.models import Customer
from orders.channels import folder as folders
from orders.channels.actions.resend_messages import resend_messages
from orders.channels.folder import Swept, folder, sweep
from orders.models import Delivery, IntakeDocument, OutboundMessage, SalesOrder
from tests.factories import trading_partner
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
