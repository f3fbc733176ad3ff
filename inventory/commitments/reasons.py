"""Why a promise is what it is, in one sentence with its steps (AT10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from erp.kernel.formats import write_day, write_quantity

from .sharing import ZERO


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a promise. `document` blank: from stock; `due_on`: when its supply comes."""

    quantity: Decimal
    on: date
    document: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Another document that holds stock of the item at the site."""

    document: str
    quantity: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Kept:
    """Stock that a quota keeps for a class of customers."""

    name: str
    quantity: Decimal
    until: date


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one demand, in the item's stock unit; `open` is neither shipped nor cancelled."""

    open: Decimal
    requested_on: date
    parts: Sequence[Part]
    on_hand: Decimal = ZERO
    available: Decimal = ZERO
    holders: Sequence[Holder] = ()  # the largest first
    others: int = 0  # further documents that hold some
    kept: Sequence[Kept] = ()
    method: str = "stock"  # SupplyMethod
    too_old: Decimal = ZERO  # of available: expires too early for it

    @property
    def short(self) -> Decimal:
        return self.open - sum((part.quantity for part in self.parts), ZERO)


@dataclass(frozen=True, slots=True)
class Reason:
    """The sentence, and the steps behind it as (label, note, value)."""

    sentence: str
    steps: list[tuple[str, str, str]] = field(default_factory=list)


def reason_of(known: Known) -> Reason:
    """Why this date, or why none."""
    return Reason(_sentence(known), _steps(known))


def why_not_now(available: Decimal, holders: Sequence[Holder], others: int, kept: Sequence[Kept]) -> str:
    """Why nothing of an item may be promised from stock, for whoever asks next."""
    known = Known(ZERO, date.max, (), available=available, holders=holders, others=others, kept=kept)
    return _("Nothing is free now%(why)s.") % {"why": _where_stock_is(known)}


def _sentence(known: Known) -> str:
    stock = [part for part in known.parts if not part.document]
    coming = [part for part in known.parts if part.document]
    if not known.open:
        return _("Nothing is open any more.")
    if known.method != "stock":
        return _bought(known)
    if known.short > 0:
        text = _("No date yet: %(short)s of %(open)s have no supply") % {
            "short": write_quantity(known.short),
            "open": write_quantity(known.open),
        }
        return f"{text}{_where_stock_is(known)}."
    on = max(part.on for part in known.parts)
    if coming:
        text = _("Promised %(day)s because %(parts)s") % {
            "day": write_day(on),
            "parts": _(" and ").join(_comes(part) for part in coming),
        }
        return f"{text}{_where_stock_is(known)}."
    figures = {"day": write_day(on), "n": write_quantity(sum((part.quantity for part in stock), ZERO))}
    if on <= known.requested_on:
        return _("Leaves %(day)s as asked: all %(n)s are in stock.") % figures
    return _("All %(n)s are in stock, and %(day)s is the first day on which they can leave.") % figures


def _bought(known: Known) -> str:
    """The same for what is bought for this demand alone (OC12)."""
    coming = [part for part in known.parts if part.document]
    figures = {"short": write_quantity(known.short), "open": write_quantity(known.open)}
    if known.short > 0 and known.method == "drop":
        return (
            _("No date yet: %(short)s of %(open)s are to be bought, and the supplier sends them.") % figures
        )
    if known.short > 0:
        return _("No date yet: %(short)s of %(open)s are to be bought for this order.") % figures
    figures["day"] = write_day(max(part.on for part in known.parts))
    if not coming:
        return _("%(open)s were bought for this order and are in stock; they leave %(day)s.") % figures
    figures["parts"] = _(" and ").join(_comes(part) for part in coming)
    if known.method == "drop":
        return _("Promised %(day)s: the supplier sends it, %(parts)s.") % figures
    return _("Promised %(day)s because it is bought for this order: %(parts)s.") % figures


def _comes(part: Part) -> str:
    return _("%(n)s come on %(document)s, due %(day)s") % {
        "n": write_quantity(part.quantity),
        "document": part.document,
        "day": write_day(part.due_on or part.on),
    }


def _where_stock_is(known: Known) -> str:
    """What became of the stock there is: who holds it, for whom it is kept."""
    words = ""
    if known.holders:
        names = [
            _("%(document)s (%(n)s)") % {"document": each.document, "n": write_quantity(each.quantity)}
            for each in known.holders
        ]
        if known.others:
            more = ngettext("%(n)s other", "%(n)s others", known.others)
            names.append(more % {"n": known.others})
        words += _("; of %(n)s in stock, %(holders)s hold theirs") % {
            "n": write_quantity(known.available),
            "holders": ", ".join(names),
        }
    elif not known.available:
        words += _("; nothing is in stock")
    if known.too_old:
        words += _("; %(n)s in stock expire too early for it") % {"n": write_quantity(known.too_old)}
    for quota in known.kept:
        words += _("; %(n)s are kept for %(name)s until %(day)s") % {
            "n": write_quantity(quota.quantity),
            "name": quota.name,
            "day": write_day(quota.until),
        }
    return words


def _steps(known: Known) -> list[tuple[str, str, str]]:
    steps = [
        (_("On hand"), "", write_quantity(known.on_hand)),
        (_("May be promised"), "", write_quantity(known.available)),
    ]
    steps += [
        (
            _("Held for %(document)s") % {"document": each.document},
            write_day(each.on),
            f"−{write_quantity(each.quantity)}",
        )
        for each in known.holders
    ]
    if known.too_old:
        steps.append((_("Expires too early"), "", f"−{write_quantity(known.too_old)}"))
    steps += [
        (
            _("Kept for %(name)s") % {"name": quota.name},
            write_day(quota.until),
            f"−{write_quantity(quota.quantity)}",
        )
        for quota in known.kept
    ]
    steps += [
        (
            _("From %(document)s") % {"document": part.document} if part.document else _("From stock"),
            write_day(part.on),
            write_quantity(part.quantity),
        )
        for part in known.parts
    ]
    if known.short > 0:
        words = _("No supply known") if known.method == "stock" else _("To be bought")
        steps.append((words, "", write_quantity(known.short)))
    return steps
