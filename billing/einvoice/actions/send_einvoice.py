"""An archived e-invoice is sent, for the first time or again."""

from django.utils.translation import gettext as _

from billing.einvoice.errors import NotSendable
from billing.einvoice.holding import lock_einvoices, move
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.einvoice.permissions import WORK_EINVOICE
from billing.einvoice.sending import mail
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from masterdata.places.checks import sound_email


@command("billing.send_einvoice")
def send_einvoice(batch: Batch, *, einvoice_id: int, recipient: str = "") -> None:
    """Mail the newest archived revision to `recipient`, or to where the customer wants it.

    Raises NotSendable for what is not archived, was rejected or has nowhere to go; BadInput for no address.
    """
    rows = lock_einvoices(batch, [einvoice_id], WORK_EINVOICE)
    if not rows:
        raise NotFound(what=_("e-invoice"), reference=einvoice_id)
    (one,) = rows
    if one.state not in (*EInvoice.OUT, EInvoice.State.ACCEPTED):
        raise NotSendable(
            number=one.number,
            reason=_(
                "it is %(state)s: only what is archived leaves. If it failed or was rejected, make it again."
            )
            % {"state": one.state_label},
        )
    to = sound_email("recipient", recipient) or one.email
    if not to:
        raise NotSendable(number=one.number, reason=_("the customer has no e-mail address; enter one."))
    document = EInvoiceDocument.objects.only("pk").get(einvoice=one.id, revision=one.revision)
    mail(batch, one, document.pk, to)
    if one.state == EInvoice.State.ARCHIVED:
        move(batch, rows, EInvoice.State.SENT.value)
    batch.decide("billing.send_einvoice", EInvoice, one.id, {"to": to, "revision": one.revision})
