"""A new class of items."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

from ..checks import sound_class
from ..errors import ClassCodeTaken
from ..models import ItemClass
from ..permissions import CHANGE_CLASS

CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,19}")


@dataclass(frozen=True, slots=True)
class ItemClassCreated:
    item_class_id: int


def _taken(*, code: str, **_others: object) -> ClassCodeTaken:
    return ClassCodeTaken(value=code.strip().upper(), owner=code.strip().upper(), field="code")


@command("masterdata.create_item_class", conflicts={"masterdata_itemclass_code_key": _taken})
def create_item_class(
    batch: Batch,
    *,
    code: str,
    name: str,
    parent_id: int | None = None,
    required_attributes: Sequence[str] = (),
) -> ItemClassCreated:
    """Create a class whose items must fill `required_attributes`, below `parent_id` where one is named.

    Raises BadInput, NotFound, ClassCodeTaken.
    """
    batch.actor.require(CHANGE_CLASS)
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise BadInput(field="code", reason=_("up to 20 letters, digits and . / _ - without blanks."))
    values = sound_class({"name": name, "parent_id": parent_id, "required_attributes": required_attributes})
    if owner := ItemClass.objects.filter(code=code).first():
        raise ClassCodeTaken(value=code, owner=owner.name, field="code")
    return ItemClassCreated(ItemClass.objects.create(code=code, **values).pk)
