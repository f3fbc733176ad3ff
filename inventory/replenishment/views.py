"""A proposal with its why, what is expected of an item at a site, stocking policies, and the start of a run."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, NotPermitted, StaleVersion
from erp.kernel.forms import KeyedForm
from erp.kernel.web import done, needs
from masterdata.catalogue.queries import offers_of
from masterdata.pages import FormPage, OfRecord, Records
from masterdata.places.models import Company

from .actions.decide_proposals import approve_proposals, dismiss_replenishments
from .actions.edit_proposal import edit_proposal
from .actions.set_stocking_policy import change_stocking_policy, set_stocking_policy
from .actions.start_planning import start_planning
from .explain import steps_of
from .forms import DismissOneForm, EditForm, NewPolicyForm, TermsForm
from .models import DemandForecast, ReplenishmentProposal
from .permissions import DECIDE, PLAN, SET_STOCKING, VIEW_PLAN
from .queries import chart_of, forecast_list, policy_list, replenishment_list
from .states import METHODS, STATES


@require_http_methods(["GET", "POST"])
@needs(VIEW_PLAN)
def replenishment(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what, why, and another quantity or source."""
    found = get_object_or_404(replenishment_list(user=request.user), pk=pk)
    offers = offers_of(found.company_id, [found.item_id]).get(found.item_id, [])
    sellers = [offer.supplier_id for offer in offers] if found.kind == "buy" else []
    initial = {
        "key": uuid4().hex,
        "version": found.version,
        "quantity": found.wanted,
        "supplier": found.chosen_supplier_id,
        "note": found.edit_note,
    }
    form = EditForm(sellers, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        supplier = given.get("supplier")
        try:
            edit_proposal(
                By(Actor.of(request.user), key=given["key"], reason=given["note"]),
                proposal_id=pk,
                version=form.opened_on,
                quantity=given["quantity"],
                supplier_id=supplier.pk if supplier else None,
                note=given["note"],
            )
        except (NotPermitted, StaleVersion):
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Kept. The next runs leave your quantity as it is."))
            return redirect("inventory:replenishment", pk)
    return _page(request, found, form)


@require_POST
@needs(DECIDE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Order it alone."""
    found = get_object_or_404(replenishment_list(user=request.user), pk=pk)
    asked = KeyedForm(request.POST)
    if not asked.is_valid():
        return _page(request, found, asked=asked)
    by = By(Actor.of(request.user), key=asked.cleaned_data["key"])
    try:
        decided = approve_proposals(by, proposal_ids=[pk], strict=True)
    except NotPermitted:
        raise
    except DomainError as error:
        asked.refuse(error)
        return _page(request, found, asked=asked)
    if decided.waiting:
        messages.info(request, _("It is above your limit and waits for a second person."))
        return redirect("inventory:replenishment", pk)
    messages.success(request, _("Ordered."))
    if decided.purchase_order_ids:
        return redirect("inventory:purchase_order", decided.purchase_order_ids[0])
    return redirect("inventory:transfer", decided.transfer_ids[0])


@require_POST
@needs(DECIDE)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why it is not wanted."""
    found = get_object_or_404(replenishment_list(user=request.user), pk=pk)
    asked = DismissOneForm(request.POST)
    if not asked.is_valid():
        return _page(request, found, asked=asked)
    given = asked.cleaned_data
    by = By(Actor.of(request.user), key=given["key"], reason=given["reason"])
    try:
        dismiss_replenishments(by, proposal_ids=[pk], reason=given["reason"], strict=True)
    except NotPermitted:
        raise
    except DomainError as error:
        asked.refuse(error)
        return _page(request, found, asked=asked)
    messages.success(request, _("Dismissed."))
    return redirect("inventory:replenishment_list")


def _page(
    request: HttpRequest,
    found: ReplenishmentProposal,
    form: EditForm | None = None,
    *,
    asked: KeyedForm | None = None,
) -> HttpResponse:
    label, tone = STATES[found.state]
    forecast = forecast_list(user=request.user).filter(item=found.item_id, site=found.site_id).first()
    may = found.state in ReplenishmentProposal.OPEN and Actor.of(request.user).may(
        DECIDE, company=found.company_id, site=found.site_id
    )
    context = {
        "proposal": found,
        "steps": steps_of(found),
        "forecast": forecast,
        "figure": chart_of(forecast) if forecast else None,
        "label": label,
        "tone": tone,
        "form": form,
        "asked": asked,
        "may_decide": may,
        "may_edit": may and found.state == ReplenishmentProposal.State.OPEN and form is not None,
        "key": uuid4().hex,
    }
    wrong = bool(asked or (form and form.errors))
    return render(request, "inventory/replenishment/proposal.html", context, status=422 if wrong else 200)


@require_GET
@needs(VIEW_PLAN)
def forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """What is expected of an item at a site, by which method, and what was proposed for it."""
    found: DemandForecast = get_object_or_404(forecast_list(user=request.user), pk=pk)
    proposals = replenishment_list(user=request.user).filter(item=found.item_id, site=found.site_id)
    context = {
        "forecast": found,
        "method": METHODS.get(found.method, found.method),
        "figure": chart_of(found),
        "proposals": [(row, *STATES[row.state]) for row in proposals.order_by("-pk")[:20]],
    }
    return render(request, "inventory/replenishment/forecast.html", context)


@require_POST
@needs(PLAN)
def plan(request: HttpRequest) -> HttpResponse:
    """Start a run for every company in reach now."""
    actor, started, refused = Actor.of(request.user), 0, []
    for company_id in Company.objects.visible_to(request.user).order_by("pk").values_list("pk", flat=True):
        if not actor.may(PLAN, company=company_id):
            continue
        try:
            start_planning(By(actor), company_id=company_id)
        except DomainError as error:
            refused.append(str(error))
        else:
            started += 1
    text = ngettext("%(n)d run started", "%(n)d runs started", started) % {"n": started}
    said = "; ".join([text, *refused])
    return done(request, said, back=reverse("inventory:replenishment_list"), job__started={})


# Stocking policies -----------------------------------------------------------------------------------------------

POLICIES = Records(gettext_lazy("Stocking policies"), "inventory:stocking_policy", policy_list, str)


class NewPolicyPage(FormPage):
    permission = SET_STOCKING
    form_class = NewPolicyForm
    title, verb = gettext_lazy("Set a stocking policy"), gettext_lazy("Set policy")

    def crumbs(self) -> Sequence[Any]:
        return (*POLICIES.crumbs(), self.title, "")

    def perform(self, by: By, form: NewPolicyForm) -> str:
        given = form.cleaned_data
        set_stocking_policy(
            by,
            company_id=given["company"].pk,
            site_id=given["site"].pk if given["site"] else None,
            item_id=given["item"],
            item_class_id=given["item_class"].pk if given["item_class"] else None,
            terms=form.terms,
        )
        return reverse("inventory:stocking_policy_list")


class PolicyPage(OfRecord):
    of = POLICIES
    permission = SET_STOCKING
    form_class = TermsForm
    title, verb = gettext_lazy("Change"), gettext_lazy("Save")
    fields = (
        "stocking", "method", "service_level", "minimum", "maximum", "order_quantity", "order_minimum",
        "order_multiple", "reviewer", "review_on", "reason",
    )  # fmt: skip

    def crumbs(self) -> Sequence[Any]:
        return (*POLICIES.crumbs(), str(self.row), "")

    def perform(self, by: By, form: TermsForm) -> str:
        change_stocking_policy(by, policy_id=self.row.pk, version=form.opened_on, terms=form.terms)
        return reverse("inventory:stocking_policy_list")
