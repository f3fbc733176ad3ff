"""Order rules for programs: what holds, and what the rules would do with an order that nobody has placed yet."""

from dataclasses import replace
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm
from erp.kernel.batch import Batch
from erp.kernel.shapes import CodeField, body_of
from orders.entry.actions.submit_order import SELL_BELOW_COST, SUBMIT
from orders.entry.api import OfferIn, customer_of, offer_of
from orders.entry.gates import assess_lines
from orders.entry.models import SalesOrder
from orders.entry.reads import read_facts
from orders.entry.steering import Steered, steer
from orders.rulebook.models import RuleVersion
from orders.rulebook.permissions import VIEW_RULES
from orders.rulebook.queries import as_asked, rule_versions, rules_of, standing
from orders.rulebook.words import conditions_words, explain, names_of, outcome_words


class RuleOut(serializers.Serializer[Any]):
    """A rule as its row keeps it, with ids of masters, and in words."""

    sequence = serializers.IntegerField()
    name = serializers.CharField()
    conditions = serializers.ListField(child=serializers.DictField())
    kind = serializers.CharField()
    outcome = serializers.DictField()
    when = serializers.CharField()
    then = serializers.CharField()


class RuleVersionOut(serializers.ModelSerializer[RuleVersion]):
    """`standing`: draft, proposed, scheduled, holds (in force), past, dropped."""

    company = serializers.CharField(source="company.code")
    standing = serializers.SerializerMethodField()
    count = serializers.IntegerField(help_text="How many rules it has.")

    class Meta:
        model = RuleVersion
        fields = ["id", "company", "number", "state", "standing", "reason", "valid_from", "count"]

    def get_standing(self, row: RuleVersion) -> str:
        return standing(row)


class RuleVersionDetailOut(RuleVersionOut):
    rules = serializers.SerializerMethodField()

    class Meta(RuleVersionOut.Meta):
        fields = [*RuleVersionOut.Meta.fields, "rules"]

    @extend_schema_field(RuleOut(many=True))
    def get_rules(self, row: RuleVersion) -> list[dict[str, Any]]:
        rows = rules_of(row)
        rules = as_asked(rows)
        names = names_of(rules)
        return [
            {
                "sequence": rule.sequence,
                "name": rule.name,
                "conditions": rule.conditions,
                "kind": rule.kind,
                "outcome": rule.outcome,
                "when": conditions_words(asked, names),
                "then": outcome_words(asked, names),
            }
            for rule, asked in zip(rows, rules, strict=True)
        ]


class EvaluateIn(OfferIn):
    """A wanted order, as it would be placed through `channel`."""

    customer = CodeField()
    channel = serializers.ChoiceField(choices=SalesOrder.Channel.choices, default="api")
    rush = CodeField(max_length=12, default="", allow_blank=True)


class RuleStepOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not this serializer's own label
    note = serializers.CharField()
    value = serializers.CharField()


class FeeOut(serializers.Serializer[Any]):
    item = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    rule = serializers.CharField()


class RuledHoldOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    detail = serializers.CharField()


class EvaluatedOut(serializers.Serializer[Any]):
    """What the order would be with the rules in force; `site` is blank where no rule moves it from its own."""

    version = serializers.IntegerField(
        allow_null=True, help_text="Number of the version; null without rules."
    )
    sentence = serializers.CharField()
    site = serializers.CharField()
    ship_rule = serializers.CharField()
    priority = serializers.IntegerField()
    holds = RuledHoldOut(many=True)
    fees = FeeOut(many=True)
    steps = RuleStepOut(many=True)


class RuleVersionFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=RuleVersion.State.choices)
    company = django_filters.CharFilter(field_name="company__code")


class OrderRuleViewSet(viewsets.ReadOnlyModelViewSet[RuleVersion]):
    """Versions of the order rules. Evaluating asks only: nothing is written, no key is needed."""

    needs_key: ClassVar = False
    filterset_class = RuleVersionFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_RULES)()]

    def get_serializer_class(self) -> type[RuleVersionOut]:
        return RuleVersionDetailOut if self.action == "retrieve" else RuleVersionOut

    def get_queryset(self) -> QuerySet[RuleVersion]:
        return rule_versions(user=self.request.user)

    @extend_schema(request=EvaluateIn, responses=EvaluatedOut)
    @action(detail=False, methods=["post"])
    def evaluate(self, request: Request) -> Response:
        given = body_of(request, EvaluateIn)
        customer = customer_of(given["customer"], request.user)
        return Response(EvaluatedOut(_told(_evaluated(given, customer, request.user))).data)


def _evaluated(given: dict[str, Any], customer: Any, user: Any) -> Steered:
    """The wanted order as the rules would leave it: the same reads and the same function as submit, without locks."""
    wanted = replace(offer_of(given, customer), channel=given["channel"], rush=given["rush"])
    batch = Batch(Actor.of(user), clock.now())
    header, facts = read_facts(batch, wanted, preview=True)
    below = batch.actor.may(SELL_BELOW_COST, company=header.company_id, site=header.site_id)
    outcomes = assess_lines(wanted, header, facts, below_cost=below)
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
