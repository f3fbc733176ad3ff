"""Making documents of what was delivered, whatever it is: interchanges, files of orders, e-mails with files.

Each document is taken in a transaction of its own and under a key of the content, so a run that was killed is
simply run again: what it had done answers as it did then.
"""

import logging
from collections.abc import Iterator
from email import message_from_bytes, policy

from django.db import OperationalError
from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.models import User

from .actions.receive_delivery import receive_delivery
from .actions.take_document import park_document, take_document
from .answering import read_delivery
from .edi.envelope import Fault, Interchange
from .edi.reading import Found
from .errors import FileRefused
from .importing import take_order
from .models import Delivery
from .sheets import read_sheet
from .uploads import Upload

log = logging.getLogger(__name__)

EDI = Actor.system("edi")
ATTACHMENTS = (".csv", ".txt", ".tsv", ".xlsx", ".edi", ".x12", ".850")


def actor_of(delivery: Delivery) -> Actor:
    """Who takes a delivery: whoever uploaded it, or the system for what came by itself."""
    return Actor.of(delivery.received_by) if isinstance(delivery.received_by, User) else EDI


def take_delivery(delivery_id: int) -> None:
    """Take every document of a delivery, once, however often it is asked for."""
    delivery = Delivery.objects.select_related("received_by").get(pk=delivery_id)
    if delivery.taken_at is not None:
        return
    takers = {"x12": _take_electronic, "edifact": _take_electronic, "sheet": _take_sheet, "mail": _take_mail}
    takers.get(delivery.standard, _take_unknown)(delivery)
    Delivery.objects.filter(pk=delivery_id, taken_at=None).update(taken_at=now())


def keep_sheet(upload: Upload, actor: Actor) -> int:
    """The delivery of an uploaded file of orders, whose orders its uploader takes."""
    received = receive_delivery(
        By(actor),
        content=upload.read(),
        source=upload.name,
        channel="csv",
        company_id=upload.company_id,
        standard=Delivery.Standard.SHEET.value,
    )
    Delivery.objects.filter(pk=received.delivery_id, taken_at=None).update(taken_at=now())
    return received.delivery_id


def _take_electronic(delivery: Delivery) -> None:
    actor = actor_of(delivery)
    for found in read_delivery(delivery):
        try:
            take_document(By(actor), delivery_id=delivery.pk, found=found)
        except OperationalError:
            raise
        except DomainError as refusal:
            _park(delivery, actor, found, refusal.code, str(refusal))
        except Exception:
            log.exception("document not taken", extra={"delivery": delivery.pk, "place": found.place})
            said = _("A fault of ours kept it from being taken; support has its log. Resubmit it later.")
            _park(delivery, actor, found, "orders.intake_failed", said)


def _take_sheet(delivery: Delivery) -> None:
    try:
        sheet = read_sheet(bytes(delivery.content))
    except FileRefused as refusal:
        _park(delivery, actor_of(delivery), _whole(), refusal.code, str(refusal))
        return
    for order in sheet.orders:
        taken = take_order(
            sheet,
            order,
            actor=actor_of(delivery),
            source=delivery.source,
            company_id=delivery.company_id,
            channel=delivery.channel,
            delivery_id=delivery.pk,
        )
        if taken.refused:
            found = Found(order.place, Interchange(""))
            _park(delivery, actor_of(delivery), found, "orders.file_order_refused", taken.refused)


def _take_mail(delivery: Delivery) -> None:
    """Its attachments are deliveries of their own; a mail without one is parked, so that somebody reads it."""
    found = list(attachments(bytes(delivery.content)))
    for name, content in found:
        received = receive_delivery(
            By(actor_of(delivery)),
            content=content,
            source=f"{delivery.source}: {name}",
            channel="mail",
            company_id=delivery.company_id,
        )
        take_delivery(received.delivery_id)
    if not found:
        said = _("The e-mail has no file with orders (CSV, Excel or EDI). Enter it by hand, or drop it.")
        _park(delivery, actor_of(delivery), _whole(), "orders.mail_without_file", said)


def attachments(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files of an e-mail that may hold orders."""
    mail = message_from_bytes(content, policy=policy.default)
    for part in mail.walk():
        name = part.get_filename() or ""
        if not part.is_multipart() and name.lower().endswith(ATTACHMENTS):
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and data.strip():
                yield name, data


def _take_unknown(delivery: Delivery) -> None:
    said = _("It is neither X12 nor EDIFACT, nor a file of orders. Enter it by hand, or drop it.")
    _park(delivery, actor_of(delivery), _whole(), "orders.format_unknown", said)


def _whole() -> Found:
    """A delivery of which no document could be read."""
    return Found(1, Interchange("", faults=[Fault("orders.unreadable", "")]))


def _park(delivery: Delivery, actor: Actor, found: Found, code: str, reason: str) -> None:
    park_document(By(actor), delivery_id=delivery.pk, found=found, code=code, reason=reason[:300])
