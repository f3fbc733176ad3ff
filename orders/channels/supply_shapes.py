"""How the lines of an order are supplied, as programs say it."""

from typing import Any

from rest_framework import serializers

from erp.kernel.shapes import CodeField, StrictSerializer
from inventory.commitments.models import SupplyMethod


class LineSupplyIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1)
    supply = serializers.ChoiceField(SupplyMethod.choices)


class SupplyIn(StrictSerializer):
    """How the open rest of lines is supplied from now on."""

    version = serializers.IntegerField(min_value=1)
    lines = LineSupplyIn(many=True, allow_empty=False, max_length=5000)  # type: ignore[call-arg]  # the list's own
    reason = CodeField(max_length=200)


class SuppliedOtherwiseOut(serializers.Serializer[Any]):
    """The order's version after it, and the lines that changed."""

    order_id = serializers.IntegerField()
    version = serializers.IntegerField()
    lines = serializers.ListField(child=serializers.IntegerField())
