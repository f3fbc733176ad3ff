"""The overview: figures put into words, tiles and what needs attention. No statement of its own."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.models import InvoiceException
from erp.kernel import charts
from erp.kernel.formats import DASH, write_number, write_quantity
from reporting.kpis.figures import Figures, Value
from reporting.kpis.periods import DAY

from .addresses import listed

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
TILES = ("order_intake", "line_fill", "gross_margin", "backorders", "inventory_turns", "invoice_exceptions")
SPACE = "\u00a0"
STAGES = {
    "approval": gettext_lazy("approval"),
    "receipt": gettext_lazy("receipt"),
    "inspection": gettext_lazy("inspection"),
    "credit": gettext_lazy("credit"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure: what, how much, how it moved, in which tone, and where its documents are."""

    key: str
    label: Any
    value: str
    change: str
    tone: str
    note: str
    target: str
    spark: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that someone should look at, with the money it is about."""

    kind: str
    tone: str
    text: str
    amount: str
    url: str


def amount(value: Decimal | None, unit: str, currency: str) -> str:
    """The figure in its unit, as a board writes it."""
    if value is None:
        return DASH
    match unit:
        case "money":
            sign = SYMBOLS.get(currency, currency)
            if abs(value) >= 1_000_000:
                return f"{sign}{SPACE}{write_number(value / 1_000_000, 2)}{SPACE}M"
            return f"{sign}{SPACE}{write_number(value, 0)}"
        case "percent":
            return f"{write_number(value, 1)}{SPACE}%"
        case "hours":
            return _("%(hours)s h") % {"hours": write_number(value, 1)}
        case "days":
            return _("%(days)s d") % {"days": write_number(value, 1)}
        case "count":
            return write_number(value, 0)
        case _:
            return write_number(value, 1)


def change(value: Value, currency: str) -> tuple[str, str]:
    """(words, tone) of the move against the period before: a share for money, points for percentages."""
    if value.change is None or value.before is None:
        return _("no comparison"), ""
    moved = value.change
    if value.kpi.unit == "money":
        words = f"{_signed(moved * 100 / value.before, 1)}{SPACE}%" if value.before else _("new")
    elif value.kpi.unit == "percent":
        words = _("%(points)s pt") % {"points": _signed(moved, 1)}
    else:
        words = _signed(moved, 0 if value.kpi.unit == "count" else 1)
    return words, _tone(value, moved)


def _signed(value: Decimal, places: int) -> str:
    return ("+" if value > 0 else "") + write_number(value, places)


def _tone(value: Value, moved: Decimal) -> str:
    if not moved or value.kpi.better == "neither":
        return ""
    return "ok" if (moved > 0) == (value.kpi.better == "up") else "bad"


def documents(key: str, found: Figures) -> str:
    """The list that a figure was counted from."""
    place, span = found.place, found.period
    closed = span.last if span.key == "today" else span.last - DAY
    due = {"due_from": span.first, "due_to": closed}
    match key:
        case "order_intake":
            return listed("order_documents", place, intake_from=span.first, intake_to=span.last)
        case "line_fill" | "unit_fill":
            return listed("line_documents", place, view="missed", **due)
        case "order_fill":
            return listed("order_documents", place, view="missed", **due)
        case "backorders" | "backorder_age":
            return listed("line_documents", place, view="backorders", due_to=span.last - DAY)
        case "order_cycle":
            return listed("order_documents", place, completed_from=span.first, completed_to=span.last)
        case "gross_margin" | "billing_cycle":
            return listed("invoice_documents", place, issued_from=span.first, issued_to=span.last)
        case "return_cycle":
            return listed("return_documents", place, credited_from=span.first, credited_to=span.last)
        case "inventory_turns":
            return listed("shipment_documents", place, shipped_from=span.first, shipped_to=span.last)
        case "inventory_value":
            return listed("stock_documents", place, day_from=span.last, day_to=span.last)
        case "order_exceptions":
            return listed("order_exception_documents", place)
        case _:
            return listed("exception_documents", place)


def tiles(found: Figures) -> list[Tile]:
    """The six figures at the top."""
    return [_tile(found, found.values[key]) for key in TILES]


def _tile(found: Figures, value: Value) -> Tile:
    words, tone = change(value, found.place.currency)
    if value.kpi.key == "backorders":
        moved = value.beside["lines"] - value.beside["lines_before"]
        words, tone = f"{_signed(moved, 0) if moved else '±0'}", _tone(value, moved)
    missed = value.meets_target is False
    return Tile(
        key=value.kpi.key,
        label=value.kpi.title,
        value=amount(value.now, value.kpi.unit, found.place.currency),
        change=words,
        tone=tone,
        note=note(value, found),
        target=target(value, found.place.currency),
        spark=charts.spark(value.trend, "s3" if missed else "s1"),
        url=documents(value.kpi.key, found),
    )


def target(value: Value, currency: str) -> str:
    """The target in the figure's unit, empty where there is none. That of a count is an age, said in its note."""
    return amount(value.target, value.kpi.unit, currency) if _is_comparable(value) else ""


def _is_comparable(value: Value) -> bool:
    return value.target is not None and value.kpi.unit != "count"


def note(value: Value, found: Figures) -> str:
    """What stands beside a figure: its parts, or what it is compared with."""
    beside = {name: int(number) for name, number in value.beside.items()}
    match value.kpi.key:
        case "backorders":
            lines = beside["lines"]
            return ngettext("%(n)s line open", "%(n)s lines open", lines) % {"n": write_quantity(lines)}
        case "invoice_exceptions" | "order_exceptions":
            return _("%(n)s over %(days)s days") % {
                "n": write_quantity(beside["overdue"]),
                "days": write_quantity(value.target or 0),
            }
        case "line_fill":
            return _("%(filled)s of %(lines)s lines") % {
                "filled": write_quantity(beside["filled"]),
                "lines": write_quantity(beside["lines"]),
            }
        case "unit_fill" if value.beside["substituted"]:
            return _("%(percent)s %% more by substitutes") % {
                "percent": write_number(value.beside["substituted"], 1)
            }
        case "order_intake":
            orders = beside["orders"]
            return ngettext("%(n)s order", "%(n)s orders", orders) % {"n": write_quantity(orders)}
        case "order_cycle" | "billing_cycle":
            if "p90" not in value.beside:
                return ""
            return _("90 %% within %(hours)s h") % {"hours": write_number(value.beside["p90"], 1)}
        case "return_cycle":
            return " · ".join(
                f"{label} {write_number(value.beside[name], 1)}"
                for name, label in STAGES.items()
                if name in value.beside
            )
        case _:
            return str(found.period.compared)


def key_figures(found: Figures) -> list[dict[str, Any]]:
    """Every KPI of the dictionary as a row of a table."""
    rows = []
    for value in found.values.values():
        words, tone = change(value, found.place.currency)
        rows.append(
            {
                "kpi": value.kpi,
                "value": amount(value.now, value.kpi.unit, found.place.currency),
                "before": amount(value.before, value.kpi.unit, found.place.currency),
                "change": words if value.change is not None else DASH,
                "tone": tone,
                "target": target(value, found.place.currency) or DASH,
                "meets": value.meets_target,
                "note": note(value, found),
                "url": documents(value.kpi.key, found),
                "definition": f"{reverse('reporting:kpis')}#{value.kpi.key}",
            }
        )
    return rows


def exception_kind(key: str) -> str:
    """A kind of invoice exception in words."""
    known = dict(InvoiceException.Kind.choices)
    return str(known.get(key, key))


# What needs attention --------------------------------------------------------------------------------


def attention(found: Figures) -> list[Attention]:
    """Missed targets and things that have waited too long, the most money first."""
    currency, seen = found.place.currency, []
    old = [bucket for bucket in found.ages[2:] if bucket.lines]
    if old:
        lines, value = sum(bucket.lines for bucket in old), sum((bucket.value for bucket in old), Decimal(0))
        text = ngettext(
            "%(n)s line is more than a week behind its requested date",
            "%(n)s lines are more than a week behind their requested date",
            lines,
        ) % {"n": write_quantity(lines)}
        url = listed(
            "line_documents",
            found.place,
            view="backorders",
            due_to=found.period.last - DAY,
            requested_to=found.period.last - DAY * 8,
        )
        seen.append((value, Attention(_("Backorders"), "bad", text, amount(value, "money", currency), url)))
    for kind in found.exceptions:
        if kind.overdue:
            text = ngettext(
                "%(kind)s: %(n)s shipment waits to be billed, overdue",
                "%(kind)s: %(n)s shipments wait to be billed, overdue",
                kind.overdue,
            ) % {"kind": exception_kind(kind.kind), "n": write_quantity(kind.overdue)}
            url = listed("exception_documents", found.place, kind=kind.kind)
            shown = Attention(_("Billing"), "warn", text, amount(kind.amount, "money", currency), url)
            seen.append((kind.amount, shown))
    for _id, name, net, cost in found.classes:
        if cost > net:
            text = _("%(category)s was sold below its cost") % {"category": name}
            url = documents("gross_margin", found)
            seen.append(
                (cost - net, Attention(_("Margin"), "bad", text, amount(cost - net, "money", currency), url))
            )
    for figure in found.values.values():
        if figure.meets_target is False:
            text = _("%(figure)s is %(value)s, target %(target)s") % {
                "figure": figure.kpi.title,
                "value": amount(figure.now, figure.kpi.unit, currency),
                "target": amount(figure.target, figure.kpi.unit, currency),
            }
            shown = Attention(_("Target missed"), "warn", text, "", documents(figure.kpi.key, found))
            seen.append((Decimal(0), shown))
    return [shown for _amount, shown in sorted(seen, key=lambda pair: -pair[0])]
