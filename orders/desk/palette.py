"""Drafts in the palette."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.models import User
from erp.kernel.palette import MOST_HITS, Hit, source
from orders.entry.actions.submit_order import SUBMIT

from .queries import draft_list


@source(SUBMIT, label=gettext_lazy("Drafts"), order=30)
def drafts(user: User, query: str) -> list[Hit]:
    """The user's own drafts, by customer or PO."""
    text = query.strip()
    mine = draft_list(user=user).filter(created_by=user)
    found = mine.filter(Q(customer_po__iexact=text) | Q(customer__party__search__contains=text.upper()))
    return [
        Hit(
            reverse("orders:draft", args=[draft.public_id]),
            draft.customer.party.name if draft.customer else "",
            _("Draft %(n)s") % {"n": draft.pk},
            draft.customer_po,
            "file-pen-line",
        )
        for draft in found[:MOST_HITS]
    ]
