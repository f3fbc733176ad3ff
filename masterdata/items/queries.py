"""Items as a reader sees them. The catalogue is one for all companies; what an item costs needs a right."""

from typing import Any

from django.db.models import QuerySet

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
