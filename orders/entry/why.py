"""The why-record of an order, folded out line by line."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import write_day, write_quantity
from erp.kernel.models import Decision
from inventory.commitments.explain import explain_promises
from inventory.models import Supply
from masterdata.models import Price

from .queries import LineView

STEPS = {"override": gettext_lazy("Set by hand"), "conversion": gettext_lazy("Taken over")}


def explain_lines(number: str, views: Sequence[LineView], decisions: Iterable[Decision]) -> None:
    """Give each line the steps of its newest price, and what its promise rests on now in a sentence and steps.

    A line that is not open any more shows the promise as it was decided.
    """
    found: dict[int, tuple[list[dict[str, Any]], dict[str, Any] | None]] = {}
    for decision in decisions:
        outcome = decision.outcome
        numbers = outcome.get("lines") or range(1, len(outcome.get("price", [])) + 1)
        for place, steps, promise in zip(
            numbers, outcome.get("price", []), outcome.get("promise", []), strict=False
        ):
            found.setdefault(place, (steps, promise))
    ids = {step["price"] for steps, _promise in found.values() for step in steps if "price" in step}
    prices = Price.objects.select_related("scope").in_bulk(ids) if ids else {}
    sources = {
        share[0] for _steps, promise in found.values() if promise for share in promise["from"] if share[0]
    }
    supplies = Supply.objects.in_bulk(sources) if sources else {}
    reasons = explain_promises(
        [demand for view in views if view.open for demand in view.demands], document=number
    )
    for view in views:
        steps, promise = found.get(view.line.line, ([], None))
        now = [reasons[demand.pk] for demand in view.demands if demand.pk in reasons]
        view.why = " ".join(reason.sentence for reason in now)
        view.steps = [_price_step(step, prices) for step in steps]
        if now:
            view.steps += [
                {"label": label, "note": note, "value": value}
                for reason in now
                for label, note, value in reason.steps
            ]
        else:
            view.steps += _promise_steps(promise, supplies)


def _price_step(step: dict[str, Any], prices: dict[int, Price]) -> dict[str, Any]:
    price = prices.get(step.get("price", 0))
    percent = f"−{Decimal(step['percent']).normalize():f} %" if "percent" in step else ""
    return {
        "label": price.scope.name if price else STEPS.get(step["step"], step["step"]),
        "note": " ".join(filter(None, (price.scope.code if price else "", percent))),
        "value": write_quantity(Decimal(step["value"])) if step.get("value") is not None else "–",
    }


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
