"""The buyer clears what was wrong with a delivery, or somebody else is given it (WH02)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.models import User
from inventory.inbound.errors import DifferenceResolved
from inventory.inbound.models import ReceiptDifference
from inventory.inbound.permissions import RESOLVE_DIFFERENCE
from inventory.inbound.reads import LOCK_DIFFERENCES
from inventory.inbound.rules import OUTCOMES
from inventory.purchasing.actions.cancel_purchase_line import cancel_purchase_line

Outcome = ReceiptDifference.Outcome


@dataclass(frozen=True, slots=True)
class Resolved:
    """The difference, and how many promises changed because nothing more is expected."""

    difference_id: int
    outcome: str
    promises_changed: int = 0


@command("inventory.resolve_receipt_difference")
def resolve_difference(
    batch: Batch, *, difference_id: int, outcome: str, note: str, claim_reference: str = ""
) -> Resolved:
    """Say what becomes of the goods; `claim_reference`: under which the supplier was asked for them.

    Given up, everything still open of the purchase order line is cancelled, and who leaned on it is promised anew.
    Asked again with the same outcome it changes nothing. Raises BadInput for an outcome that its kind cannot have,
    DifferenceResolved, and what cancel_purchase_line raises.
    """
    rows = batch.read(LOCK_DIFFERENCES, [difference_id])
    if not rows:
        raise NotFound(what=_("receipt difference"), reference=difference_id)
    ((_id, number, company_id, site_id, line_id, kind, was, _owner, resolved_by),) = rows
    batch.actor.require(RESOLVE_DIFFERENCE, company=company_id, site=site_id)
    if was and was == outcome:
        return Resolved(difference_id, was)
    if was:
        raise DifferenceResolved(number=number, by=resolved_by, outcome=Outcome(was).label.lower())
    if outcome not in OUTCOMES[kind]:
        raise BadInput(field="outcome", reason=_("choose what becomes of such goods."))
    if not note.strip():
        raise BadInput(field="note", reason=_("say why, or what was agreed."))
    changed = 0
    if outcome == Outcome.GIVEN_UP:
        cancelled = cancel_purchase_line.inside(batch, line_id=line_id, reason=f"{number}: {note.strip()}")
        changed = cancelled.promises_changed
    batch.update(
        ReceiptDifference,
        [difference_id],
        outcome=outcome,
        claim_reference=claim_reference.strip()[:60],
        resolved_by=batch.actor.name,
        resolved_at=batch.now,
        resolution=note.strip()[:200],
    )
    told = {"sentence": f"{Outcome(outcome).label}. {note.strip()}", "claim": claim_reference.strip()}
    batch.decide("inventory.resolve_receipt_difference", ReceiptDifference, difference_id, told)
    return Resolved(difference_id, outcome, changed)


@dataclass(frozen=True, slots=True)
class Given:
    """The differences that have a new owner; those that are cleared are left alone."""

    difference_ids: list[int]


@command("inventory.give_receipt_differences")
def give_differences(batch: Batch, *, difference_ids: Sequence[int], owner: str) -> Given:
    """Give open differences to somebody who may clear them. Raises BadInput for anybody else."""
    user = User.objects.filter(username=owner.strip(), is_active=True).first()
    given = []
    for pk, _number, company_id, site_id, *_facts, was, _owner, _by in batch.read(
        LOCK_DIFFERENCES, sorted(set(difference_ids))
    ):
        batch.actor.require(RESOLVE_DIFFERENCE, company=company_id, site=site_id)
        if user is None or not Actor.of(user).may(RESOLVE_DIFFERENCE, company=company_id, site=site_id):
            words = _("“%(name)s” clears no differences of this site.")
            raise BadInput(field="owner", reason=words % {"name": owner})
        if not was:
            given.append(pk)
    batch.update(ReceiptDifference, given, owner=owner.strip())
    for pk in given:
        batch.decide("inventory.give_receipt_differences", ReceiptDifference, pk, {"owner": owner.strip()})
    return Given(given)
