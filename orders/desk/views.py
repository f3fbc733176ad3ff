"""The order desk: one page and the fragments that its line grid asks for."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, DomainError, StaleVersion
from erp.kernel.formats import read_day
from erp.kernel.forms import Form, hint_for_day
from erp.kernel.sections import Section, sections_of
from erp.kernel.web import done, is_htmx, needs, refusal
from inventory.commitments.models import SupplyMethod
from masterdata.agreements.queries import jobs_of
from masterdata.items.lookups import resolve_codes
from masterdata.models import Customer
from masterdata.parties.permissions import VIEW_CUSTOMER
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.errors import LineRefused
from orders.entry.models import OrderDraft, SalesOrder
from orders.rulebook.policies import rush_codes

from .actions.discard_draft import discard_draft
from .actions.save_draft import save_draft
from .actions.submit_draft import submit_draft
from .preview import VIEW_COST, Row, preview_draft
from .queries import (
    Inspection,
    customer_facts,
    customer_options,
    draft_of,
    inspect_line,
    lines_to_copy,
    sites_of,
)
from .rules import (
    MOST_ROWS,
    DraftChange,
    DraftLine,
    LineOfDraft,
    free_numbers,
    instead_of,
    lines_of,
    typed_figure,
    typed_quantity,
    wish_again,
)

BLANKS, LEAST = 4, 10  # empty lines below the last one, and lines in all


class HoldForm(Form):
    """Why the order is held from the start."""

    hold_reason = forms.CharField(
        label=gettext_lazy("Why should it wait?"), max_length=200, widget=forms.TextInput
    )


@require_GET
@needs(SUBMIT)
def desk_new(request: HttpRequest) -> HttpResponse:
    """An empty order; it is stored with its first change."""
    draft = draft_or_404(request, str(uuid.uuid4()))
    customer = request.GET.get("customer", "")
    if customer.isdecimal():
        draft.customer = Customer.objects.visible_to(request.user).filter(pk=customer).first()
    return _page(request, draft)


@require_GET
@needs(SUBMIT)
def desk(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A draft, or the order that became of it."""
    draft = draft_or_404(request, str(public_id))
    if draft.order:
        return redirect("orders:order", draft.order.number)
    if draft.discarded_at:
        raise Http404
    return _page(request, draft)


def draft_or_404(request: HttpRequest, public_id: str) -> OrderDraft:
    """The draft when the reader may see it."""
    try:
        return draft_of(public_id, user=request.user)
    except OrderDraft.DoesNotExist:
        raise Http404 from None


def _page(request: HttpRequest, draft: OrderDraft, *, error: DomainError | None = None) -> HttpResponse:
    preview = preview_draft(draft, request.user)
    refused = (
        {entry["line"]: entry["reason"] for entry in error.context["lines"]}
        if isinstance(error, LineRefused)
        else {}
    )
    for row in preview.rows:
        row.problem = row.problem or refused.get(row.no, "")
    last = preview.rows[-1].no if preview.rows else 0
    blank = [Row(DraftLine(n, quantity="")) for n in range(last + 1, max(last + BLANKS, LEAST) + 1)]
    context = {
        **_context(request, draft, preview),
        "rows": [*preview.rows, *blank],
        "error": error,
        "refused": refused,
        "hold_form": HoldForm(),
        "sections": sections_of("orders.draft", request, draft),
    }
    return render(request, "orders/desk/desk.html", context, status=error.status if error else 200)


def _context(request: HttpRequest, draft: OrderDraft, preview: Any) -> dict[str, Any]:
    facts = customer_facts(draft.customer_id, user=request.user) if draft.customer_id else None
    asked = draft.requested_on or timezone.localdate()
    return {
        "draft": draft,
        "p": preview,
        "facts": facts,
        "ship_tos": list(draft.customer.ship_tos.filter(is_active=True)) if draft.customer else [],
        "sites": sites_of(draft, user=request.user),
        "rush_codes": rush_codes(draft.company_id) if draft.company_id else (),
        "jobs": jobs_of(draft.customer, on=timezone.localdate()) if draft.customer else [],
        "requested_on": asked,
        "requested_hint": hint_for_day(asked),
        "sees_cost": request.user.has_perm(VIEW_COST),
        # Asked once, not once a row: a paste draws a thousand of them.
        "items_url": reverse("orders:draft_items", args=[draft.public_id]),
        "labels": {
            "item": _("Item, line"),
            "reason": _("Reason for the price, line"),
            "consent": _("Who agreed to the substitute, line"),
            "quantity": _("Quantity, line"),
            "price": _("Unit price, line"),
        },
    }


@require_POST
@needs(SUBMIT)
def save_header(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One changed header field; the answer patches what depends on it."""
    header: dict[str, Any] = {}
    for name in ("customer_id", "ship_to_id", "site_id"):
        if name in request.POST:
            text = request.POST[name]
            header[name] = int(text) if text.isdecimal() else None
    for name, most in (("customer_po", 60), ("job", 30), ("rush", 12), ("coupon", 30), ("note", 2000)):
        if name in request.POST:
            header[name] = request.POST[name].replace("\0", "").strip()[:most]
    if "requested_on" in request.POST:
        try:
            asked = read_day(request.POST["requested_on"], timezone.localdate())
        except ValueError as problem:
            return render(request, "orders/desk/_date_problem.html", {"problem": problem}, status=422)
        header["requested_on"] = asked.isoformat()
    if header.get("customer_id"):
        get_customer(request, header["customer_id"])
    return saved(request, str(public_id), DraftChange(header=header), whole=True)


def get_customer(request: HttpRequest, pk: int) -> Customer:
    """The customer, when the reader may see it."""
    found = Customer.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
@needs(SUBMIT)
def save_line(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """One line as typed, or its removal; the answer patches the row, the totals and the credit meter."""
    if request.POST.get("delete"):
        return saved(request, str(public_id), DraftChange(removed=[number]), numbers=[number])
    draft = draft_or_404(request, str(public_id))
    before = next((line for line in lines_of(draft.lines) if line.line == number), None)
    raw = request.POST.get("item", "").replace("\0", "").strip()[:80]
    quantity, unit = typed_quantity(request.POST.get("qty", "")[:40])
    pk = request.POST.get("pk", "")
    named = resolve_codes([] if pk.isdecimal() else [raw], draft.customer_id)
    by_hand = request.POST.get("manual") and request.POST.get("price", "").strip()
    entry = {
        "line": number,
        "raw": raw,
        "item_id": int(pk) if pk.isdecimal() else named.get(raw),
        "meanings": named.meanings(raw),
        "quantity": quantity or "1",
        "unit": unit or request.POST.get("unit", "")[:3] or named.unit(raw),
        "price": typed_figure(request.POST["price"][:40]) if by_hand else "",
        "price_reason": request.POST.get("reason", "").replace("\0", "").strip()[:120] if by_hand else "",
    }
    if before is None or before.item_id in (None, entry["item_id"]):
        said = request.POST.get("supply", before.supply if before else "")
        entry["supply"] = said if said in SupplyMethod.values else ""
        site = request.POST.get("site", str(before.site_id or "") if before else "")
        entry["site_id"] = int(site) if site.isdecimal() else None
    wish = wish_again(request.POST) if before is None else before.wish
    if wish and (before is None or before.item_id == entry["item_id"]):
        agreed = request.POST.get("consent", before.consent if before else "")
        entry |= {**wish, "consent": agreed.replace("\0", "").strip()[:120]}
    return saved(request, str(public_id), DraftChange(lines=[entry]), numbers=[number])


@require_POST
@needs(SUBMIT)
def take_substitute(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """The line offers something else; what was asked for stays with it."""
    draft = draft_or_404(request, str(public_id))
    line = next((line for line in lines_of(draft.lines) if line.line == number), None)
    found = inspect_line(draft, line, user=request.user) if line else None
    wanted = request.POST.get("item", "")
    offers = [offer for offer in found.offers if f"{offer.item_id}" == wanted] if found else []
    if line is None or found is None or not offers:
        raise BadInput(field="item", reason=_("it is not offered any more."))
    entry = instead_of(
        line, code=found.row.code, unit=found.row.unit, item_id=offers[0].item_id, offered=offers[0].code,
        quantity=offers[0].quantity, offered_unit=offers[0].unit,
    )  # fmt: skip
    return saved(request, str(public_id), DraftChange(lines=[entry]), numbers=[number])


@require_POST
@needs(SUBMIT)
def paste_lines(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Rows from a spreadsheet: code, quantity, and maybe unit; one query for all their codes.

    They take the free numbers from the line they were pasted on; what is no order line yet stays, with its reason.
    """
    try:
        cells = json.loads(request.POST.get("rows", ""))
        first = int(request.POST.get("at", "1"))
        rows = [[str(cell).replace("\0", "").strip() for cell in row] for row in cells]
    except (TypeError, ValueError):
        raise BadInput(field="rows", reason=_("these are no rows of cells.")) from None
    rows = [row for row in rows if any(row)]
    if len(rows) > MOST_ROWS:
        raise BadInput(
            field="rows",
            reason=_("%(n)s rows at once are too many; at most %(most)s. Import a file instead.")
            % {"n": len(rows), "most": MOST_ROWS},
        )
    draft = draft_or_404(request, str(public_id))
    found = resolve_codes([row[0] for row in rows], draft.customer_id)
    lines = []
    numbers = free_numbers(draft.lines, max(first, 1), len(rows))
    for number, (code, *more) in zip(numbers, rows, strict=True):
        quantity, unit = typed_quantity(more[0][:40]) if more else ("", "")
        named = more[1].upper()[:3] if len(more) > 1 and more[1].isalpha() else ""
        lines.append(
            {
                "line": number,
                "raw": code[:80],
                "item_id": found.get(code),
                "meanings": found.meanings(code),
                "quantity": quantity or "1",
                "unit": unit or named or found.unit(code),
            }
        )
    return saved(request, str(public_id), DraftChange(lines=lines), numbers=sorted({first, *numbers}))


def saved(
    request: HttpRequest,
    public_id: str,
    change: DraftChange,
    *,
    numbers: Sequence[int] = (),
    whole: bool = False,
) -> HttpResponse:
    """Save a change and answer with what it changed on the page; a form without script gets the page."""
    version = request.POST.get("version", "0")
    try:
        save_draft(
            By(Actor.of(request.user)),
            public_id=public_id,
            version=int(version) if version.isdecimal() else 0,
            change=change,
        )
    except StaleVersion as error:
        return refusal(request, error)
    return answer(request, public_id, numbers=numbers, whole=whole)


def answer(
    request: HttpRequest, public_id: str, *, numbers: Sequence[int] = (), whole: bool = False
) -> HttpResponse:
    """What a save has changed on the page."""
    if not is_htmx(request):
        return redirect("orders:draft", public_id)
    draft = draft_or_404(request, public_id)
    preview = preview_draft(draft, request.user)
    rows = {row.no: row for row in preview.rows}
    shown = preview.rows if whole else [rows.get(n) or Row(DraftLine(n, quantity="")) for n in numbers]
    context = {**_context(request, draft, preview), "changed": shown, "whole": whole}
    return render(request, "orders/desk/_patch.html", context)


@require_GET
@needs(VIEW_CUSTOMER)
def customers(request: HttpRequest) -> HttpResponse:
    """The customer list under a field that names one: of the order's header, of the price check."""
    text = request.GET.get("q", "")[:80]
    found = customer_options(text, user=request.user)
    return render(request, "orders/desk/_customers.html", {"customers": found, "q": text.strip()})


@require_GET
@needs(SUBMIT)
def inspect(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """The facts beside the line with the focus."""
    draft = draft_or_404(request, str(public_id))
    line = next((line for line in lines_of(draft.lines) if line.line == number), None)
    found = inspect_line(draft, line, user=request.user) if line else None
    context = {"inspect": found, "p": found and found.row, "sections": _beside(request, draft, found)}
    return render(request, "orders/desk/_inspector.html", context)


def _beside(request: HttpRequest, draft: OrderDraft, found: Inspection | None) -> list[Section]:
    """What other rooms know about the line's item for this customer."""
    if found is None or found.row.item_id is None or draft.customer_id is None:
        return []
    line = LineOfDraft(draft.customer_id, found.row.item_id)
    return sections_of("orders.draft_line", request, line)


@require_POST
@needs(SUBMIT)
def submit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The draft becomes an order; asked twice, it is the same order."""
    version, reason = request.POST.get("version", ""), request.POST.get("hold_reason", "").strip()
    draft = draft_or_404(request, str(public_id))
    if draft.order:
        return redirect("orders:order", draft.order.number)
    try:
        made = submit_draft(
            By(Actor.of(request.user), key=str(public_id)),
            public_id=str(public_id),
            version=int(version) if version.isdecimal() else 0,
            hold_reason=reason[:200],
        )
    except DomainError as error:
        return _page(request, draft, error=error)
    return redirect(f"{reverse('orders:order', args=[made.number])}?submitted=1")


@require_POST
@needs(SUBMIT)
def discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put the draft away; Undo takes it back."""
    discard_draft(By(Actor.of(request.user)), public_id=str(public_id))
    undo = {"url": reverse("orders:draft_restore", args=[public_id]), "fields": {}}
    return done(
        request, _("Draft discarded"), undo=undo, back=reverse("orders:draft_list"), queue__changed={}
    )


@require_POST
@needs(SUBMIT)
def restore(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a discarded draft back."""
    discard_draft(By(Actor.of(request.user)), public_id=str(public_id), restore=True)
    return done(
        request, _("Draft restored"), back=reverse("orders:draft", args=[public_id]), queue__changed={}
    )


@require_POST
@needs(SUBMIT)
def copy(request: HttpRequest, number: str) -> HttpResponse:
    """A new draft with the order's customer and lines, at today's prices."""
    order = get_object_or_404(SalesOrder.objects.visible_to(request.user), number=number)
    lines = lines_to_copy(order)
    public_id = str(uuid.uuid4())
    change = DraftChange(
        {"customer_id": order.customer_id, "ship_to_id": order.ship_to_id, "job": order.job}, lines
    )
    save_draft(By(Actor.of(request.user)), public_id=public_id, version=0, change=change)
    return redirect("orders:draft", public_id)
