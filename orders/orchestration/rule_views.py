"""Pages of the order rules: a version with its rules, the editor of one, what is decided about it, and its trials."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.forms import Form
from erp.kernel.web import done, needs
from masterdata.pages import FormPage, timeline_of, trail
from orders.rulebook.actions.decide_rules import (
    approve_rules,
    drop_rules,
    propose_rules,
    send_rules_back,
)
from orders.rulebook.actions.write_rules import begin_rules, remove_rule, write_rule
from orders.rulebook.models import OrderRule, RuleVersion
from orders.rulebook.permissions import APPROVE_RULES, VIEW_RULES, WRITE_RULES
from orders.rulebook.queries import as_asked, present_rules, rule_versions, rules_of, standing
from orders.rulebook.rules import FIELDS
from orders.rulebook.words import conditions_words, names_of, outcome_words

from .actions.start_trial import start_trial
from .forms import ApproveForm, BeginForm, ReasonForm, RuleForm, TrialForm, values_of
from .permissions import TRY_RULES
from .queries import rule_trials
from .rule_lists import STATES

HOME = gettext_lazy("Order rules")
State = RuleVersion.State


def _find(request: HttpRequest, pk: int) -> RuleVersion:
    return get_object_or_404(rule_versions(user=request.user), pk=pk)


def _there(version: RuleVersion | int) -> str:
    return reverse("orders:rule_version", args=[version if isinstance(version, int) else version.pk])


@require_GET
@needs(VIEW_RULES)
def rule_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The version's rules in words, where it stands, and who may do what with it."""
    row = _find(request, pk)
    rows = rules_of(row)
    rules = as_asked(rows)
    names = names_of(rules)
    state = standing(row)
    approves = row.state == State.PROPOSED and request.user.has_perm(APPROVE_RULES)
    own = request.user.pk in (row.proposed_by_id, row.written_by_id)
    writes = request.user.has_perm(WRITE_RULES)
    day = timezone.localdate()
    return render(
        request,
        "orders/orchestration/rule_version.html",
        {
            "row": row,
            "chip": STATES[state],
            "rules": [
                (rule, conditions_words(asked, names), outcome_words(asked, names))
                for rule, asked in zip(rows, rules, strict=True)
            ],
            "may_write": writes and row.state == State.DRAFT,
            "may_approve": approves and not own,
            "own": approves and own,
            "may_drop": writes and state in ("draft", "proposed", "scheduled"),
            "may_begin": writes,
            "may_try": request.user.has_perm(TRY_RULES) and row.state != State.DROPPED,
            "trials": rule_trials(user=request.user).filter(rule_version=row)[:5],
            "approve_form": ApproveForm(auto_id="approve-%s", initial={"valid_from": day}),
            "back_form": ReasonForm(auto_id="back-%s"),
            "trial_form": TrialForm(
                auto_id="trial-%s",
                initial={"from_on": day - timedelta(days=30), "to_on": day - timedelta(days=1)},
            ),
            "timeline": timeline_of(
                row, {"insert": _("Begun"), "update": _("Changed")}, ("decided_at", "recorded_at")
            ),
        },
    )


class RulesBegin(FormPage):
    """A new version, with the rules of the one it begins with: the company's present one, or one to bring back."""

    permission = WRITE_RULES
    form_class = BeginForm
    template = "orders/orchestration/rules_begin.html"
    title, verb = gettext_lazy("New version"), gettext_lazy("Begin")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        based_on = _based_on(request)
        if based_on is None:
            return {}
        return {
            "company": based_on.company_id,
            "reason": _("As %(version)s") % {"version": based_on},
        }

    def crumbs(self) -> Sequence[Any]:
        return HOME, reverse("orders:rule_version_list"), self.title, ""

    def perform(self, by: By, form: BeginForm) -> str:
        company = form.cleaned_data["company"]
        based_on = _based_on(self.request) or present_rules(user=self.request.user, company_id=company.pk)
        if based_on is not None and based_on.company_id != company.pk:
            raise BadInput(field="company", reason=_("those rules are another company's."))
        made = begin_rules(
            by,
            company_id=company.pk,
            reason=form.cleaned_data["reason"],
            based_on=based_on.pk if based_on else None,
        )
        return _there(made.version_id)

    def done(self, form: BeginForm) -> str:
        return _("Begun. Nothing changes before someone else approves it.")


def _based_on(request: HttpRequest) -> RuleVersion | None:
    """The version that the address names."""
    text = request.GET.get("from", "")
    return rule_versions(user=request.user).filter(pk=text).first() if text.isdecimal() else None


class RulePage(FormPage):
    """The editor of one rule of a draft."""

    permission = WRITE_RULES
    form_class = RuleForm
    template = "orders/orchestration/rule_form.html"
    title, verb = gettext_lazy("Rule"), gettext_lazy("Save rule")
    row: RuleVersion
    rule: OrderRule | None = None

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.row = _find(request, kwargs["pk"])
        if self.row.state != State.DRAFT:
            raise Http404
        if rule_id := kwargs.get("rule_id"):
            self.rule = get_object_or_404(self.row.rules, pk=rule_id)

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        if self.rule is not None:
            return {**values_of(self.rule), "version": self.row.version}
        last = self.row.rules.order_by("-sequence").values_list("sequence", flat=True).first()
        return {"sequence": (last or 0) + 10}

    def crumbs(self) -> Sequence[Any]:
        name = self.rule.name if self.rule else _("New rule")
        return HOME, reverse("orders:rule_version_list"), str(self.row), _there(self.row), name, ""

    def _show(self, request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "title": self.rule.name if self.rule else _("New rule"),
            "verb": self.verb,
            "steps": trail(self.crumbs()),
            "facts": [(field.label, field.help) for field in FIELDS.values()],
        }
        return render(request, self.template, context, status=status)

    def perform(self, by: By, form: RuleForm) -> str:
        write_rule(
            by,
            version_id=self.row.pk,
            rule_id=self.rule.pk if self.rule else None,
            version=form.opened_on if self.rule else None,
            **form.answers(),
        )
        return _there(self.row)


@require_POST
@needs(WRITE_RULES)
def rule_remove(request: HttpRequest, pk: int, rule_id: int) -> HttpResponse:
    """Take a rule out of a draft."""
    row = _find(request, pk)
    get_object_or_404(row.rules, pk=rule_id)
    remove_rule(By(Actor.of(request.user)), version_id=pk, version=_version(request), rule_id=rule_id)
    return done(request, _("Removed."), back=_there(row))


@require_POST
@needs(VIEW_RULES)
def rules_decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Propose, approve, send back or drop; the verb asks for its right."""
    row = _find(request, pk)
    if verb not in VERBS:
        raise NotFound(what=_("decision"), reference=verb)
    decide, form_class, said = VERBS[verb]
    given = _valid(form_class(request.POST)) if form_class else {}
    by = By(Actor.of(request.user), reason=given.get("reason", ""))
    decide(by, version_id=pk, version=_version(request), **given)
    return done(request, said % {"version": row}, back=_there(row))


VERBS: dict[str, tuple[Callable[..., None], type[Form] | None, Any]] = {
    "propose": (propose_rules, None, gettext_lazy("%(version)s waits for approval")),
    "approve": (approve_rules, ApproveForm, gettext_lazy("%(version)s is approved")),
    "back": (send_rules_back, ReasonForm, gettext_lazy("%(version)s is a draft again")),
    "drop": (drop_rules, None, gettext_lazy("%(version)s is dropped")),
}


@require_POST
@needs(TRY_RULES)
def rules_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the rules about past orders; a job does, its page shows how far it is."""
    _find(request, pk)
    started = start_trial(By(Actor.of(request.user)), version_id=pk, **_valid(TrialForm(request.POST)))
    return redirect("job", started.job)


def _valid(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise BadInput(field=field, reason=str(problems[0]))
    return form.cleaned_data


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0
