"""Policies: what holds, where it varies, what is proposed; setting, proposing and deciding."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from erp.kernel import logs
from erp.kernel.access import roles
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.web import done, needs
from masterdata.pages import FormPage

from .actions.approve_variation import approve_variation
from .actions.end_variation import end_variation
from .actions.propose_variation import propose_variation
from .actions.reject_variation import reject_variation
from .actions.set_policy import set_policy
from .forms import ValueForm, VariationForm
from .permissions import APPROVE_VARIATION, PROPOSE_VARIATION, SET_POLICY, VIEW_POLICY
from .queries import Reading, newest_version, policy_reading, policy_readings
from .registry import Policy, policies

AREAS = {
    "masterdata": _("Master data"), "inventory": _("Inventory"), "orders": _("Orders"), "billing": _("Billing"),
    "reporting": _("Reporting"),
}  # fmt: skip


@require_GET
@needs(VIEW_POLICY)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every policy by area, with the value of today and where it varies."""
    areas: dict[str, list[Reading]] = {}
    for reading in policy_readings(user=request.user, on=timezone.localdate()):
        areas.setdefault(reading.policy.area, []).append(reading)
    grouped = [(AREAS.get(area, area), readings) for area, readings in areas.items()]
    return render(request, "masterdata/policies/policy_list.html", {"areas": grouped})


@require_GET
@needs(VIEW_POLICY)
def policy_page(request: HttpRequest, key: str) -> HttpResponse:
    """One policy: its value, variations, proposals and every version."""
    reading = policy_reading(user=request.user, on=timezone.localdate(), key=key)
    if reading is None:
        raise Http404
    context = {
        "reading": reading,
        "policy": reading.policy,
        "owner": roles()[reading.policy.owner].label,
        "steps": [(_("Policies"), reverse("masterdata:policy_list")), (reading.policy.title, "")],
        "versions": [(row, reading.policy.say(reading.policy.parse(row.value))) for row in reading.versions],
        "variations": _said(reading, reading.variations),
        "proposals": _said(reading, reading.proposals),
        "user_id": request.user.pk,
    }
    return render(request, "masterdata/policies/policy.html", context)


def _said(reading: Reading, rows: list[tuple[Any, Any]]) -> list[tuple[Any, Any, str]]:
    return [(place, row, reading.policy.say(reading.policy.parse(row.value))) for place, row in rows]


class OfPolicy(FormPage):
    """A form about one policy."""

    policy: Policy[Any]

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        try:
            self.policy = policies()[kwargs["key"]]
        except KeyError:
            raise Http404 from None

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user, "policy": self.policy}

    def crumbs(self) -> Sequence[Any]:
        home = (_("Policies"), reverse("masterdata:policy_list"))
        return (*home, self.policy.title, self.there(), self.title, "")

    def there(self) -> str:
        return reverse("masterdata:policy", args=[self.policy.key])


class PolicySetPage(OfPolicy):
    permission = SET_POLICY
    form_class = ValueForm
    title, verb = _("Set for the enterprise"), _("Set value")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"version": newest_version(self.policy.key)}

    def perform(self, by: By, form: ValueForm) -> str:
        set_policy(by, key=self.policy.key, **form.changes(), version=form.cleaned_data["version"] or 0)
        return self.there()


class VariationPropose(OfPolicy):
    permission = PROPOSE_VARIATION
    form_class = VariationForm
    title, verb = _("Propose a variation"), _("Propose variation")

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        if not self.policy.levels:
            raise Http404

    def perform(self, by: By, form: VariationForm) -> str:
        propose_variation(by, key=self.policy.key, **form.changes())
        return self.there()

    def done(self, form: VariationForm) -> str:
        return gettext("Proposed. Somebody else has to approve it.")


def _by(request: HttpRequest) -> By:
    return By(Actor.of(request.user, logs.request_id.get()))


@require_POST
@needs(APPROVE_VARIATION)
def variation_decide(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Approve or turn down a proposal, or end a variation today."""
    match request.POST.get("decision"):
        case "approve":
            approve_variation(_by(request), value_id=pk)
            said = gettext("The variation is approved.")
        case "reject":
            reject_variation(_by(request), value_id=pk, reason=request.POST.get("reason", "")[:200])
            said = gettext("The proposal is turned down.")
        case "end":
            end_variation(_by(request), value_id=pk, on=timezone.now().date())
            said = gettext("The variation ends today.")
        case _:
            return HttpResponse(status=400)
    return done(request, said, back=reverse("masterdata:policy", args=[key]))
