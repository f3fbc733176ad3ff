"""A rush order that is short of stock asks for a re-allocation; one that may rush after all goes ahead (OC08)."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.events import on
from orders.entry.events import RushShort
from orders.holds.events import RushUnheld

from .actions.propose_run import propose_run
from .actions.raise_rush import raise_rush
from .errors import NothingScarce
from .reads import SHORT_OF_ORDER


@on(RushShort)
def propose_for_rush(batch: Batch, events: Sequence[RushShort]) -> None:
    """Preview who would be bumped. Nobody is, before somebody has looked at the run and committed it."""
    for event in events:
        propose_for_order(batch, event.order_id)


@on(RushUnheld)
def let_rush_go_ahead(batch: Batch, events: Sequence[RushUnheld]) -> None:
    """Who releases the hold of a rush order beyond the quota lets it go ahead of others."""
    for event in events:
        raise_rush.inside(batch, order_id=event.order_id)
        propose_for_order(batch, event.order_id)


def propose_for_order(batch: Batch, order_id: int) -> None:
    """A run over what the order is short of, unless nobody could be served otherwise by it."""
    short: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for number, site_id, item_id in batch.read(SHORT_OF_ORDER, order_id):
        short[number, site_id].append(item_id)
    for (number, site_id), items in short.items():
        reason = _("Rush order %(order)s is short") % {"order": number}
        try:
            propose_run.inside(batch, site_id=site_id, item_ids=items, reason=reason)
        except NothingScarce:
            continue
