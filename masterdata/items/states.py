"""How an item's status looks."""

from django.utils.translation import gettext_lazy as _

from .models import Item

STATUS = {
    Item.Status.ACTIVE: (_("Active"), "ok"),
    Item.Status.BLOCKED: (_("Blocked"), "bad"),
    Item.Status.DISCONTINUED: (_("Discontinued"), "warn"),
}
