"""One place in the warehouse, its status and its ledger; status changes; more or less of something."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel.access import roles
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.web import done, needs
from erp.kernel.workplace import workplace_of
from inventory.stock.models import Status
from inventory.stock.permissions import VIEW_STOCK, VIEW_VALUE
from inventory.stock.statuses import TRAITS

from .actions.adjust_stock import Adjusted, AdjustLine, adjust_stock
from .actions.change_status import StatusChanged, StatusRow, change_status, undo_status_change
from .forms import AdjustForm, StatusForm
from .models import StatusChange
from .permissions import ADJUST_STOCK, BLOCK_STOCK
from .queries import balance_list, change_list, history_of, moved_by
from .rules import MATRIX
from .states import STATUSES


@require_http_methods(["GET", "POST"])
@needs(VIEW_STOCK)
def balance(request: HttpRequest, pk: int) -> HttpResponse:
    """What lies in one place, its ledger, and the form that gives a part of it another status."""
    found = get_object_or_404(balance_list(user=request.user), pk=pk)
    label, tone = STATUSES[found.status]
    initial = {"key": uuid4().hex, "quantity": found.loose}
    data = request.POST if request.method == "POST" else None
    actor, place = Actor.of(request.user), {"company": found.site.company_id, "site": found.site_id}
    rights = {target: right for (source, target), right in MATRIX.items() if source == found.status}
    targets = [target for target, right in rights.items() if actor.may(right, **place)]
    form = StatusForm(data, targets=targets, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        row = StatusRow(
            found.item_id, found.bin_id, found.lot_id, found.status, given["target"], given["quantity"]
        )
        by = By(actor, key=given["key"], reason=given["reason"])
        try:
            changed = change_status(by, site_id=found.site_id, rows=[row], reason=given["reason"])
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, said(changed))
            return redirect("inventory:status_change", changed.change_id)
    context = {
        "balance": found,
        "label": label,
        "tone": tone,
        "unit": found.item.stock_unit_id,
        "form": form,
        "history": history_of(found),
        "sees_value": request.user.has_perm(VIEW_VALUE),
        "may_change": bool(targets),
        "may_adjust": TRAITS[Status(found.status)].by_hand and request.user.has_perm(ADJUST_STOCK),
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/adjustments/balance.html", context, status=status)


def said(changed: StatusChanged) -> str:
    """What a change came to, and what it meant for the promises."""
    parts = [_("%(number)s is done.") % {"number": changed.number}]
    if changed.bumped:
        text = ngettext(
            "%(n)s order line lost stock and is promised anew.",
            "%(n)s order lines lost stock and are promised anew.",
            changed.bumped,
        )
        parts.append(text % {"n": changed.bumped})
    if changed.served:
        text = ngettext(
            "%(n)s order line got stock from it.", "%(n)s order lines got stock from it.", changed.served
        )
        parts.append(text % {"n": changed.served})
    return " ".join(parts)


# Status changes ----------------------------------------------------------------------------------------------


@require_GET
@needs(VIEW_STOCK)
def status_change(request: HttpRequest, pk: int) -> HttpResponse:
    """What moved, by whom and why; taking it back."""
    return _change(request, get_object_or_404(change_list(user=request.user), pk=pk))


@require_POST
@needs(VIEW_STOCK)
def status_change_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The reverse change, by the rights that it asks for."""
    found = get_object_or_404(change_list(user=request.user), pk=pk)
    undone = undo_status_change(By(Actor.of(request.user)), change_id=found.pk)
    back = reverse("inventory:status_change", args=[undone.change_id])
    return done(request, said(undone), back=back, queue__changed={})


def _change(request: HttpRequest, found: StatusChange) -> HttpResponse:
    rows = moved_by(found)
    for row in rows:
        row["was"], row["now"] = STATUSES[row["was"]], STATUSES[row["now"]]
    undone_by = getattr(found, "undone_by", None)
    context = {
        "change": found,
        "rows": rows,
        "undone_by": undone_by,
        "may_undo": undone_by is None and found.undoes_id is None and request.user.has_perm(BLOCK_STOCK),
    }
    return render(request, "inventory/adjustments/status_change.html", context)


@require_GET
@needs(VIEW_STOCK)
def matrix(request: HttpRequest) -> HttpResponse:
    """What each status means, and which role may turn which status into which."""
    holders = {
        right: [role.label for role in roles().values() if right in role.permissions]
        for right in MATRIX.values()
    }
    rows = [
        {
            "status": source.label,
            "traits": TRAITS[source],
            "cells": [
                holders[MATRIX[source, target]] if (source, target) in MATRIX else None for target in Status
            ],
        }
        for source in Status
    ]
    context: dict[str, Any] = {"rows": rows, "targets": [status.label for status in Status]}
    return render(request, "inventory/adjustments/matrix.html", context)


# Adjustments -------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(ADJUST_STOCK)
def adjust(request: HttpRequest) -> HttpResponse:
    """More or less of one item in one place; what exceeds the limits waits for another person."""
    data = request.POST if request.method == "POST" else None
    form = AdjustForm(data, user=request.user, initial={"key": uuid4().hex, **_from_place(request)})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        line = AdjustLine(given["item"], given["bin_id"], given["quantity"], given["lot_id"], given["status"])
        try:
            adjusted = adjust_stock(
                By(Actor.of(request.user), key=given["key"], reason=given["note"]),
                site_id=given["site"].pk,
                lines=[line],
                reason=given["reason"],
                note=given["note"],
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _adjusted(adjusted))
            view = "waiting" if adjusted.waiting_ids else "posted"
            return redirect(f"{reverse('inventory:adjustment_list')}?view={view}")
    status = 422 if form.errors else 200
    return render(request, "inventory/adjustments/adjust.html", {"form": form}, status=status)


def _from_place(request: HttpRequest) -> dict[str, Any]:
    """What is known already: the place that the page was opened from, else the reader's workplace."""
    pk = request.GET.get("balance", "")
    place = workplace_of(request.user)
    found = balance_list(user=request.user).filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        return {"site": place.key} if place else {}
    return {
        "site": found.site_id,
        "item": found.item.code,
        "bin": found.bin.code,
        "lot": found.lot.code if found.lot else "",
        "status": found.status,
    }


def _adjusted(adjusted: Adjusted) -> str:
    if adjusted.waiting_ids:
        return _("It is beyond your limits: nothing moves until another person approves it.")
    if adjusted.bumped:
        text = ngettext(
            "Posted. %(n)s order line lost stock and is promised anew.",
            "Posted. %(n)s order lines lost stock and are promised anew.",
            adjusted.bumped,
        )
        return text % {"n": adjusted.bumped}
    return _("Posted.")
