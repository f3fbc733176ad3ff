"""Who works an exception, and by when."""

from datetime import timedelta

import pytest

from billing.exceptions.actions.assign_exceptions import (
    assign_exceptions,
    defer_exceptions,
    return_exceptions,
)
from billing.exceptions.errors import OwnerCannotWork
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput
from erp.kernel.models import Decision
from tests import factories
from tests.billing.exceptions.test_resolve_exceptions import price_exception
from tests.trade import Trade


def test_assigning_changes_hands_and_undo_gives_back(trade: Trade, colleague: Actor) -> None:
    found = price_exception(trade)
    first, second = factories.user("finance"), factories.user("finance")
    assign_exceptions(By(colleague), exception_ids=[found.pk], owner_id=first.pk)
    assign_exceptions(By(colleague), exception_ids=[found.pk], owner_id=second.pk)
    found.refresh_from_db()
    assert (found.owner_id, found.version) == (second.pk, 3)
    assert return_exceptions(By(colleague), exception_ids=[found.pk]).exception_ids == [found.pk]
    found.refresh_from_db()
    assert found.owner_id == first.pk


def test_an_owner_can_resolve(trade: Trade, colleague: Actor) -> None:
    found = price_exception(trade)
    picker = factories.user("warehouse")
    with pytest.raises(OwnerCannotWork):
        assign_exceptions(By(colleague), exception_ids=[found.pk], owner_id=picker.pk)
    found.refresh_from_db()
    assert found.owner_id is None


def test_a_held_exception_is_due_later_for_a_reason(trade: Trade, colleague: Actor) -> None:
    found = price_exception(trade)
    later = found.due_on + timedelta(days=5)
    with pytest.raises(BadInput):
        defer_exceptions(By(colleague), exception_ids=[found.pk], until=later, reason="")
    with pytest.raises(BadInput):
        defer_exceptions(
            By(colleague), exception_ids=[found.pk], until=found.opened_at.date(), reason="Later"
        )
    defer_exceptions(By(colleague), exception_ids=[found.pk], until=later, reason="Buyer is asked")
    found.refresh_from_db()
    assert found.due_on == later
    assert Decision.objects.filter(verb="billing.defer_exceptions", subject_id=found.pk).count() == 1
