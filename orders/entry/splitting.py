"""Lines that leave from a site of their own instead of the order's: which sites, and what speaks against it (AT08).

One statement where a line names another site, else none.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput

from .changes import LineRow, LockedOrder, Plan
from .reads import Header, LineFacts
from .rules import OrderRequest
from .sites import SiteChoice, at_site, read_site
from .steering_reads import NAMED


@dataclass(frozen=True, slots=True)
class Split:
    """The sites that deliver parts of an order beside its own, and why a line cannot leave from where it says."""

    sites: Mapping[int, SiteChoice] = field(default_factory=dict)  # by id
    problems: Mapping[int, str] = field(default_factory=dict)  # by line position, in the clerk's words

    def headers(self, header: Header) -> dict[int, Header]:
        """The order as if each of its sites were the only one, by site and in one order."""
        others = {site_id: at_site(header, site) for site_id, site in self.sites.items()}
        return dict(sorted({**others, header.site_id: header}.items()))

    def countries(self, request: OrderRequest) -> dict[int, str]:
        """The country that a line leaves from, by position, where that is another site than the order's."""
        return {
            place: self.sites[line.site_id].country
            for place, line in enumerate(request.lines)
            if line.site_id is not None and line.site_id in self.sites
        }


WHOLE = Split()
ONE_SITE = gettext_lazy(
    "A rush order leaves from one site, whose quota counts it: take the rush off, or let every line leave from it."
)


def gathered(request: OrderRequest) -> OrderRequest:
    """An order all of whose lines name one and the same site is an order of that site."""
    named = {line.site_id for line in request.lines}
    if len(named) != 1 or None in named:
        return request
    return replace(
        request, site_id=named.pop(), lines=[replace(line, site_id=None) for line in request.lines]
    )


def sites_of(request: OrderRequest, header: Header) -> list[int]:
    """Where each line leaves from, by position."""
    return [line.site_id or header.site_id for line in request.lines]


def read_split(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    *,
    right: str,
    known: Collection[int] = (),
    stay: Collection[int] = (),
) -> Split:
    """The sites that lines name, judged for whoever needs `right` at each of them, with those `known` to the order.

    `stay`: positions of lines that leave from there already, which nobody has to be allowed again.
    """
    named = {line.site_id for line in request.lines if line.site_id is not None} - {header.site_id}
    wanted = (named | set(known)) - {header.site_id}
    if not wanted:
        return WHOLE
    rows = batch.read(NAMED, batch.now, batch.now.date(), header.company_id, sorted(wanted))
    sites = {site.site_id: (site, active) for text, active in rows for site in [read_site(json.loads(text))]}
    problems = {}
    for place, (line, fact) in enumerate(zip(request.lines, facts, strict=True)):
        if line.site_id in named and place not in stay:
            found, active = sites.get(line.site_id or 0, (None, False))
            may = batch.actor.may(right, company=header.company_id, site=line.site_id)
            if problem := _problem(request, fact, found if active else None, may=may, who=batch.actor.name):
                problems[place] = problem
    return Split({site_id: site for site_id, (site, _active) in sites.items()}, problems)


def refuse_split_rush(
    locked: LockedOrder, asked: OrderRequest, plans: Sequence[Plan], dropped: Sequence[LineRow]
) -> None:
    """Raise BadInput where an order would be rush after a change and leave from another site than its own."""
    if not asked.rush:
        return
    touched = {row.line_id for row in dropped} | {plan.row.line_id for plan in plans if plan.row}
    stays = {row.site_id for row in locked.lines if row.line_id not in touched and row.stock_left}
    if (stays | {line.site_id for line in asked.lines}) - {locked.order.site_id, None}:
        raise BadInput(field="rush", reason=str(ONE_SITE))


def _problem(request: OrderRequest, fact: LineFacts, site: SiteChoice | None, *, may: bool, who: str) -> str:
    """Why the line cannot leave from the site it names, what holds there, and what to do."""
    said: dict[str, Any] = {"code": fact.code, "who": who, "site": site.code if site else ""}
    if fact.item_id is not None and not fact.is_goods:
        return _("%(code)s is a service and leaves from no site: name none on its line.") % said
    if site is None:
        return _("The site of the line is no active site of the company: name another, or none.")
    if not may:
        return _("%(who)s may not order from %(site)s: name another site, or none.") % said
    return str(ONE_SITE) if request.rush else ""
