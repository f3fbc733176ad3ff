"""Words of the orders app in templates: typed figures, holds. `{% load orders %}`"""

from decimal import Decimal, InvalidOperation

from django import template
from django.utils.safestring import SafeString

from erp.kernel.formats import write_quantity
from erp.kernel.templatetags.ui import chip
from orders.holds.rules import HOLDS

register = template.Library()


@register.filter
def typed(value: str) -> str:
    """A stored figure in the user's format; text that is no figure as it was typed."""
    try:
        return write_quantity(Decimal(value)) if value else ""
    except InvalidOperation:
        return value


@register.simple_tag
def hold_chip(kind: str) -> SafeString:
    """A hold in a word with its tone."""
    return chip(*HOLDS[kind])
