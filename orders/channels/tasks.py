"""What workers do for intake: a large file of orders with progress and a report, and the look at the EDI folder."""

from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from erp.kernel import export
from erp.kernel.actor import Actor
from erp.kernel.formats import formats_of, reading_as
from erp.kernel.jobs import JobRun, job

from .delivering import keep_sheet
from .folder import sweep
from .importing import report_of, take_order
from .sheets import read_sheet
from .uploads import Upload

INTAKE_FILE = "orders.intake_file"
CHUNK = 20


@job(INTAKE_FILE)
def take_file(run: JobRun) -> str:
    """Take every order of an upload. One that was taken by an earlier run of the job answers as it did then."""
    user = run.requested_by
    assert user is not None, "a file is taken for somebody"
    upload = Upload(**run.params)
    formats = formats_of(user.preferences)
    with reading_as(formats), timezone.override(ZoneInfo(formats.zone)):
        sheet = read_sheet(upload.read())
    run.total(len(sheet.orders))
    actor = Actor.of(user)
    delivery = keep_sheet(upload, actor)
    take = partial(
        take_order,
        sheet,
        actor=actor,
        source=upload.name,
        company_id=upload.company_id,
        channel=delivery.channel,
        delivery_id=delivery.pk,
    )
    orders = iter(sheet.orders)
    taken, after = [], run.position.get("after", 0)
    while chunk := list(islice(orders, CHUNK)):
        if run.cancelled:
            break
        done = [take(order) for order in chunk]
        taken += done
        fresh = [entry for entry in done if entry.order.place > after]
        with transaction.atomic():
            run.cursor({"after": max(after, chunk[-1].place)})
            run.advance(len(fresh), failed=sum(not _is_order(entry.result) for entry in fresh))
    rows = report_of(taken)
    if rows:
        run.artefact("not-ordered.csv", partial(export.write_csv, _table(upload.name, rows)))
    if not run.stopping:
        upload.forget()
    made = sum(_is_order(entry.result) for entry in taken)
    orders_text = ngettext("%(n)d order", "%(n)d orders", made) % {"n": made}
    rows_text = ngettext("%(n)d row waits", "%(n)d rows wait", len(rows)) % {"n": len(rows)}
    return f"{orders_text}, {rows_text}"


def _is_order(result: object) -> bool:
    return getattr(result, "order_id", None) is not None


def _table(name: str, rows: list[tuple[int, str, str, str]]) -> export.Table:
    fields = [
        export.Field(_("Row"), "number"),
        export.Field(_("Customer")),
        export.Field(_("Item")),
        export.Field(_("Reason")),
    ]
    return export.Table(title=name, caption=name, fields=fields, rows=rows)


@shared_task
def sweep_folder() -> None:
    """Beat: files that came, deliveries that wait, acknowledgements to send. Two at once do each thing once."""
    sweep()
