"""Items as a reader sees them. The catalogue is one for all companies; what an item costs needs a right."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import Item, ItemClass, ItemReference, Unit


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
