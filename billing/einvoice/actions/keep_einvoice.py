"""What was made of a document is archived and sent, or waits for somebody as an exception."""

import hashlib
from dataclasses import asdict
from textwrap import shorten

from billing.einvoice.holding import LockedEInvoice, lock_einvoices, move, open_trouble
from billing.einvoice.making import Made
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.einvoice.sending import mail
from billing.einvoice.validation import rules_version
from erp.kernel.batch import Batch
from erp.kernel.literals import to_json


def keep_einvoice(batch: Batch, *, einvoice_id: int, made: Made) -> None:
    """Keep the outcome of one making, once: who comes second finds it kept and changes nothing.

    Valid: a revision in the archive, and the mail to the customer where its address is known. Not valid: the rules
    that it breaks, with an owner and a day.
    """
    for one in lock_einvoices(batch, [einvoice_id]):
        if one.state == EInvoice.State.PENDING and one.format == made.format:
            if made.fatal:
                _fail(batch, one, made)
            else:
                _archive(batch, one, made)


def _fail(batch: Batch, one: LockedEInvoice, made: Made) -> None:
    first, more = made.fatal[0], len(made.fatal) - 1
    detail = shorten(f"{first.rule}: {first.text}", 280, placeholder=" …") + (f" (+{more})" if more else "")
    open_trouble(batch, one, state=EInvoice.State.FAILED.value, detail=detail, findings=made.findings)
    rules = sorted({found.rule for found in made.fatal})
    batch.decide("billing.keep_einvoice", EInvoice, one.id, {"valid": False, "rules": rules})


def _archive(batch: Batch, one: LockedEInvoice, made: Made) -> None:
    warnings = [asdict(found) for found in made.findings]
    document = EInvoiceDocument.objects.create(
        einvoice_id=one.id,
        revision=one.revision + 1,
        format=made.format,
        xml=made.xml,
        xml_sha256=hashlib.sha256(made.xml).hexdigest(),
        pdf=made.pdf,
        pdf_sha256=hashlib.sha256(made.pdf).hexdigest() if made.pdf is not None else "",
        rules=rules_version(),
        warnings=warnings,
        generated_at=batch.now,
    )
    sent = mail(batch, one, document.pk, one.email)
    state = EInvoice.State.SENT if sent else EInvoice.State.ARCHIVED
    move(
        batch,
        [one],
        state.value,
        revision=one.revision + 1,
        detail="",
        findings=to_json(warnings),
        owner=None,
    )
    outcome = {"valid": True, "revision": one.revision + 1, "sha256": document.xml_sha256, "to": sent}
    batch.decide("billing.keep_einvoice", EInvoice, one.id, outcome)
