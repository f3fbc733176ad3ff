"""Returns in the palette: by their number, or their order's."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source

from .permissions import VIEW_RETURN
from .queries import return_list
from .states import STATES, State


@source(VIEW_RETURN, label=_("Returns"), order=45)
def returns(user: User, query: str) -> list[Hit]:
    code = query.strip().upper()
    found = return_list(user=user).filter(Q(number=code) | Q(number=f"RMA-{code}") | Q(order__number=code))
    return [
        Hit(
            reverse("orders:return", args=[rma.number]),
            rma.customer.party.name,
            rma.number,
            STATES[State(rma.state)][0],
            "undo-2",
        )
        for rma in found[:MOST_HITS]
    ]
