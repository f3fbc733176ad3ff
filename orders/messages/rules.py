"""What is news to a customer, and how it is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.formats import write_day, write_quantity


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One open line: what the customer was last told (None: no date yet), and what is promised now.

    `instead`: the code of what it replaces, `asked` and `asked_unit` how much of it, until the customer was told so.
    """

    demand_id: int
    line: int
    code: str
    name: str
    quantity: Decimal
    unit: str
    told_on: date | None
    on: date | None
    instead: str | None = None
    asked: Decimal | None = None
    asked_unit: str | None = None

    @property
    def is_news(self) -> bool:
        return self.told_on != self.on or self.instead is not None

    @property
    def is_later(self) -> bool:
        return self.told_on is not None and (self.on is None or self.on > self.told_on)


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


def write_notice(*, number: str, customer_po: str, name: str, lines: Sequence[OpenLine]) -> Text | None:
    """The notice about the lines that are news; None when there is nothing to tell."""
    news = [line for line in lines if line.is_news]
    if not news:
        return None
    reference = (
        _("%(number)s (your %(po)s)") % {"number": number, "po": customer_po} if customer_po else number
    )
    rows = [
        _("Line %(line)s, %(quantity)s %(unit)s %(code)s %(name)s: %(change)s")
        % {
            "line": line.line,
            "quantity": write_quantity(line.quantity),
            "unit": line.unit,
            "code": line.code,
            "name": line.name,
            "change": _change(line),
        }
        for line in news
    ]
    late = any(line.is_later for line in news)
    opening = (
        _("We are sorry: a part of your order leaves later than we told you.")
        if late
        else _("There is news about your order.")
    )
    body = "\n".join([_("To %(name)s") % {"name": name}, "", opening, "", *rows])
    replaced = any(line.instead for line in news)
    subject = _("A substitute in order %(order)s") if replaced else _("New dates for order %(order)s")
    return Text(subject % {"order": reference}, body)


def _change(line: OpenLine) -> str:
    if line.instead is not None:
        words = {"n": write_quantity(line.asked or Decimal(0)), "unit": line.asked_unit, "code": line.instead}
        if line.on is None:
            return _("instead of %(n)s %(unit)s %(code)s; no date is known yet") % words
        return _("instead of %(n)s %(unit)s %(code)s, leaves on %(day)s") % {
            **words,
            "day": write_day(line.on),
        }
    if line.on is None:
        return _("no date is known yet; we told you %(old)s") % {"old": write_day(line.told_on or date.min)}
    if line.told_on is None:
        return _("leaves on %(new)s") % {"new": write_day(line.on)}
    return _("leaves on %(new)s instead of %(old)s") % {
        "new": write_day(line.on),
        "old": write_day(line.told_on),
    }
