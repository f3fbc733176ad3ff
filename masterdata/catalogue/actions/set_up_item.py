"""What a customer asks for stands in a supplier's catalogue only: make an item of it, now (OC13)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.catalogue.errors import ClassUnknown, SetUpAlready
from masterdata.catalogue.models import CatalogueItem
from masterdata.catalogue.permissions import SELL_FROM_CATALOGUE
from masterdata.catalogue.policies import CATALOGUE_CLASS
from masterdata.items.actions.create_item import create_item
from masterdata.items.checks import refresh_search
from masterdata.items.models import Item, ItemClass, ItemReference
from masterdata.records import locked

CODE_LENGTH = 40  # of Item.code


@dataclass(frozen=True, slots=True)
class ItemSetUp:
    item_id: int
    code: str


@command("masterdata.set_up_item")
def set_up_item(
    batch: Batch,
    *,
    catalogue_item_id: int,
    code: str = "",
    item_class_id: int | None = None,
    tax_class: str = Item.TaxClass.STANDARD,
) -> ItemSetUp:
    """Create an item that is bought for each order from what a supplier's row says; its number finds it from now on.

    It is counted, sold and bought in the supplier's unit, at the supplier's cost. Left out, its code is the supplier's
    number, with the supplier before it where that is taken, and its class the usual one. Raises NotFound, SetUpAlready,
    ClassUnknown, and what create_item raises.
    """
    row = locked(CatalogueItem.objects.select_related("supplier__party", "item"), catalogue_item_id)
    batch.actor.require(SELL_FROM_CATALOGUE, company=row.supplier.company_id)
    if row.item is not None:
        raise SetUpAlready(code=row.code, supplier=row.supplier.party.name, item=row.item.code)
    made = create_item.inside(
        batch,
        code=code or _code_of(row),
        name=row.name,
        item_class_id=item_class_id or _class_of(row),
        stock_unit=row.unit_id,
        tax_class=tax_class,
        standard_cost=row.cost.quantize(Decimal("0.000001")),
        stocking=Item.Stocking.CATALOGUE.value,
        right=SELL_FROM_CATALOGUE,
    )
    item = Item.objects.get(pk=made.item_id)
    kind = ItemReference.Kind.SUPPLIER
    there = {"kind": kind, "party": row.supplier.party, "source": ""}
    if not ItemReference.objects.filter(code__iexact=row.code, **there).exists():
        ItemReference.objects.create(item=item, code=row.code, **there)
        refresh_search(item)
    row.item = item
    row.version += 1
    row.save(update_fields=["item", "version"])
    batch.decide(
        "masterdata.set_up_item",
        Item,
        item.pk,
        {"sentence": _("From the catalogue of %(name)s, its number %(code)s.") % {
            "name": row.supplier.party.name, "code": row.code}},
    )  # fmt: skip
    return ItemSetUp(item.pk, item.code)


def _code_of(row: CatalogueItem) -> str:
    own = "".join(row.code.upper().split())
    taken = Item.objects.filter(code__iexact=own[:CODE_LENGTH]).exists()
    return (f"{row.supplier.party.code}-{own}" if taken else own)[:CODE_LENGTH]


def _class_of(row: CatalogueItem) -> int:
    """What the house says, else what most items from the supplier's catalogue are."""
    said = CATALOGUE_CLASS.value(company=row.supplier.company_id)
    classes = ItemClass.objects.filter(code__iexact=said) if said else ItemClass.objects.all()
    if not said:
        of_supplier = Q(items__offers__supplier=row.supplier_id)
        classes = classes.filter(of_supplier).annotate(count=Count("items")).order_by("-count", "pk")
    class_id = classes.values_list("pk", flat=True).first()
    if class_id is None:
        raise ClassUnknown(code=row.code, supplier=row.supplier.party.name)
    return class_id
