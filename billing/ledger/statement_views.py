"""Pages and files of the profit and loss account and the balance sheet."""

from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing.ledger.forms import StatementForm
from billing.ledger.permissions import VIEW_LEDGER
from billing.ledger.queries import company_list
from billing.ledger.statement_queries import (
    ColumnHead,
    Kind,
    Statement,
    company_statement,
    consolidated_statement,
)
from billing.ledger.statements import Cell, StatementLine
from erp.kernel import clock
from erp.kernel.export import MIME, WRITERS, Field, Table, record_export
from erp.kernel.formats import write_day
from erp.kernel.models import User
from erp.kernel.web import needs
from masterdata.places.queries import day_of


@require_GET
@needs(VIEW_LEDGER)
def profit_and_loss(request: HttpRequest) -> HttpResponse:
    """What income and expenses came to over some days."""
    return _page(request, "profit_and_loss", _("Profit and loss"))


@require_GET
@needs(VIEW_LEDGER)
def balance_sheet(request: HttpRequest) -> HttpResponse:
    """What a company has and owes at the end of a day."""
    return _page(request, "balance_sheet", _("Balance sheet"))


def _page(request: HttpRequest, kind: Kind, title: str) -> HttpResponse:
    asked = request.GET.dict() if "until" in request.GET else _first(request, kind)
    form = StatementForm(asked or None, user=request.user, has_first_day=kind == "profit_and_loss")
    valid = form.is_valid()
    found = _statement(kind, form) if valid else None
    if found is not None and (wanted := request.GET.get("export")):
        return _file(request, wanted, title, found, form)
    context = {
        "title": title,
        "form": form,
        "here": reverse(f"billing:{kind}"),
        "export": f"?{urlencode(form.asked())}" if valid else "",
        "statement": found,
        "lines": [_shown(line, found.heads) for line in found.lines] if found else [],
        "caption": _caption(form, found) if found else "",
    }
    known = valid or "until" not in request.GET
    return render(request, "billing/ledger/statement.html", context, status=200 if known else 422)


def _first(request: HttpRequest, kind: Kind) -> dict[str, Any]:
    """What the page opens with: the first company, this year up to its day."""
    company = company_list(user=request.user).first()
    if company is None:
        return {}
    today = day_of(company, clock.now())
    return {"company": str(company.pk), "since": today.replace(month=1, day=1), "until": today, "compare": ""}


def _statement(kind: Kind, form: StatementForm) -> Statement:
    given = form.cleaned_data
    since = given.get("since")
    if form.is_consolidated:
        return consolidated_statement(
            kind, form.companies, since=since, until=given["until"], rates=form.rates
        )
    return company_statement(
        kind, form.chosen, since=since, until=given["until"], compare=given.get("compare") or ""
    )


def _shown(line: StatementLine, heads: tuple[ColumnHead, ...]) -> dict[str, Any]:
    return {
        "line": line,
        "cells": [(cell.amount, _lines_of(cell, head)) for cell, head in zip(line.cells, heads, strict=True)],
    }


def _lines_of(cell: Cell, head: ColumnHead) -> str:
    """Where the lines behind an amount are listed; nothing for a sum of several accounts."""
    if cell.account_id is None or head.until is None or not cell.amount:
        return ""
    asked: dict[str, Any] = {"account": cell.account_id, "accounting_on_to": head.until}
    if head.since:
        asked["accounting_on_from"] = head.since
    return f"{reverse('billing:journal_line_list')}?{urlencode(asked)}"


def _caption(form: StatementForm, found: Statement) -> str:
    whose = _("All companies, consolidated") if found.is_consolidated else form.chosen.name
    until = write_day(form.cleaned_data["until"])
    since = form.cleaned_data.get("since")
    days = f"{write_day(since)} – {until}" if since else until
    rates = [f"1 {currency} = {rate.normalize():f} {found.currency}" for currency, rate in found.rates]
    return " · ".join([whose, days, found.currency, *rates])


def _file(
    request: HttpRequest, wanted: str, title: str, found: Statement, form: StatementForm
) -> HttpResponse:
    if wanted not in WRITERS:
        return HttpResponse(status=400)
    caption = _caption(form, found)
    table = Table(
        title=title,
        caption=caption,
        fields=[
            Field(_("Account")), Field(_("Name")), Field(_("Line")),
            *(Field(head.label, "money") for head in found.heads),
        ],
        rows=[(line.code, line.label, line.kind, *line.amounts) for line in found.lines],
    )  # fmt: skip
    buffer = BytesIO()
    rows = WRITERS[wanted](table, buffer)
    assert isinstance(request.user, User)  # `needs` let nobody else in
    record_export(
        request.user,
        what="billing.statement",
        kind=wanted,
        rows=rows,
        caption=f"{title} {caption}",
        request_id=getattr(request, "id", ""),
    )
    response = HttpResponse(buffer.getvalue(), content_type=MIME[wanted])
    name = f"{slugify(title)}-{form.cleaned_data['until']:%Y%m%d}.{wanted}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
