"""Order rules in words: conditions, outcomes, and what became of each rule of one order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import write_number, write_quantity
from masterdata.models import Customer, CustomerGroup, Item, ItemClass, Site
from orders.holds.rules import HOLDS

from .checks import CODE
from .rules import AMOUNT, FIELDS, OPERATOR_WORDS, Rule

HOW_WORDS = {
    "preferred": gettext_lazy("the customer's own site"),
    "nearest": gettext_lazy("the site nearest to the ship-to"),
    "named": gettext_lazy("one site"),
    "all_free": gettext_lazy("the first site where all of it is free"),
}
MASTERS: Mapping[str, Any] = {
    "customer": Customer,
    "customer_class": CustomerGroup,
    "site": Site,
    "item_class": ItemClass,
    "item": Item,
}
Names = Mapping[tuple[str, int], str]


def names_of(rules: Iterable[Rule]) -> Names:
    """The codes of every master that these rules name, one query for each kind of master."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for rule in rules:
        for each in rule.conditions:
            if each.field in MASTERS:
                wanted[each.field] |= set(each.values)
        for name in ("site", "item"):
            if (pk := getattr(rule.outcome, name)) is not None:
                wanted[name].add(pk)
    return {
        (name, pk): code
        for name, ids in wanted.items()
        for pk, code in MASTERS[name].objects.filter(pk__in=ids).values_list("pk", CODE[name])
    }


def condition_words(rule: Rule, place: int, names: Names) -> str:
    """`Customer class is one of KEY, RETAIL`."""
    each = rule.conditions[place]
    values = ", ".join(value_words(each.field, value, names) for value in each.values)
    return f"{FIELDS[each.field].label} {OPERATOR_WORDS[each.operator]} {values}"


def value_words(field: str, value: Any, names: Names) -> str:
    """A condition's value as people write it: the code of a master, else the text itself."""
    if field in MASTERS:
        return names.get((field, value), f"#{value}")
    return write_quantity(Decimal(value)) if FIELDS[field].kind == AMOUNT else str(value)


def conditions_words(rule: Rule, names: Names) -> str:
    """All of a rule's conditions in one line."""
    every = [condition_words(rule, place, names) for place in range(len(rule.conditions))]
    return _(" and ").join(every) or _("Always")


def outcome_words(rule: Rule, names: Names) -> str:
    """What the rule decides."""
    outcome = rule.outcome
    match outcome.kind:
        case "site":
            where = names.get(("site", outcome.site or 0), "") or HOW_WORDS[outcome.how]
            return _("Ships from %(site)s") % {"site": where}
        case "ship_rule":
            return str(Customer.ShipRule(outcome.ship_rule).label)
        case "priority":
            return _("Priority %(n)s") % {"n": outcome.priority}
        case "hold":
            return _("Hold (%(kind)s): %(why)s") % {"kind": HOLDS[outcome.hold][0], "why": outcome.reason}
    code = names.get(("item", outcome.item or 0), "")
    if outcome.amount is not None:
        return _("Fee %(code)s of %(amount)s") % {"code": code, "amount": write_number(outcome.amount, 2)}
    percent = write_quantity(outcome.percent or Decimal(0))
    return _("Fee %(code)s of %(percent)s %% of the goods") % {"code": code, "percent": percent}


def explain(told: Mapping[str, Any], rules: Sequence[Rule], names: Names) -> tuple[str, list[dict[str, Any]]]:
    """One sentence and the steps of what a why-record keeps of the rules (`entry.steering.Steered.why`)."""
    known = {rule.rule_id: rule for rule in rules}
    steps, decided = [], []
    for rule_id, result in told["steps"]:
        rule = known.get(rule_id)
        if rule is None:
            continue
        if result == "decides":
            note, value = conditions_words(rule, names), outcome_words(rule, names)
            decided.append(value)
        elif result == "later":
            note, value = conditions_words(rule, names), _("decided by an earlier rule")
        else:
            note, value = condition_words(rule, result, names), _("not met")
        steps.append({"label": f"{rule.sequence} {rule.name}", "note": note, "value": value})
    steps += [{"label": note, "note": "", "value": ""} for note in told.get("notes", ())]
    number = f"OR-{told['number']}"
    if not decided:
        return _("No rule of %(version)s applied.") % {"version": number}, steps
    said = "; ".join(decided)
    return _("By the rules of %(version)s: %(said)s.") % {"version": number, "said": said}, steps


def rush_words(code: str, quota: int, used: str, asked: str) -> str:
    """What a rush order met of the quota, from its why-record."""
    if not code:
        return _("It is no rush any more.")
    figures = {"code": code, "quota": quota}
    figures |= {"used": write_quantity(Decimal(used)), "asked": write_quantity(Decimal(asked))}
    return (
        _("%(code)s: it asked for %(asked)s of a quota of %(quota)s, of which %(used)s were taken.") % figures
    )
