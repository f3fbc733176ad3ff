"""The overview's charts, each with its figures as a table. No statement of its own."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel import charts
from erp.kernel.formats import write_day, write_number, write_quantity
from reporting.kpis.figures import Figures
from reporting.kpis.periods import DAY

from .addresses import listed
from .board import amount, documents, exception_kind


def chart_cards(found: Figures) -> list[charts.Figure]:
    """Four figures: intake and shipments, margin by class, backorders by age, exceptions by type."""
    drawn: Sequence[Callable[[Figures], charts.Figure]] = (_intake, _margin, _ages, _exceptions)
    return [draw(found) for draw in drawn]


def _intake(found: Figures) -> charts.Figure:
    title = _("Order intake and shipments")
    labels = [f"{row.day.day} {write_day(row.day).split()[1]}" for row in found.days]
    intake = [row.intake_net / 1000 for row in found.days]
    shipped = [row.shipped_net / 1000 for row in found.days]
    series = [(_("Intake"), "s1", intake), (_("Shipped"), "ghost", shipped)]
    return charts.Figure(
        title=title,
        note=_("%(currency)s thousand per day, last 28 days, net") % {"currency": found.place.currency},
        drawing=charts.line(title, labels, series, every=9),
        head=(_("Day"), _("Orders"), _("Intake"), _("Shipped"), _("Invoiced")),
        rows=[
            (
                write_day(row.day),
                write_quantity(row.orders),
                write_number(row.intake_net, 2),
                write_number(row.shipped_net, 2),
                write_number(row.invoiced_net, 2),
            )
            for row in found.days
        ],
        legend=((_("Intake"), "s1"), (_("Shipped"), "ghost")),
        url=listed(
            "order_documents", found.place, intake_from=found.days[0].day, intake_to=found.days[-1].day
        ),
    )


def _margin(found: Figures) -> charts.Figure:
    title = _("Margin by category")
    goal = found.values["gross_margin"].target or Decimal(0)
    rows = sorted(
        ((name, (net - cost) * 100 / net, net) for _id, name, net, cost in found.classes),
        key=lambda row: -row[1],
    )
    url = documents("gross_margin", found)
    return charts.Figure(
        title=title,
        note=_("%(period)s to date, target %(target)s, on what was invoiced")
        % {"period": found.period.label, "target": amount(goal, "percent", "")},
        drawing=charts.bars(
            title,
            [
                (name, max(margin, Decimal(0)), "s1" if margin >= goal else "s3", url)
                for name, margin, _net in rows
            ],
            unit="%",
            mark=goal,
        ),
        head=(_("Category"), _("Margin %"), _("Invoiced net")),
        rows=[(name, write_number(margin, 1), write_number(net, 2)) for name, margin, net in rows],
        legend=((_("On target"), "s1"), (_("Below"), "s3")),
    )


def _ages(found: Figures) -> charts.Figure:
    title = _("Backorders by age")
    today = found.period.last
    edges = ((0, 3), (4, 7), (8, 14), (15, 30), (31, None))
    rows = []
    for bucket, (youngest, oldest), css in zip(
        found.ages, edges, ("s1", "s1", "s4", "s3", "s3"), strict=True
    ):
        url = listed(
            "line_documents",
            found.place,
            view="backorders",
            due_to=today - DAY,
            requested_from=today - DAY * oldest if oldest is not None else None,
            requested_to=today - DAY * youngest,
        )
        rows.append((_("%(range)s days") % {"range": bucket.label}, bucket, css, url))
    age = found.values["backorder_age"].now or Decimal(0)
    return charts.Figure(
        title=title,
        note=_("%(currency)s of open lines by days since the requested date; weighted age %(age)s")
        % {"currency": found.place.currency, "age": amount(age, "days", "")},
        drawing=charts.bars(title, [(label, bucket.value, css, url) for label, bucket, css, url in rows]),
        head=(_("Age"), _("Lines"), _("Orders"), _("Value")),
        rows=[
            (
                label,
                write_quantity(bucket.lines),
                write_quantity(bucket.orders),
                write_number(bucket.value, 2),
            )
            for label, bucket, _css, _url in rows
        ],
        url=documents("backorders", found),
    )


def _exceptions(found: Figures) -> charts.Figure:
    title = _("Invoice exceptions by type")
    rows = []
    for kind in found.exceptions:
        url = listed("exception_documents", found.place, kind=kind.kind)
        rows.append((exception_kind(kind.kind), kind, "s3" if kind.overdue else "s1", url))
    return charts.Figure(
        title=title,
        note=_("Open now; red where one is older than its target"),
        drawing=charts.bars(title, [(label, kind.count, css, url) for label, kind, css, url in rows]),
        head=(_("Type"), _("Open"), _("Over target"), _("Oldest"), _("Amount")),
        rows=[
            (
                label,
                write_quantity(kind.count),
                write_quantity(kind.overdue),
                write_day(kind.oldest_at.date()),
                write_number(kind.amount, 2),
            )
            for label, kind, _css, _url in rows
        ],
        url=documents("invoice_exceptions", found),
    )
