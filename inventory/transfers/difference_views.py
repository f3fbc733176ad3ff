"""A difference between what was shipped and what arrived: found, written off, claimed. And proposals, computed anew."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.web import done, needs
from inventory.adjustments.permissions import ADJUST_STOCK
from inventory.inbound.queries import receiving_bin
from masterdata.places.models import Company

from .actions.clear_difference import find_difference, write_off_difference
from .actions.propose_transfers import propose_transfers
from .forms import FindForm, WriteOffForm
from .models import TransferDifference
from .permissions import REBALANCE, RECEIVE_TRANSFER, VIEW_TRANSFER
from .queries import arrives_as, difference_list, proposal_list
from .states import DIFFERENCES, PROPOSALS


@require_http_methods(["GET", "POST"])
@needs(VIEW_TRANSFER)
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, who clears it by when, and the two ways to clear it."""
    found: Any = get_object_or_404(difference_list(user=request.user), pk=pk)
    site_id, actor = found.order.to_site_id, Actor.of(request.user)
    place = {"company": found.order.company_id, "site": site_id}
    default = receiving_bin(site_id)
    do = request.POST.get("do", "")
    find = FindForm(
        site_id,
        request.POST if do == "find" else None,
        initial={"key": uuid4().hex, "quantity": found.missing, "bin": default.code if default else ""},
        auto_id="find-%s",
    )
    write_off = WriteOffForm(request.POST if do == "write_off" else None, initial={"key": uuid4().hex})
    if (find.is_bound and find.is_valid()) or (write_off.is_bound and write_off.is_valid()):
        try:
            said = _found(request, found, find) if find.is_bound else _gone(request, found, write_off)
        except DomainError as error:
            (find if find.is_bound else write_off).refuse(error)
        else:
            messages.success(request, said)
            return redirect("inventory:transfer_difference", pk)
    label, tone = DIFFERENCES[found.state]
    is_open = found.state == "open"
    context = {
        "difference": found,
        "item": found.content.line.item,
        "label": label,
        "tone": tone,
        "find": find,
        "write_off": write_off,
        "may_find": is_open and actor.may(RECEIVE_TRANSFER, **place),
        "may_write_off": is_open and actor.may(ADJUST_STOCK, **place),
    }
    status = 422 if find.errors or write_off.errors else 200
    return render(request, "inventory/transfers/difference.html", context, status=status)


def _found(request: HttpRequest, row: TransferDifference, form: FindForm) -> str:
    given = form.cleaned_data
    find_difference(
        By(Actor.of(request.user), key=given["key"]),
        difference_id=row.pk,
        quantity=given["quantity"],
        bin_id=given["bin"],
        status=arrives_as(row.content, row.order.to_site).value,
    )
    return _("Received. Who waited for it has got it.")


def _gone(request: HttpRequest, row: TransferDifference, form: WriteOffForm) -> str:
    given = form.cleaned_data
    cleared = write_off_difference(
        By(Actor.of(request.user), key=given["key"], reason=given["note"]),
        difference_id=row.pk,
        note=given["note"],
        claim_reference=given["claim_reference"],
    )
    if cleared.waits:
        return _(
            "It is beyond your limits: it stays in transit until another person approves the adjustment."
        )
    return _("It has left stock.")


@require_GET
@needs(REBALANCE)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it is proposed: who gets it by when instead of when, and what the giving site keeps."""
    found = get_object_or_404(proposal_list(user=request.user), pk=pk)
    label, tone = PROPOSALS[found.state]
    demands = [
        {
            "document": each["document"],
            "quantity": Decimal(each["quantity"]),
            "on": date.fromisoformat(each["on"]),
            "was": date.fromisoformat(each["was"]) if each["was"] else None,
        }
        for each in found.why["demands"]
    ]
    why = {**found.why, "free": Decimal(found.why["free"]), "used": Decimal(found.why["used"])}
    context = {"proposal": found, "why": why, "demands": demands, "label": label, "tone": tone}
    return render(request, "inventory/transfers/proposal.html", context)


@require_POST
@needs(REBALANCE)
def compute(request: HttpRequest) -> HttpResponse:
    """Compare the sites of every company in reach now."""
    actor, made, gone = Actor.of(request.user), 0, 0
    for company_id in Company.objects.visible_to(request.user).order_by("pk").values_list("pk", flat=True):
        if actor.may(REBALANCE, company=company_id):
            proposed = propose_transfers(By(actor), company_id=company_id)
            made += proposed.made
            gone += proposed.gone
    text = _("%(made)s new proposals, %(gone)s not needed any more") % {"made": made, "gone": gone}
    return done(request, text, back=reverse("inventory:proposal_list"), queue__changed={})
