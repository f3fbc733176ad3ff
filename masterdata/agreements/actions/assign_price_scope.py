"""A customer may buy at a list's, a group's or its own agreed prices."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.dates import make_room
from masterdata.parties.errors import OtherCompany
from masterdata.parties.models import Customer
from masterdata.records import locked

from ..errors import WrongCurrency
from ..models import CustomerPriceScope, PriceScope
from ..permissions import SET_PRICE


@dataclass(frozen=True, slots=True)
class ScopeAssigned:
    assignment_id: int


@command("masterdata.assign_price_scope")
def assign_price_scope(
    batch: Batch, *, customer_id: int, scope_id: int, valid_from: date, valid_to: date | None = None
) -> ScopeAssigned:
    """Open the scope's prices to the customer from a day on, until the day before `valid_to` if there is one.

    The rank decides which scope wins and follows from its kind. Raises NotFound, OtherCompany, WrongCurrency,
    BadInput.
    """
    customer = locked(Customer.objects.select_related("party"), customer_id)
    batch.actor.require(SET_PRICE, company=customer.company_id)
    scope = PriceScope.objects.filter(pk=scope_id).first()
    if scope is None:
        raise NotFound(what=_("price scope"), reference=scope_id)
    if scope.company_id != customer.company_id:
        raise OtherCompany(what=scope, field="scope")
    if scope.currency != customer.currency:
        raise WrongCurrency(
            customer=customer, wanted=customer.currency, currency=scope.currency, field="scope"
        )
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    later = make_room(CustomerPriceScope.objects.filter(customer=customer, scope=scope), valid_from)
    made = CustomerPriceScope.objects.create(
        customer=customer,
        scope=scope,
        rank=PriceScope.RANK[PriceScope.Kind(scope.kind)],
        valid_from=valid_from,
        valid_to=min(filter(None, (later, valid_to)), default=None),
    )
    return ScopeAssigned(made.pk)
