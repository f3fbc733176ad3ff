"""What programs send and get of order rules."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer
from orders.entry.api import OfferIn
from orders.entry.models import SalesOrder
from orders.rulebook.models import OrderRule, RuleVersion
from orders.rulebook.queries import as_asked, rules_of, standing
from orders.rulebook.words import conditions_words, names_of, outcome_words


class RuleOut(serializers.Serializer[Any]):
    """A rule as its row keeps it, with ids of masters, and in words."""

    id = serializers.IntegerField()
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
        fields = ["id", "company", "number", "state", "standing", "reason", "valid_from", "count", "version"]

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
                "id": rule.pk,
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


class BeginRulesIn(StrictSerializer):
    """A company's next version, with the rules of the one with the id `based_on` (left out: of those in force)."""

    company = CodeField(max_length=12)
    reason = CodeField(max_length=200)
    based_on = serializers.IntegerField(min_value=1, required=False)


class ConditionIn(StrictSerializer):
    """`values`: codes of masters, words or one figure, as the rules' page takes them."""

    field = CodeField(max_length=20)
    operator = CodeField(max_length=12)
    values = serializers.ListField(child=CodeField(), allow_empty=False, max_length=200)


class RuleIn(StrictSerializer):
    """A rule of a draft: a new one, or the one with the id `rule`. `outcome` has the fields of its kind.

    Kinds: site {how, site}, ship_rule {ship_rule}, priority {priority}, hold {hold, reason}, fee {item, amount or
    percent}.
    """

    version = serializers.IntegerField(min_value=1, help_text="Of the draft, as it was read.")
    rule = serializers.IntegerField(min_value=1, required=False)
    sequence = serializers.IntegerField(min_value=1, max_value=9999)
    name = CodeField(max_length=80)
    conditions = ConditionIn(many=True, default=list)
    kind = serializers.ChoiceField(choices=OrderRule.Kind.choices)
    outcome = serializers.DictField(child=CodeField(max_length=160))


class RemoveRuleIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)
    rule = serializers.IntegerField(min_value=1)


class DecideRulesIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)


class ApproveRulesIn(DecideRulesIn):
    """`valid_from` left out: from today."""

    valid_from = BusinessDateField(required=False)


class ReasonedRulesIn(DecideRulesIn):
    reason = CodeField(max_length=200)
