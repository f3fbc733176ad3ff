"""Keep what a channel hands over before anything is made of it, byte by byte."""

import hashlib
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.tabular import MOST_BYTES
from orders.channels.actions.intake_order import INTAKE_ORDER
from orders.channels.edi.reading import standard_of
from orders.channels.models import Delivery

MAIL_HEADERS = (b"from:", b"received:", b"return-path:", b"mime-version:", b"delivered-to:", b"date:", b"subject:",
                b"to:", b"message-id:", b"content-type:", b"x-")  # fmt: skip

KEEP = """
INSERT INTO orders_delivery (company_id, channel, source, standard, digest, content, received_by_id)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (company_id, digest) DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True)
class Received:
    """The delivery, and whether the same content came before."""

    delivery_id: int
    is_new: bool


@command("orders.receive_delivery")
def receive_delivery(
    batch: Batch, *, content: bytes, source: str, channel: str, company_id: int, standard: str = ""
) -> Received:
    """Keep a file; the same content again is the same delivery, whatever it is called.

    `channel` of an electronic document or an e-mail is told from the content. Raises BadInput for an empty file or
    one over the limit, NotPermitted.
    """
    batch.actor.require(INTAKE_ORDER, company=company_id)
    if not content.strip():
        raise BadInput(field="file", reason=_("it is empty."))
    if len(content) > MOST_BYTES:
        raise BadInput(field="file", reason=_("it is larger than 20 MB. Send it in parts."))
    digest = hashlib.sha256(content).hexdigest()
    standard = standard or kind_of(content)
    channel = {"x12": "edi", "edifact": "edi", "mail": "mail"}.get(standard, channel)
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP, [company_id, channel, source[:120], standard, digest, content, batch.actor.user_id]
        )
        made = cursor.fetchone()
    if made:
        return Received(made[0], True)
    return Received(
        Delivery.objects.values_list("pk", flat=True).get(company=company_id, digest=digest), False
    )


def kind_of(content: bytes) -> str:
    """A Delivery.Standard, told from how the content begins."""
    electronic = standard_of(content)
    if electronic in ("x12", "edifact"):
        return electronic
    if electronic:
        return Delivery.Standard.UNKNOWN.value
    head = content.lstrip()[:200].lower()
    return Delivery.Standard.MAIL.value if head.startswith(MAIL_HEADERS) else Delivery.Standard.SHEET.value
