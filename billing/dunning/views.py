"""A letter and its paper, levels with their texts, stops, and a run by day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.collections.queries import payer_of
from billing.dunning.actions.keep_levels import save_dunning_level, save_dunning_text
from billing.dunning.actions.start_dunning import start_dunning
from billing.dunning.actions.stop_dunning import stop_dunning
from billing.dunning.forms import LevelForm, NewLevelForm, StopForm, TextForm
from billing.dunning.letters import letter_pdf
from billing.dunning.models import DunningLevel
from billing.dunning.permissions import CHANGE_DUNNING, DUN, STOP_DUNNING, VIEW_DUNNING
from billing.dunning.queries import letter_list, level_list
from billing.receivables.queries import open_item_list
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError, StaleVersion
from erp.kernel.forms import Form
from erp.kernel.web import done, needs
from masterdata.models import Company

ZERO = 0


@require_GET
@needs(VIEW_DUNNING)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as it was written, with its items."""
    found = get_object_or_404(letter_list(user=request.user), pk=pk)
    items = found.items.select_related("item__invoice").order_by("item__due_on", "pk")
    return render(request, "billing/dunning/letter.html", {"letter": found, "items": items})


@require_GET
@needs(VIEW_DUNNING)
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Its paper, for the post."""
    found = get_object_or_404(letter_list(user=request.user), pk=pk)
    response = HttpResponse(letter_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@require_POST
@needs(DUN)
def run(request: HttpRequest) -> HttpResponse:
    """Dun the payers of a company now, in the background."""
    company = get_object_or_404(Company.objects.visible_to(request.user), pk=request.POST.get("company") or 0)
    started = start_dunning(By(Actor.of(request.user)), company_id=company.pk)
    return redirect("job", started.job)


@require_http_methods(["GET", "POST"])
@needs(CHANGE_DUNNING)
def new_level(request: HttpRequest) -> HttpResponse:
    """Add a level to a company."""
    form = NewLevelForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = save_dunning_level(
                By(Actor.of(request.user)),
                company_id=given["company"].pk,
                level=given["level"],
                name=given["name"],
                days=given["days"],
                fee=given["fee"] or ZERO,
                version=0,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return done(
                request, _("Level added"), back=reverse("billing:dunning_level", args=[made.level_id])
            )
    status = 422 if form.errors else 200
    return render(request, "billing/dunning/new_level.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@needs(VIEW_DUNNING)
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """One level with its texts; those who may change it do so here."""
    found = get_object_or_404(level_list(user=request.user), pk=pk)
    if request.method == "GET":
        return _page(request, found, {})
    form = LevelForm(request.POST)

    def perform(by: By) -> str:
        given = form.cleaned_data
        save_dunning_level(
            by,
            company_id=found.company_id,
            level=found.level,
            name=given["name"],
            days=given["days"],
            fee=given["fee"] or ZERO,
            version=form.opened_on,
        )
        return _("Level saved")

    return _change(request, found, "level", form, perform)


@require_POST
@needs(CHANGE_DUNNING)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the letter says in a language."""
    found = get_object_or_404(level_list(user=request.user), pk=pk)
    form = TextForm(request.POST)

    def perform(by: By) -> str:
        given = form.cleaned_data
        save_dunning_text(
            by,
            level_id=found.pk,
            language=given["language"],
            subject=given["subject"],
            body=given["body"],
            version=form.opened_on,
        )
        return _("Text saved")

    return _change(request, found, "text", form, perform)


def _change(request: HttpRequest, found: DunningLevel, what: str, form: Form, perform: Any) -> HttpResponse:
    if form.is_valid():
        try:
            said = perform(By(Actor.of(request.user)))
        except StaleVersion:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, said, back=reverse("billing:dunning_level", args=[found.pk]))
    return _page(request, found, {what: form}, status=422)


def _page(
    request: HttpRequest, found: DunningLevel, bound: dict[str, Form], status: int = 200
) -> HttpResponse:
    presently = {"name": found.name, "days": found.days, "fee": found.fee, "version": found.version}
    wanted = request.GET.get("language", "")
    shown = next((one for one in found.texts.all() if one.language == wanted), None)
    of_text = (
        {"language": shown.language, "subject": shown.subject, "body": shown.body, "version": shown.version}
        if shown
        else {"language": wanted, "version": None}
    )
    context = {
        "level": found,
        "texts": found.texts.all(),
        "form": bound.get("level") or LevelForm(initial=presently),
        "text_form": bound.get("text") or TextForm(initial=of_text),
        "bound": bound,
        "may_change": Actor.of(request.user).may(CHANGE_DUNNING, company=found.company_id),
    }
    return render(request, "billing/dunning/level.html", context, status=status)


@require_POST
@needs(STOP_DUNNING)
def stop_payer(request: HttpRequest, pk: int) -> HttpResponse:
    """Write no letter to a payer until a day."""
    payer = get_object_or_404(payer_of(pk, user=request.user))
    return _stop(request, payer.pk, None, reverse("billing:collection", args=[pk]))


@require_POST
@needs(STOP_DUNNING)
def stop_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Write no letter about one invoice until a day."""
    item = get_object_or_404(open_item_list(user=request.user), pk=pk)
    return _stop(request, item.customer_id, item.pk, reverse("billing:invoice", args=[item.invoice.number]))


def _stop(request: HttpRequest, customer_id: int, item_id: int | None, back: str) -> HttpResponse:
    form = StopForm(request.POST)
    if form.is_valid():
        try:
            stop_dunning(
                By(Actor.of(request.user)), customer_id=customer_id, open_item_id=item_id, **form.cleaned_data
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return done(request, _("No letter until that day"), back=back)
    return render(request, "billing/dunning/stop.html", {"form": form, "back": back}, status=422)
