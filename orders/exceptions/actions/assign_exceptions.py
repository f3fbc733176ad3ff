"""Assign entries, or hand one's own over to a colleague."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.models import User
from orders.exceptions.errors import OwnedByOther, OwnerCannotWork
from orders.exceptions.models import ExceptionNote, OrderException
from orders.exceptions.permissions import ASSIGN_EXCEPTIONS, WORK_EXCEPTIONS
from orders.exceptions.working import Entry, Worked, lock_entries


@command("orders.assign_exceptions")
def assign_exceptions(
    batch: Batch, *, exception_ids: Sequence[int], owner_id: int | None, note: str = "", strict: bool = False
) -> Worked:
    """Give open entries to a user who may work them, or to nobody (None).

    Whoever may assign gives any entry; whoever works the inbox gives away their own and says with `note` what the
    next one has to know. What may not be given stays and is listed, or with `strict` raised. Raises OwnerCannotWork.
    """
    free, refused = lock_entries(batch, exception_ids, strict=strict)
    given = []
    for entry in free:
        own = entry.owner_id is not None and entry.owner_id == batch.actor.user_id
        if batch.actor.may(ASSIGN_EXCEPTIONS, company=entry.company_id, site=entry.site_id) or own:
            given.append(entry)
            continue
        why = OwnedByOther(document=entry.document, owner=entry.owner or _("nobody"))
        if strict:
            raise why
        refused.append([entry.document, str(why)])
    if owner_id is not None and not note.strip() and any(_is_handed_over(batch, entry) for entry in given):
        raise BadInput(field="note", reason=_("say what the next one has to know."))
    _check_owner(owner_id, given)
    batch.update(OrderException, [entry.id for entry in given], owner=owner_id, add={"version": 1})
    for entry in given:
        outcome = {"from": entry.owner_id, "to": owner_id}
        batch.decide("orders.assign_exceptions", OrderException, entry.id, outcome)
    if note.strip():
        write_notes(batch, [entry.id for entry in given], note)
    return Worked([entry.id for entry in given], refused)


def write_notes(batch: Batch, exception_ids: Sequence[int], text: str) -> None:
    """The same note to each entry."""
    batch.insert(
        ExceptionNote,
        exception=list(exception_ids),
        text=text.strip()[:500],
        made_by=batch.actor.name,
        made_at=batch.now,
    )


def _is_handed_over(batch: Batch, entry: Entry) -> bool:
    """Whether one's own entry is given to another without the right to assign: then the note is what counts."""
    return not batch.actor.may(ASSIGN_EXCEPTIONS, company=entry.company_id, site=entry.site_id)


def _check_owner(owner_id: int | None, given: Sequence[Entry]) -> None:
    if owner_id is None or not given:
        return
    owner = User.objects.filter(pk=owner_id, is_active=True).first()
    if owner is None:
        raise NotFound(what=_("user"), reference=owner_id)
    worker = Actor.of(owner)
    for company_id, site_id in {(entry.company_id, entry.site_id) for entry in given}:
        if not worker.may(WORK_EXCEPTIONS, company=company_id, site=site_id):
            raise OwnerCannotWork(owner=owner.name)
