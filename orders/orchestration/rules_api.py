"""Order rules for programs: what holds, what they would do with an order that nobody has placed yet, a new version."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.batch import Batch
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import body_of
from masterdata.places.queries import company_list
from orders.entry.actions.submit_order import SELL_BELOW_COST, SUBMIT
from orders.entry.api import customer_of, offer_of
from orders.entry.free_goods import gifts_of, with_gifts
from orders.entry.gates import assess_lines
from orders.entry.reads import read_facts
from orders.entry.steering import Steered, steer
from orders.rulebook.actions.decide_rules import approve_rules, drop_rules, propose_rules, send_rules_back
from orders.rulebook.actions.write_rules import begin_rules, remove_rule, write_rule
from orders.rulebook.models import RuleVersion
from orders.rulebook.permissions import APPROVE_RULES, VIEW_RULES, WRITE_RULES
from orders.rulebook.queries import as_asked, present_rules, rule_versions, rules_of
from orders.rulebook.words import explain, names_of

from .rule_shapes import (
    ApproveRulesIn,
    BeginRulesIn,
    DecideRulesIn,
    EvaluatedOut,
    EvaluateIn,
    ReasonedRulesIn,
    RemoveRuleIn,
    RuleIn,
    RuleVersionDetailOut,
    RuleVersionOut,
)


class RuleVersionFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=RuleVersion.State.choices)
    company = django_filters.CharFilter(field_name="company__code")


class OrderRuleViewSet(viewsets.ReadOnlyModelViewSet[RuleVersion]):
    """Versions of the order rules. A version is written as a draft, proposed, and approved by somebody else."""

    filterset_class = RuleVersionFilter
    rights: ClassVar = {
        "create": WRITE_RULES,
        "rule": WRITE_RULES,
        "remove_rule": WRITE_RULES,
        "propose": WRITE_RULES,
        "drop": WRITE_RULES,
        "approve": APPROVE_RULES,
        "send_back": APPROVE_RULES,
    }

    @property
    def needs_key(self) -> bool:
        """Evaluating asks only: nothing is written."""
        return self.action != "evaluate"

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.rights.get(self.action, VIEW_RULES))()]

    def get_serializer_class(self) -> type[RuleVersionOut]:
        return RuleVersionOut if self.action == "list" else RuleVersionDetailOut

    def get_queryset(self) -> QuerySet[RuleVersion]:
        return rule_versions(user=self.request.user)

    @extend_schema(request=EvaluateIn, responses=EvaluatedOut)
    @action(detail=False, methods=["post"])
    def evaluate(self, request: Request) -> Response:
        given = body_of(request, EvaluateIn)
        customer = customer_of(given["customer"], request.user)
        return Response(EvaluatedOut(_told(_evaluated(given, customer, request.user))).data)

    @extend_schema(request=BeginRulesIn, responses={201: RuleVersionDetailOut})
    def create(self, request: Request) -> Response:
        """Begin a company's next version as a draft. Nothing is decided by it before somebody else approves."""
        given = body_of(request, BeginRulesIn)
        company = company_list(user=request.user).filter(code__iexact=given["company"]).first()
        if company is None:
            raise NotFound(what="company", reference=given["company"])
        present = present_rules(user=request.user, company_id=company.pk)
        made = begin_rules(
            _by(request, given["reason"]),
            company_id=company.pk,
            reason=given["reason"],
            based_on=given.get("based_on", present.pk if present else None),
        )
        found = self.get_queryset().get(pk=made.version_id)
        return Response(RuleVersionDetailOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=RuleIn, responses=RuleVersionDetailOut)
    @action(detail=True, methods=["post"])
    def rule(self, request: Request, pk: str) -> Response:
        """Add a rule to a draft, or change one of it."""
        given = body_of(request, RuleIn)
        conditions = [{**each, "values": " ".join(each["values"])} for each in given.pop("conditions")]
        write_rule(
            _by(request),
            version_id=self.get_object().pk,
            rule_id=given.pop("rule", None),
            conditions=conditions,
            **given,
        )
        return self._answer()

    @extend_schema(request=RemoveRuleIn, responses=RuleVersionDetailOut)
    @action(detail=True, methods=["post"], url_path="remove-rule")
    def remove_rule(self, request: Request, pk: str) -> Response:
        """Take a rule out of a draft."""
        given = body_of(request, RemoveRuleIn)
        found = self.get_object().pk
        remove_rule(_by(request), version_id=found, version=given["version"], rule_id=given["rule"])
        return self._answer()

    @extend_schema(request=DecideRulesIn, responses=RuleVersionDetailOut)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: str) -> Response:
        """Ask for approval: from now on nobody changes the draft."""
        return self._decide(propose_rules, body_of(request, DecideRulesIn))

    @extend_schema(request=ApproveRulesIn, responses=RuleVersionDetailOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Let the rules hold from a day on; refused for whoever wrote or proposed them."""
        return self._decide(approve_rules, body_of(request, ApproveRulesIn))

    @extend_schema(request=ReasonedRulesIn, responses=RuleVersionDetailOut)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        """Make a draft of a proposal again, with a word."""
        return self._decide(send_rules_back, body_of(request, ReasonedRulesIn))

    @extend_schema(request=ReasonedRulesIn, responses=RuleVersionDetailOut)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """Forget a draft or a proposal, or approved rules whose day has not come."""
        return self._decide(drop_rules, body_of(request, ReasonedRulesIn))

    def _decide(self, verb: Callable[..., None], given: dict[str, Any]) -> Response:
        by = _by(self.request, given.get("reason", ""))
        verb(by, version_id=self.get_object().pk, **given)
        return self._answer()

    def _answer(self) -> Response:
        return Response(RuleVersionDetailOut(self.get_object()).data)


def _by(request: Request, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key_of(request), reason=reason)


def _evaluated(given: dict[str, Any], customer: Any, user: Any) -> Steered:
    """The wanted order as the rules would leave it: the same reads and the same function as submit, without locks."""
    wanted = replace(offer_of(given, customer), channel=given["channel"], rush=given["rush"])
    batch = Batch(Actor.of(user), clock.now())
    header, facts = read_facts(batch, wanted, preview=True)
    below = batch.actor.may(SELL_BELOW_COST, company=header.company_id, site=header.site_id)
    outcomes = assess_lines(wanted, header, facts, below_cost=below)
    gifts, outcomes = gifts_of(batch, wanted, header, facts, outcomes)
    wanted, facts, outcomes = with_gifts(wanted, facts, outcomes, gifts)
    return steer(batch, wanted, header, facts, outcomes, right=SUBMIT, preview=True)


def _told(steered: Steered) -> dict[str, Any]:
    ruled = steered.why.get("rules")
    rules = as_asked(rules_of(RuleVersion.objects.get(pk=ruled["version"]))) if ruled else []
    sentence, steps = explain(ruled, rules, names_of(rules)) if ruled else ("", [])
    return {
        "version": ruled["number"] if ruled else None,
        "sentence": sentence,
        "site": steered.site,
        "ship_rule": steered.header.ship_rule,
        "priority": steered.header.priority,
        "holds": steered.holds,
        "fees": [{"item": fee.fact.code, "amount": fee.amount, "rule": fee.note} for fee in steered.fees],
        "steps": steps,
    }
