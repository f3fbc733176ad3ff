"""What the house's rules decide about an order: one pure function of its facts and the rules (OC03).

The facts that a condition may ask for are those of FIELDS and no others. Rules are asked by their sequence. Of each
kind of outcome the first rule that matches decides; a hold is one kind per kind of hold, a fee one per service item.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from erp.kernel.money import round_money

AMONG, AMOUNT, DAYS, PREFIX = "among", "amount", "days", "prefix"
OPERATORS = {
    AMONG: ("in", "not_in"),
    AMOUNT: ("at_least", "below"),
    DAYS: ("at_least", "at_most"),
    PREFIX: ("starts", "starts_not"),
}
OPERATOR_WORDS = {
    "in": _("is one of"),
    "not_in": _("is none of"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "below": _("is below"),
    "starts": _("begins with"),
    "starts_not": _("does not begin with"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that conditions may ask for. `kind` says by which operators; `read`: the order does not say it itself."""

    label: Any
    kind: str
    help: Any
    read: bool = False


FIELDS: Mapping[str, Field] = {
    "customer": Field(_("Customer"), AMONG, _("numbers of customers")),
    "customer_class": Field(_("Customer class"), AMONG, _("codes; what is beneath a class counts"), True),
    "channel": Field(_("Channel"), AMONG, _("desk, api, csv, edi, mail")),
    "site": Field(_("Site"), AMONG, _("codes of sites: where it ships from unless a rule decides")),
    "net": Field(_("Order total"), AMOUNT, _("net of the goods, in the order's currency")),
    "item_class": Field(_("Item class in any line"), AMONG, _("codes; what is beneath a class counts"), True),
    "country": Field(_("Ship-to country"), AMONG, _("ISO codes: BE, NL"), True),
    "postal_code": Field(
        _("Ship-to postal code"), PREFIX, _("beginnings: 20, 9000; a state's are its own"), True
    ),
    "days_ahead": Field(_("Requested in days"), DAYS, _("from the order's day to the requested date")),
    "rush": Field(_("Rush code"), AMONG, _("codes of the rush policy; - for none")),
    "weight_kg": Field(_("Weight"), AMOUNT, _("kg of all goods; unknown while a line has none"), True),
}
NO_RUSH = "-"  # how a condition names an order without rush code


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What rules may know of an order. Ids where masters are meant; money in the order's currency."""

    customer: int
    channel: str
    site: int
    net: Decimal
    days_ahead: int
    rush: str = ""
    customer_class: frozenset[int] = frozenset()  # its class and those above
    item_class: frozenset[int] = frozenset()  # of every line, and those above
    country: str = ""
    postal_code: str = ""
    weight_kg: Decimal | None = None  # None: a line's is not known

    def among(self, name: str) -> frozenset[Any]:
        """What a condition on `name` compares with its values."""
        if name == "rush":
            return frozenset([self.rush or NO_RUSH])
        found = getattr(self, name)
        return found if isinstance(found, frozenset) else frozenset([found])


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that an order has to meet. `values`: ids or texts, of amounts the one bound."""

    field: str
    operator: str
    values: tuple[Any, ...]

    def holds(self, facts: OrderFacts) -> bool:
        """Whether the order meets it. What is not known meets no condition."""
        match self.operator:
            case "in":
                return not facts.among(self.field).isdisjoint(self.values)
            case "not_in":
                return facts.among(self.field).isdisjoint(self.values)
            case "starts" | "starts_not":
                text = str(getattr(facts, self.field))
                return bool(text) and (text.startswith(self.values) == (self.operator == "starts"))
        known = getattr(facts, self.field)
        if known is None:
            return False
        bound = Decimal(self.values[0])
        if self.operator == "at_least":
            return bool(known >= bound)
        return bool(known < bound if self.operator == "below" else known <= bound)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule decides; only the fields of its kind count."""

    kind: str  # OrderRule.Kind
    how: str = ""  # site: preferred, nearest, named, all_free
    site: int | None = None  # named
    ship_rule: str = ""  # Customer.ShipRule
    priority: int = 0  # 1 first
    hold: str = ""  # Hold.Kind
    reason: str = ""
    item: int | None = None  # the service item that a fee is charged as
    amount: Decimal | None = None  # in the order's currency
    percent: Decimal | None = None  # of the goods' net, instead of an amount

    @property
    def key(self) -> tuple[str, Any]:
        """Of what only the first rule that matches decides."""
        return self.kind, self.hold or self.item

    def fee(self, net: Decimal, currency: str) -> Decimal:
        """What is charged on an order of goods worth `net`, rounded once."""
        if self.amount is not None:
            return round_money(self.amount, currency)
        return round_money(net * (self.percent or 0) / 100, currency)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is asked."""

    rule_id: int
    sequence: int
    name: str
    conditions: tuple[Condition, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one rule: `decides`, `later` than the rule that did, or which condition (from 0) was not met."""

    rule: Rule
    result: str
    missed: int | None = None

    def told(self) -> list[Any]:
        """As the why-record keeps it."""
        return [self.rule.rule_id, self.result if self.missed is None else self.missed]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules decided, and how they came to it."""

    steps: Sequence[Step] = ()
    decided: Mapping[tuple[str, Any], Rule] = field(default_factory=dict)

    def outcome(self, kind: str) -> Outcome | None:
        """The decision of a kind that is decided once."""
        rule = self.decided.get((kind, None))
        return rule.outcome if rule else None

    def of(self, kind: str) -> list[Rule]:
        """Every rule of a kind that decided something, by sequence."""
        return [rule for (decided, _key), rule in self.decided.items() if decided == kind]

    def fees(self, net: Decimal, currency: str) -> Decimal:
        """What the fees come to on goods worth `net`."""
        return sum((rule.outcome.fee(net, currency) for rule in self.of("fee")), Decimal(0))


def evaluate(facts: OrderFacts, rules: Iterable[Rule]) -> Ruling:
    """Ask each rule by its sequence, whatever order they come in; of each kind of outcome the first decides."""
    steps: list[Step] = []
    decided: dict[tuple[str, Any], Rule] = {}
    for rule in sorted(rules, key=lambda rule: (rule.sequence, rule.rule_id)):
        missed = next((n for n, each in enumerate(rule.conditions) if not each.holds(facts)), None)
        if missed is not None:
            steps.append(Step(rule, "", missed))
            continue
        first = decided.setdefault(rule.outcome.key, rule)
        steps.append(Step(rule, "decides" if first is rule else "later"))
    return Ruling(steps, decided)


def stored_rule(
    rule_id: int,
    sequence: int,
    name: str,
    conditions: Sequence[Mapping[str, Any]],
    kind: str,
    outcome: Mapping[str, Any],
) -> Rule:
    """A rule as its row keeps it: amounts are texts there."""
    figures = {
        name: Decimal(outcome[name]) for name in ("amount", "percent") if outcome.get(name) is not None
    }
    return Rule(
        rule_id,
        sequence,
        name,
        tuple(Condition(each["field"], each["operator"], tuple(each["values"])) for each in conditions),
        Outcome(kind, **{**outcome, **figures}),
    )
