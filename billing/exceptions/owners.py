"""Who may be given what waits in a queue of billing."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from billing.exceptions.errors import OwnerCannotWork
from erp.kernel.actor import Actor
from erp.kernel.errors import NotFound
from erp.kernel.models import User


def check_owner(owner_id: int | None, right: str, places: Iterable[tuple[int, int | None]]) -> None:
    """Refuse a user who lacks the right for one of these (company, site; None: all of its sites).

    Nobody (None) may have anything. Raises NotFound, OwnerCannotWork.
    """
    if owner_id is None:
        return
    owner = User.objects.filter(pk=owner_id, is_active=True).first()
    if owner is None:
        raise NotFound(what=_("user"), reference=owner_id)
    worker = Actor.of(owner)
    for company_id, site_id in set(places):
        if not worker.may(right, company=company_id, site=site_id):
            raise OwnerCannotWork(owner=owner.name, right=right)
