"""The last run of the proofs, and a button for the next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.jobs import start_job
from erp.kernel.models import ProofRun
from erp.kernel.proofs import Result, proofs, results_of
from erp.kernel.web import done, needs
from reporting.dashboards.addresses import document
from reporting.kpis.permissions import RUN_PROOFS, VIEW_PROOFS

from .tasks import PROVE


@dataclass(frozen=True, slots=True)
class Row:
    """One proof: its result in the last run, None when that run did not have it, and its first offending row."""

    number: str
    title: str
    result: Result | None
    offender: str = ""
    url: str = ""


@require_GET
@needs(VIEW_PROOFS)
def proof_list(request: HttpRequest) -> HttpResponse:
    """Every registered proof with what the last full run found."""
    run = ProofRun.objects.order_by("-started_at").first()
    found = {result.proof: result for result in results_of(run)} if run else {}
    rows = [_row(each.number, each.title, found.get(each.number)) for each in proofs()]
    context = {
        "run": run,
        "rows": rows,
        "red": sum(1 for row in rows if row.result and not row.result.green),
        "runs": ProofRun.objects.order_by("-started_at")[:10],
        "may_run": request.user.has_perm(RUN_PROOFS),
    }
    return render(request, "reporting/proofs/proofs.html", context)


def _row(number: str, title: str, result: Result | None) -> Row:
    if result is None or not result.sample:
        return Row(number, title, result)
    first: dict[str, Any] = result.sample[0]
    return Row(
        number, title, result, ", ".join(f"{name} {value}" for name, value in first.items()), _page(first)
    )


# Columns by which proofs name a document, and the page that shows it.
PAGES = {"shipment_id": "inventory:shipment", "invoice_id": "billing:invoice"}


def _page(row: dict[str, Any]) -> str:
    """The page of the document that an offending row names, where it names one."""
    if "subscriber" in row:
        return document("outbox_entry", row["id"])
    number = str(row.get("number") or row.get("document") or "")
    if number.startswith("SO-"):
        return document("orders:order", number)
    return next((document(page, row[name]) for name, page in PAGES.items() if row.get(name)), "")


@require_POST
@needs(RUN_PROOFS)
def run_now(request: HttpRequest) -> HttpResponse:
    """Start the proofs in a worker."""
    start_job(PROVE, _("Prove the books, the stock and the figures"), {}, request.user)
    return done(request, _("The proofs run."), back=reverse("reporting:proofs"), job__started={})
