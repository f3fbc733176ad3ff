"""The why-record of an order, folded out line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.formats import write_day, write_number, write_quantity
from erp.kernel.models import Decision
from erp.kernel.templatetags.ui import unit_price
from inventory.commitments.explain import explain_promises
from inventory.models import Supply
from orders.pricing.rules import margin_percent
from orders.pricing.steps import NamedStep, named_rejection, named_step, prices_of
from orders.rulebook.models import OrderRule
from orders.rulebook.queries import as_asked
from orders.rulebook.words import explain, names_of, rush_words

from .queries import LineView


def explain_lines(
    number: str, views: Sequence[LineView], decisions: Iterable[Decision], *, sees_cost: bool
) -> None:
    """Give each line the steps of its newest price, and what its promise rests on now in a sentence and steps.

    Replacement cost and margin follow the price for those who may see cost. A line that is not open any more shows
    the promise as it was decided.
    """
    found: dict[int, _Why] = {}
    for decision in decisions:
        outcome = decision.outcome
        numbers = outcome.get("lines") or range(1, len(outcome.get("price", [])) + 1)
        for place, steps, promise, rejected in zip_longest(
            numbers, outcome.get("price", []), outcome.get("promise", []), outcome.get("rejected", [])
        ):
            if steps is not None and isinstance(place, int):
                found.setdefault(place, _Why(steps, promise, rejected or []))
    prices = prices_of(
        (step for why in found.values() for step in why.steps),
        (entry for why in found.values() for entry in why.rejected),
    )
    sources = {share[0] for why in found.values() if why.promise for share in why.promise["from"] if share[0]}
    supplies = Supply.objects.in_bulk(sources) if sources else {}
    reasons = explain_promises(
        [demand for view in views if view.open for demand in view.demands], document=number
    )
    for view in views:
        why = found.get(view.line.line, _Why([], None, []))
        last = view.waits_for
        shown = [last] if last else view.demands[:1] if view.is_kit else view.demands
        now = [reasons[demand.pk] for demand in shown if demand.pk in reasons]
        view.why = " ".join(reason.sentence for reason in now)
        if last and now:
            view.why = _("Waits for %(code)s. %(why)s") % {"code": last.item.code, "why": view.why}
        elif view.is_kit and now:
            view.why = _("All components are in stock. %(why)s") % {"why": view.why}
        view.steps = _substitute_steps(view) + [_price_step(named_step(step, prices)) for step in why.steps]
        if sees_cost and why.steps:
            view.steps += _margin_steps(view)
        if now:
            view.steps += [
                {"label": label, "note": note, "value": value}
                for reason in now
                for label, note, value in reason.steps
            ]
        else:
            view.steps += _promise_steps(why.promise, supplies)
        view.rejected = [named_rejection(entry, prices) for entry in why.rejected]


def explain_rules(decisions: Iterable[Decision]) -> list[tuple[Decision, str, list[dict[str, Any]]]]:
    """What the order rules and rush made of the order, newest first: the why-record, a sentence, steps."""
    ruled = [each for each in decisions if "rules" in each.outcome or "rush" in each.outcome]
    versions = {each.outcome["rules"]["version"] for each in ruled if "rules" in each.outcome}
    rules = as_asked(OrderRule.objects.filter(rule_version__in=versions)) if versions else []
    names = names_of(rules)
    found = []
    for each in ruled:
        told, sentences, steps = each.outcome.get("rules"), [], []
        if "rush" in each.outcome:
            sentences.append(rush_words(*each.outcome["rush"]))
        if told is not None:
            said, steps = explain(told, rules, names)
            sentences.append(said)
        found.append((each, " ".join(sentences), steps))
    return found


@dataclass(frozen=True, slots=True)
class _Why:
    steps: list[dict[str, Any]]
    promise: dict[str, Any] | None
    rejected: list[list[Any]]


def _substitute_steps(view: LineView) -> list[dict[str, Any]]:
    """What was asked for, why something else is sent, and who agreed."""
    kept = view.instead
    if kept is None:
        return []
    notes = [kept.get_kind_display()]
    if kept.replaces is not None:
        notes.append(_("short on line %(n)s") % {"n": kept.replaces.line})
    notes.append(
        _("agreed by %(who)s") % {"who": kept.consent} if kept.consent else _("substitutes are welcome")
    )
    asked = f"{write_quantity(kept.asked_quantity)} {kept.asked_unit_id}"
    label = _("Asked for %(code)s") % {"code": kept.asked_item.code}
    return [{"label": label, "note": ", ".join(notes), "value": asked}]


def _price_step(step: NamedStep) -> dict[str, Any]:
    percent = f"{write_number(step.percent, 2)} %" if step.percent is not None else ""
    return {
        "label": step.label,
        "note": ", ".join(filter(None, (step.note, percent))),
        "value": unit_price(step.value),
    }


def _margin_steps(view: LineView) -> list[dict[str, Any]]:
    """What the line earns over what it costs to replace, as at submit."""
    line = view.line
    cost = line.unit_cost * line.stock_quantity / line.quantity
    margin = margin_percent(net=line.unit_price * line.quantity, cost=line.unit_cost * line.stock_quantity)
    note = f"{write_number(margin, 1)} %" if margin is not None else ""
    return [
        {"label": _("Replacement cost"), "note": _("net of rebates"), "value": unit_price(round(cost, 6))},
        {"label": _("Pocket margin"), "note": note, "value": unit_price(round(line.unit_price - cost, 6))},
    ]


def _promise_steps(promise: dict[str, Any] | None, supplies: dict[int, Supply]) -> list[dict[str, Any]]:
    if promise is None:
        return []
    steps = []
    for supply_id, quantity, day in promise["from"]:
        supply = supplies.get(supply_id)
        source = (
            _("From stock")
            if supply_id is None
            else _("From %(document)s") % {"document": supply.document if supply else supply_id}
        )
        steps.append(
            {
                "label": source,
                "note": write_day(date.fromisoformat(day)),
                "value": write_quantity(Decimal(quantity)),
            }
        )
    if Decimal(promise["short"]):
        short = write_quantity(Decimal(promise["short"]))
        steps.append({"label": _("No supply known"), "note": "", "value": short})
    return steps
