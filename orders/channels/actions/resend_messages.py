"""Send acknowledgements again: the same file under the same name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from orders.channels.actions.intake_order import INTAKE_ORDER
from orders.channels.models import OutboundMessage


@dataclass(frozen=True, slots=True)
class Resent:
    count: int


@command("orders.resend_messages")
def resend_messages(batch: Batch, *, message_ids: Sequence[int]) -> Resent:
    """Put the messages into the folder once more. One that still waits there is sent once. Raises NotFound."""
    batch.actor.require(INTAKE_ORDER)
    rows = OutboundMessage.objects.filter(pk__in=message_ids).order_by("pk").select_for_update(no_key=True)
    found = {row.pk: row for row in rows.only("pk", "company_id", "state")}
    for message_id in message_ids:
        row = found.get(message_id)
        if row is None or not batch.actor.may(INTAKE_ORDER, company=row.company_id):
            raise NotFound(what=_("message"), reference=message_id)
    again = [pk for pk, row in found.items() if row.state != OutboundMessage.State.WAITING]
    batch.update(OutboundMessage, again, state=OutboundMessage.State.WAITING.value, answer="")
    for message_id in again:
        batch.decide("orders.resend_message", OutboundMessage, message_id, {})
    return Resent(len(again))
