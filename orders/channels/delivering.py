"""Making documents of what was delivered, whatever it is: interchanges, files of orders, e-mails with files.

Each document is taken in a transaction of its own and under a key of the content, so a run that was killed is
simply run again: what it had done answers as it did then.
"""

import logging
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from functools import partial

from django.db import OperationalError
from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import Busy, DomainError
from erp.kernel.models import User

from .actions.receive_delivery import receive_delivery
from .actions.take_document import park_document, take_document
from .answering import read_delivery
from .edi.envelope import Fault, Interchange
from .edi.reading import Found
from .importing import intake_of
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
    taker = takers.get(delivery.standard, _take_unknown)
    _take_or_park(delivery, _whole(), lambda: taker(delivery))
    Delivery.objects.filter(pk=delivery_id, taken_at=None).update(taken_at=now())


def keep_sheet(upload: Upload, actor: Actor) -> Delivery:
    """The delivery of an uploaded file of orders, whose orders its uploader takes.

    One that came by another channel already keeps that channel: its orders are the same orders.
    """
    received = receive_delivery(
        By(actor),
        content=upload.read(),
        source=upload.name,
        channel="csv",
        company_id=upload.company_id,
        standard=Delivery.Standard.SHEET.value,
    )
    Delivery.objects.filter(pk=received.delivery_id, taken_at=None).update(taken_at=now())
    return Delivery.objects.defer("content").get(pk=received.delivery_id)


def _take_or_park(delivery: Delivery, found: Found, take: Callable[[], object]) -> None:
    """Take a document, else park it with what stopped it, so that none keeps the others waiting.

    What only came at a bad moment (the database is away, a lock was held) is left for the next run.
    """
    try:
        take()
    except (OperationalError, Busy):
        raise
    except DomainError as refusal:
        _park(delivery, found, refusal.code, str(refusal))
    except Exception:
        log.exception("document not taken", extra={"delivery": delivery.pk, "place": found.place})
        said = _("A fault of ours kept it from being taken; support has its log. Resubmit it later.")
        _park(delivery, found, "orders.intake_failed", said)


def _take_electronic(delivery: Delivery) -> None:
    by = By(actor_of(delivery))
    for found in read_delivery(delivery):
        _take_or_park(delivery, found, partial(take_document, by, delivery_id=delivery.pk, found=found))


def _take_sheet(delivery: Delivery) -> None:
    sheet = read_sheet(bytes(delivery.content))
    actor = actor_of(delivery)
    for order in sheet.orders:
        take = partial(
            intake_of,
            sheet,
            order,
            actor=actor,
            source=delivery.source,
            company_id=delivery.company_id,
            channel=delivery.channel,
            delivery_id=delivery.pk,
        )
        _take_or_park(delivery, Found(order.place, Interchange("")), take)


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
        _park(delivery, _whole(), "orders.mail_without_file", said)


def attachments(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files of an e-mail that may hold orders."""
    mail = message_from_bytes(content, policy=policy.default)
    for part in mail.walk():
        name = (part.get_filename() or "").encode("utf-8", "replace").decode()
        if not part.is_multipart() and name.lower().endswith(ATTACHMENTS):
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and data.strip():
                yield name, data


def _take_unknown(delivery: Delivery) -> None:
    said = _("It is neither X12 nor EDIFACT, nor a file of orders. Enter it by hand, or drop it.")
    _park(delivery, _whole(), "orders.format_unknown", said)


def _whole() -> Found:
    """A delivery of which no document could be read."""
    return Found(1, Interchange("", faults=[Fault("orders.unreadable", "")]))


def _park(delivery: Delivery, found: Found, code: str, reason: str) -> None:
    """As the system: whoever uploaded it may have lost the right meanwhile, and it is still to be seen."""
    park_document(By(EDI), delivery_id=delivery.pk, found=found, code=code, reason=reason)
