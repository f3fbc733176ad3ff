"""A component comes into a kit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, DomainError, NotFound

from ..checks import sound_component
from ..errors import ComponentTaken
from ..models import Item, KitComponent
from ..permissions import SET_COMPONENT
from ..queries import overlapping_components


@dataclass(frozen=True, slots=True)
class ComponentAdded:
    kit_component_id: int


def _taken(*, kit_id: int, component_id: int, **_others: object) -> DomainError:
    codes = dict(Item.objects.filter(pk__in=[kit_id, component_id]).values_list("pk", "code"))
    return ComponentTaken(kit=codes[kit_id], component=codes[component_id], field="component")


@command("masterdata.add_component", conflicts={"kit_component_unique": _taken})
def add_component(
    batch: Batch,
    *,
    kit_id: int,
    component_id: int,
    quantity: Decimal,
    valid_from: date,
    position: int = 1,
    valid_to: date | None = None,
) -> ComponentAdded:
    """Put `quantity` of a stocked item, in its stock unit, into each of a kit that is ordered from a day on.

    `valid_to` is the first day without it. Kits are not components of kits, so that none contains itself. Raises
    NotFound, BadInput, ComponentTaken for the same component twice at a time.
    """
    batch.actor.require(SET_COMPONENT)
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    rows = Item.objects.lock().filter(pk__in=[kit_id, component_id]).select_related("stock_unit")
    items = {item.pk: item for item in rows}
    for pk in (kit_id, component_id):
        if pk not in items:
            raise NotFound(what=_("item"), reference=pk)
    kit, component = items[kit_id], items[component_id]
    if kit.kind != Item.Kind.KIT:
        raise BadInput(field="kit", reason=_("%(code)s is no kit.") % {"code": kit.code})
    if component.kind != Item.Kind.STOCKED:
        words = _("%(code)s is not stocked, and a kit is made of stocked items only.")
        raise BadInput(field="component", reason=words % {"code": component.code})
    values = sound_component({"quantity": quantity, "position": position}, component)
    if overlapping_components(kit_id, component_id, valid_from, valid_to).exists():
        raise ComponentTaken(kit=kit.code, component=component.code, field="component")
    made = KitComponent.objects.create(
        kit=kit, component=component, valid_from=valid_from, valid_to=valid_to, **values
    )
    return ComponentAdded(made.pk)
