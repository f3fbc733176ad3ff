"""A new unit of measure."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

from ..checks import sound_unit
from ..errors import UnitTaken
from ..models import Unit
from ..permissions import CHANGE_UNIT

CODE = re.compile(r"[A-Z0-9]{2,3}")


@dataclass(frozen=True, slots=True)
class UnitCreated:
    code: str


def _taken(*, code: str, **_others: object) -> UnitTaken:
    return UnitTaken(value=code.strip().upper(), owner=code.strip().upper(), field="code")


@command("masterdata.create_unit", conflicts={"masterdata_unit_pkey": _taken})
def create_unit(batch: Batch, *, code: str, name: str, decimals: int = 0) -> UnitCreated:
    """Create a unit under its UN/ECE Recommendation 20 code, counted to `decimals` places.

    Raises BadInput, UnitTaken.
    """
    batch.actor.require(CHANGE_UNIT)
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise BadInput(
            field="code", reason=_("two or three letters or digits of UN/ECE Recommendation 20, such as KGM.")
        )
    values = sound_unit({"name": name, "decimals": decimals})
    if owner := Unit.objects.filter(pk=code).first():
        raise UnitTaken(value=code, owner=owner.name, field="code")
    Unit.objects.create(code=code, **values)
    return UnitCreated(code)
