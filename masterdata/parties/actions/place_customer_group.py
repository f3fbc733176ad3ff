"""Where a customer group stands in the hierarchy."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at, write

from ..events import CustomersMoved
from ..models import CustomerGroup
from ..permissions import CHANGE_GROUP
from ..queries import groups_above

DEEPEST = 3  # levels that prices and limits are looked for on


@command("masterdata.place_customer_group")
def place_customer_group(
    batch: Batch, *, group_id: int, parent_id: int | None, version: int | None = None
) -> None:
    """Put a group under another, or at the top. Raises BadInput for a loop or a fourth level, StaleVersion."""
    batch.actor.require(CHANGE_GROUP)
    groups = {row.pk: row for row in CustomerGroup.objects.order_by("pk").select_for_update(no_key=True)}
    group = groups.get(group_id)
    if group is None or (parent_id is not None and parent_id not in groups):
        raise BadInput(field="parent", reason=_("there is no such group."))
    if version is not None:
        locked_at(CustomerGroup.objects.all(), group_id, version, {"parent_id": parent_id})
    above, step = 0, parent_id
    while step is not None:
        if step == group_id:
            raise BadInput(field="parent", reason=_("a group cannot stand below itself."))
        above, step = above + 1, groups[step].parent_id
    if above + _height(group_id, groups) > DEEPEST:
        raise BadInput(field="parent", reason=_("the hierarchy has three levels."))
    moved = groups_above(group.parent_id, parent_id)
    if write(group, {"parent_id": parent_id}):
        batch.announce(CustomersMoved(moved))


def _height(group_id: int, groups: dict[int, CustomerGroup]) -> int:
    """Levels from the group down."""
    below = [pk for pk, row in groups.items() if row.parent_id == group_id]
    return 1 + max((_height(pk, groups) for pk in below), default=0)
