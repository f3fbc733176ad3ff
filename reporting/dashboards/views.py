"""The overview and what it hands out: page, fragment that refreshes itself, paper and spreadsheet."""

from datetime import UTC
from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from erp.kernel import clock
from erp.kernel.export import MIME, WRITERS, Field, Table, record_export
from erp.kernel.formats import write_day
from erp.kernel.pdf import render_pdf
from erp.kernel.web import is_htmx, needs
from reporting.kpis.figures import Figures, figures
from reporting.kpis.periods import LABELS, period
from reporting.kpis.permissions import VIEW_FIGURES
from reporting.kpis.scope import Place, place_in, places

from . import board as boards
from .cards import chart_cards

REFRESH_S = 30  # tiles; the charts below follow every five minutes, so that opened tables stay open
REST_S = 300
STALE_AFTER_S = 2 * REFRESH_S

PARTS = {"board-tiles": "reporting/dashboards/_now.html", "board-rest": "reporting/dashboards/_rest.html"}


@require_GET
@needs(VIEW_FIGURES)
def board(request: HttpRequest) -> HttpResponse:
    """The overview; asked again by one of its parts, it answers with that part alone."""
    known = places(request.user)
    place = place_in(known, request.GET.get("at", ""))
    if place is None:
        return render(request, "reporting/dashboards/nothing.html")
    found = _figures(request, place)
    context = {
        **_context(found),
        "places": known,
        "periods": LABELS.items(),
        "refresh_s": REFRESH_S,
        "rest_s": REST_S,
    }
    asked = request.htmx.target if is_htmx(request) else ""
    return render(request, PARTS.get(asked, "reporting/dashboards/board.html"), context)


def _figures(request: HttpRequest, place: Place) -> Figures:
    now = clock.now()
    return figures(place, period(request.GET.get("period", "month"), place.today(now)), now)


def _context(found: Figures) -> dict[str, Any]:
    return {
        "found": found,
        "place": found.place,
        "period": found.period,
        "as_of": found.as_of,
        "stale": (clock.now() - found.as_of).total_seconds() > STALE_AFTER_S,
        "tiles": boards.tiles(found),
        "cards": chart_cards(found),
        "rows": boards.key_figures(found),
        "attention": boards.attention(found),
    }


def _asked(request: HttpRequest) -> Figures:
    """The figures that a file is asked for: of the place in the address, or of none."""
    place = place_in(places(request.user), request.GET.get("at", ""))
    if place is None:
        raise Http404
    return _figures(request, place)


@require_GET
@needs(VIEW_FIGURES)
def board_pdf(request: HttpRequest) -> HttpResponse:
    """The overview on paper."""
    found = _asked(request)
    file = render_pdf("reporting/dashboards/board_paper.html", _context(found))
    response = HttpResponse(file, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="overview-{found.period.last:%Y-%m-%d}.pdf"'
    return response


@require_GET
@needs(VIEW_FIGURES)
def board_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Every key figure as CSV or Excel, each with its formula and its documents' address."""
    if kind not in WRITERS:
        raise Http404
    found = _asked(request)
    caption = _caption(found)
    table = Table(
        title=_("Key figures"),
        caption=caption,
        fields=(
            Field(_("Figure")),
            Field(_("Value"), "quantity"),
            Field(_("Unit")),
            Field(_("Before"), "quantity"),
            Field(_("Target"), "quantity"),
            Field(_("Formula")),
            Field(_("Version"), "number"),
            Field(_("Documents")),
        ),
        rows=[
            (
                str(value.kpi.title),
                _rounded(value.now),
                found.place.currency if value.kpi.unit == "money" else value.kpi.unit,
                _rounded(value.before),
                _rounded(value.target),
                str(value.kpi.formula),
                value.kpi.version,
                request.build_absolute_uri(boards.documents(value.kpi.key, found)),
            )
            for value in found.values.values()
        ],
    )
    buffer = BytesIO()
    count = WRITERS[kind](table, buffer)
    record_export(request.user, what="reporting.board", kind=kind, rows=count, caption=caption)
    response = HttpResponse(buffer.getvalue(), content_type=MIME[kind])
    response["Content-Disposition"] = (
        f'attachment; filename="key-figures-{found.period.last:%Y-%m-%d}.{kind}"'
    )
    return response


def _rounded(value: Any) -> Any:
    return None if value is None else round(value, 4)


def _caption(found: Figures) -> str:
    return _("%(place)s, %(first)s to %(last)s, as of %(time)s UTC") % {
        "place": found.place.label,
        "first": write_day(found.period.first),
        "last": write_day(found.period.last),
        "time": f"{found.as_of.astimezone(UTC):%Y-%m-%d %H:%M}",
    }
