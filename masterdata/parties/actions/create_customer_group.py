"""A new group of customers."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command

from ..checks import short_code, sound_group
from ..errors import GroupTaken
from ..models import CustomerGroup
from ..permissions import CHANGE_GROUP


@dataclass(frozen=True, slots=True)
class CustomerGroupCreated:
    customer_group_id: int


def _taken(*, code: str, **_others: object) -> GroupTaken:
    return GroupTaken(value=code.strip().upper(), owner=code.strip().upper(), field="code")


@command("masterdata.create_customer_group", conflicts={"masterdata_customergroup_code_key": _taken})
def create_customer_group(batch: Batch, *, code: str, name: str, priority: int = 5) -> CustomerGroupCreated:
    """Create a group whose customers share prices and, when stock is short, `priority`: 1 is served first.

    Raises BadInput, GroupTaken.
    """
    batch.actor.require(CHANGE_GROUP)
    code = short_code(code)
    values = sound_group({"name": name, "priority": priority})
    if owner := CustomerGroup.objects.filter(code=code).first():
        raise GroupTaken(value=code, owner=owner.name, field="code")
    return CustomerGroupCreated(CustomerGroup.objects.create(code=code, **values).pk)
