"""The days on which a customer or node buys at a set of prices, as they are wanted now."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.formats import write_day
from masterdata.places.queries import day_of
from masterdata.records import locked_at, write

from ..errors import AssignmentsOverlap
from ..models import CustomerPriceScope
from ..permissions import SET_PRICE


@command("masterdata.redate_price_scope")
def redate_price_scope(
    batch: Batch, *, assignment_id: int, version: int, valid_from: date, valid_to: date | None = None
) -> None:
    """Let an assignment hold from `valid_from` until before `valid_to`; what has begun keeps its first day.

    Raises NotFound, StaleVersion, BadInput, AssignmentsOverlap where the same holder gets the set again meanwhile.
    """
    wanted = {"valid_from": valid_from, "valid_to": valid_to}
    rows = CustomerPriceScope.objects.select_related("scope__company")
    found = locked_at(rows, assignment_id, version, wanted)
    batch.actor.require(SET_PRICE, company=found.scope.company_id)
    today = day_of(found.scope.company, batch.now)
    if valid_from != found.valid_from and min(valid_from, found.valid_from) < today:
        raise BadInput(
            field="valid_from", reason=_("what has begun keeps its day, and nothing begins in the past.")
        )
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    if valid_to != found.valid_to and valid_to is not None and valid_to < today:
        raise BadInput(field="valid_to", reason=_("nothing ends in the past."))
    same = CustomerPriceScope.objects.filter(
        holder=found.holder, scope=found.scope_id, ship_to=found.ship_to_id, job=found.job
    ).exclude(pk=found.pk)
    meets = same.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    if valid_to is not None:
        meets = meets.filter(valid_from__lt=valid_to)
    if other := meets.order_by("valid_from").first():
        raise AssignmentsOverlap(scope=found.scope.code, day=write_day(other.valid_from), field="valid_to")
    write(found, wanted)
