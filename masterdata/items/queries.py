"""Items as a reader sees them. The catalogue is one for all companies; what an item costs needs a right."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from erp.kernel.batch import constant
from erp.kernel.quantity import UnitFactor

from .models import Item, ItemClass, ItemReference, KitComponent, Substitute, Unit
from .substitution import STEPS, Link, Pack


def item_list(*, user: Any) -> QuerySet[Item]:
    """Every item with its class, for those who may see items."""
    rows = Item.objects.select_related("item_class")
    return rows if user.has_perm("masterdata.view_item") else rows.none()


def item_references(*, user: Any, item: Item) -> QuerySet[ItemReference]:
    """The item's other numbers; a customer's or supplier's only where the reader may see that party."""
    from masterdata.parties.queries import party_list

    rows = item.references.select_related("party").order_by("kind", "code")
    visible = party_list(user=user).values("pk")
    return rows.filter(party__isnull=True) | rows.filter(party__in=visible)


def item_classes() -> QuerySet[ItemClass]:
    return ItemClass.objects.all()


def units() -> QuerySet[Unit]:
    return Unit.objects.all()


def item_class_list(*, user: Any) -> QuerySet[ItemClass]:
    """Every class with its parent and `item_count`, for those who may see items."""
    counted = Item.objects.filter(item_class=OuterRef("pk")).order_by().values("item_class")
    rows = ItemClass.objects.select_related("parent").annotate(
        item_count=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)
    )
    return rows if user.has_perm("masterdata.view_item") else rows.none()


def unit_list(*, user: Any) -> QuerySet[Unit]:
    """Every unit of measure, for those who may see items."""
    return Unit.objects.all() if user.has_perm("masterdata.view_item") else Unit.objects.none()


def incomplete_items(item_class: ItemClass) -> QuerySet[Item]:
    """Items of the class that lack an attribute which it requires."""
    items = Item.objects.filter(item_class=item_class)
    required = item_class.required_attributes
    return items.exclude(attributes__has_keys=required) if required else items.none()


def substitute_list(*, user: Any) -> QuerySet[Substitute]:
    """Every rule by which an item may come instead of another, for those who may see items."""
    rows = Substitute.objects.select_related("item", "substitute")
    return rows if user.has_perm("masterdata.view_item") else rows.none()


def overlapping_substitutes(
    item_id: int, substitute_id: int, valid_from: date, valid_to: date | None, *, two_way: bool
) -> QuerySet[Substitute]:
    """Rules of the same pair in the same direction (with `two_way` in either) that hold in a part of that time."""
    there = Q(item=item_id, substitute=substitute_id)
    back = Q(item=substitute_id, substitute=item_id)
    pair = there | back if two_way else there | (back & Q(two_way=True))
    rows = Substitute.objects.filter(pair).filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    return rows if valid_to is None else rows.filter(valid_from__lt=valid_to)


def kit_component_list(*, user: Any) -> QuerySet[KitComponent]:
    """Every component of every kit, for those who may see items."""
    rows = KitComponent.objects.select_related("kit", "component__stock_unit")
    return rows if user.has_perm("masterdata.view_item") else rows.none()


def overlapping_components(
    kit_id: int, component_id: int, valid_from: date, valid_to: date | None
) -> QuerySet[KitComponent]:
    """The same component of the kit in a part of that time."""
    rows = KitComponent.objects.filter(kit=kit_id, component=component_id)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    return rows if valid_to is None else rows.filter(valid_from__lt=valid_to)


def supersedes(item_id: int, other_id: int, *, from_on: date) -> bool:
    """Whether the item is superseded, over however many steps, by the other at some time from a day on."""
    rows = Substitute.objects.filter(kind=Substitute.Kind.SUPERSEDED)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=from_on))
    seen, level = {item_id}, {item_id}
    while level:
        level = set(rows.filter(item__in=level).values_list("substitute", flat=True)) - seen
        if other_id in level:
            return True
        seen |= level
    return False


# Every rule that can be reached from the items, in the direction in which it is reached.
SUBSTITUTES = """
WITH RECURSIVE link AS NOT MATERIALIZED (
    SELECT s.id, s.item_id AS from_id, s.substitute_id AS to_id, s.kind, s.numerator, s.denominator, s.price, s.rank
    FROM masterdata_substitute s
    WHERE s.valid_from <= %s::date AND (s.valid_to IS NULL OR s.valid_to > %s::date)
    UNION ALL
    SELECT s.id, s.substitute_id, s.item_id, s.kind, s.denominator, s.numerator, s.price, s.rank
    FROM masterdata_substitute s
    WHERE s.two_way AND s.valid_from <= %s::date AND (s.valid_to IS NULL OR s.valid_to > %s::date)),
reached AS (
    SELECT u.item_id, 0 AS steps FROM unnest(%s::bigint[]) AS u(item_id)
    UNION
    SELECT l.to_id, r.steps + 1 FROM reached r JOIN link l ON l.from_id = r.item_id WHERE r.steps < %s::int)
SELECT DISTINCT l.id, l.from_id, l.to_id, l.kind, l.numerator, l.denominator, l.price, l.rank
FROM reached r JOIN link l ON l.from_id = r.item_id ORDER BY l.rank, l.id, l.from_id"""


def substitutes_in_effect(item_ids: Iterable[int], *, on: date) -> list[Link]:
    """The rules that hold on a day and lead away from these items, one statement."""
    items = sorted(set(item_ids))
    if not items:
        return []
    return [
        Link(rule_id, from_id, to_id, kind, Fraction(numerator, denominator), price == "own", rank)
        for rule_id, from_id, to_id, kind, numerator, denominator, price, rank in constant(
            SUBSTITUTES, on, on, on, on, items, STEPS - 1
        )
    ]


PACKS = """
SELECT i.id, i.code, i.name, i.sell_unit_id, u.numerator, u.denominator, su.decimals, i.stock_unit_id, st.decimals
FROM masterdata_item i JOIN masterdata_itemunit u ON u.item_id = i.id AND u.unit_id = i.sell_unit_id
JOIN masterdata_unit su ON su.code = i.sell_unit_id JOIN masterdata_unit st ON st.code = i.stock_unit_id
WHERE i.id = ANY(%s::bigint[]) AND i.status <> 'blocked'"""


def packs_of(item_ids: Iterable[int]) -> dict[int, Pack]:
    """How these items are sold, one statement; those blocked for sale are left out."""
    return {
        item_id: Pack(
            code, name, UnitFactor(sell, numerator, denominator, fine), UnitFactor(stock, 1, 1, finest)
        )
        for item_id, code, name, sell, numerator, denominator, fine, stock, finest in constant(
            PACKS, sorted(set(item_ids))
        )
    }
