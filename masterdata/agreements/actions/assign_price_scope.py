"""A customer, one of its ship-tos or jobs, or a node above customers may buy at a set of prices."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.dates import make_room
from masterdata.parties.errors import OtherCompany
from masterdata.parties.models import Customer, CustomerGroup, ShipTo
from masterdata.records import locked

from ..errors import WrongCurrency
from ..models import CustomerPriceScope, PriceScope
from ..permissions import SET_PRICE


@dataclass(frozen=True, slots=True)
class ScopeAssigned:
    assignment_id: int


@command("masterdata.assign_price_scope")
def assign_price_scope(
    batch: Batch,
    *,
    scope_id: int,
    valid_from: date,
    valid_to: date | None = None,
    customer_id: int | None = None,
    group_id: int | None = None,
    ship_to_id: int | None = None,
    job: str = "",
) -> ScopeAssigned:
    """Open the scope's prices from a day on, until the day before `valid_to` if there is one.

    To one customer, for goods to one ship-to or for one job where named; or to a group and every group below it.
    The rank decides which scope wins and follows from its kind. Raises NotFound, OtherCompany, WrongCurrency,
    BadInput.
    """
    if (customer_id is None) == (group_id is None):
        raise BadInput(field="customer", reason=_("name one customer or one group."))
    job = job.strip().upper()
    if group_id is not None and (ship_to_id is not None or job):
        raise BadInput(field="group", reason=_("ship-tos and jobs are a customer's."))
    scope = PriceScope.objects.filter(pk=scope_id).first()
    if scope is None:
        raise NotFound(what=_("price scope"), reference=scope_id)
    batch.actor.require(SET_PRICE, company=scope.company_id)
    if customer_id is not None:
        _sound_customer(locked(Customer.objects.select_related("party"), customer_id), scope)
        if ship_to_id is not None and not ShipTo.objects.filter(pk=ship_to_id, customer=customer_id).exists():
            raise NotFound(what=_("ship-to"), reference=ship_to_id)
    elif group_id is not None:
        locked(CustomerGroup.objects.all(), group_id)
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    alternatives = CustomerPriceScope.objects.filter(
        customer=customer_id, group=group_id, ship_to=ship_to_id, job=job, scope=scope
    )
    later = make_room(alternatives, valid_from)
    made = CustomerPriceScope.objects.create(
        customer_id=customer_id,
        group_id=group_id,
        ship_to_id=ship_to_id,
        job=job,
        scope=scope,
        rank=PriceScope.RANK[PriceScope.Kind(scope.kind)],
        valid_from=valid_from,
        valid_to=min(filter(None, (later, valid_to)), default=None),
    )
    return ScopeAssigned(made.pk)


def _sound_customer(customer: Customer, scope: PriceScope) -> None:
    if scope.company_id != customer.company_id:
        raise OtherCompany(what=scope, field="scope")
    if scope.currency != customer.currency:
        raise WrongCurrency(
            customer=customer, wanted=customer.currency, currency=scope.currency, field="scope"
        )
