"""The whole stock of a company as of a day, as a file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any

from django.utils.translation import gettext as _

from erp.kernel.export import Field, Table, record_export, write_csv
from erp.kernel.formats import write_day, write_number
from erp.kernel.jobs import JobRun, job, start_job
from erp.kernel.models import Job, User
from masterdata.models import Company
from reporting.asof.queries import Question, as_of, sites_of

KIND = "reporting.stock_as_of"


def start_as_of(user: User, asked: Question) -> Job:
    """Queue the file; the same question asked again gives the same figures."""
    title = _("Stock of %(company)s as of %(day)s") % {
        "company": asked.company.code, "day": write_day(asked.on),
    }  # fmt: skip
    params = {
        "company": asked.company.pk, "on": asked.on.isoformat(), "known_at": asked.known_at.isoformat(),
    }  # fmt: skip
    return start_job(KIND, title, params, user)


@job(KIND, queue="reports")
def stock_as_of(run: JobRun) -> str:
    """Write what there was, and say what it comes to. Read with the rights that its reader has now.

    It is one file: a stopped run starts over.
    """
    assert run.requested_by is not None
    company = Company.objects.get(pk=run.params["company"])
    asked = Question(
        company,
        date.fromisoformat(run.params["on"]),
        datetime.fromisoformat(run.params["known_at"]),
        sites_of(company, user=run.requested_by),
    )
    counted = _Counted()
    caption = caption_of(asked)
    run.artefact(f"stock-{company.code}-{asked.on:%Y-%m-%d}.csv", partial(_write, asked, caption, counted))
    record_export(run.requested_by, what=KIND, kind="csv", rows=counted.rows, caption=caption)
    return _("%(rows)s rows, value %(currency)s %(value)s") % {
        "rows": counted.rows, "currency": company.currency, "value": write_number(counted.value, 2),
    }  # fmt: skip


def caption_of(asked: Question) -> str:
    """The question in words, so that the file explains itself."""
    return _("%(company)s, end of %(day)s, as known at %(known)s UTC") % {
        "company": asked.company.name, "day": write_day(asked.on), "known": f"{asked.known_at:%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip


class _Counted:
    """How many rows were written, and what they are worth."""

    def __init__(self) -> None:
        self.rows, self.value = 0, Decimal(0)


def _write(asked: Question, caption: str, counted: _Counted, file: IO[bytes]) -> None:
    fields = (
        Field(_("Site")), Field(_("Item")), Field(_("Description")), Field(_("Class")), Field(_("Status")),
        Field(_("Lot")), Field(_("Unit")), Field(_("Quantity"), "quantity"), Field(_("Value"), "money"),
    )  # fmt: skip
    write_csv(Table(_("Stock as of a day"), caption, fields, _rows(asked, counted)), file)


def _rows(asked: Question, counted: _Counted) -> Iterator[tuple[Any, ...]]:
    """Site by site, so that a large house is never in memory as a whole."""
    reach = asked.company.sites.order_by("code")
    if asked.sites is not None:
        reach = reach.filter(pk__in=asked.sites)
    for site_id in list(reach.values_list("pk", flat=True)):
        for row in as_of(replace(asked, sites=(site_id,))):
            counted.rows += 1
            counted.value += row.value
            yield (
                row.site, row.item, row.name, row.item_class, row.status_label, row.lot or "", row.unit, row.quantity,
                row.value,
            )  # fmt: skip
