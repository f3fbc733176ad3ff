"""What programs send and get of an order."""

from typing import Any

from rest_framework import serializers

from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    ExactDecimalField,
    MoneyField,
    NoteField,
    QuantityField,
    StrictSerializer,
)
from inventory.commitments.models import SupplyMethod
from masterdata.parties.models import Customer
from orders.entry.models import OrderLine, SalesOrder
from orders.entry.shipping import KIT_RULES


class OrderOut(serializers.ModelSerializer[SalesOrder]):
    """An order's header, with where it stands."""

    customer = serializers.CharField(source="customer.party.code")
    site = serializers.CharField(source="site.code")
    standing = serializers.CharField()

    class Meta:
        model = SalesOrder
        fields = [
            "id", "number", "customer", "site", "channel", "customer_po", "requested_on", "rush", "coupon", "state",
            "standing", "currency", "line_count", "net", "tax", "gross", "open_net", "open_gross",
            "submitted_at", "version",
        ]  # fmt: skip


class LineOut(serializers.ModelSerializer[OrderLine]):
    """One line with its price; quantities in `unit`."""

    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="unit_id")

    class Meta:
        model = OrderLine
        fields = [
            "line", "item", "description", "quantity", "unit", "cancelled_quantity", "list_price", "unit_price",
            "price_source", "price_reason", "net", "tax_rate_percent", "requested_on",
        ]  # fmt: skip


class InsteadOut(serializers.Serializer[Any]):
    """What was asked for where the line offers something else; `replaces`: the line that was short of it."""

    item = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    unit = serializers.CharField()
    kind = serializers.CharField()
    consent = serializers.CharField()
    replaces = serializers.IntegerField(allow_null=True)


class ComponentOut(serializers.Serializer[Any]):
    """What leaves for a line's kits of one component, in its stock unit."""

    item = serializers.CharField()
    unit = serializers.CharField()
    in_one_kit = serializers.DecimalField(max_digits=18, decimal_places=6)
    ordered = serializers.DecimalField(max_digits=18, decimal_places=6)
    cancelled = serializers.DecimalField(max_digits=18, decimal_places=6)
    reserved = serializers.DecimalField(max_digits=18, decimal_places=6)
    shipped = serializers.DecimalField(max_digits=18, decimal_places=6)
    promised_on = serializers.DateField(allow_null=True)


class OrderLineOut(serializers.Serializer[Any]):
    """A line with what has happened to it. `supply`: where its goods come from; blank for a service."""

    line = LineOut()
    supply = serializers.CharField()
    site = serializers.CharField(help_text="It leaves from there; blank for a service.")
    reserved = serializers.DecimalField(max_digits=18, decimal_places=6)
    picked = serializers.DecimalField(max_digits=18, decimal_places=6)
    shipped = serializers.DecimalField(max_digits=18, decimal_places=6)
    first_promised_on = serializers.DateField(allow_null=True)
    promised_on = serializers.DateField(allow_null=True)
    components = ComponentOut(many=True, allow_null=True, help_text="Of a kit; else null.")
    instead = InsteadOut(allow_null=True)


class OpenHoldOut(serializers.Serializer[Any]):
    """A hold that nobody has released; `amount` is the money at risk, `line` the one it stops (null: all of them)."""

    id = serializers.IntegerField()
    line = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    detail = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)


class OrderDetailOut(OrderOut):
    """What `orders.entry.sheets.order_sheet` answers."""

    lines = OrderLineOut(many=True, source="views")
    holds = OpenHoldOut(many=True)

    class Meta(OrderOut.Meta):
        fields = [*OrderOut.Meta.fields, "note", "lines", "holds"]


class OrderLineIn(StrictSerializer):
    """One wanted line. `item`: any number that means one item. `price` needs a reason. `supply`: from stock, bought for
    the line (special), or sent by the supplier (drop); left out: as the item and the house say. `site`: it leaves from
    there, in a delivery of its own; left out: from the order's site."""

    item = CodeField()
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    price = MoneyField(min_value=0, required=False)
    price_reason = CodeField(max_length=120, default="", allow_blank=True)
    supply = serializers.ChoiceField(SupplyMethod.choices, default="", allow_blank=True)
    site = CodeField(max_length=20, default="", allow_blank=True)


class OrderIn(StrictSerializer):
    """A wanted order. `partial`: take good lines and park the others (left out: the house's policy)."""

    customer = CodeField()
    lines = OrderLineIn(many=True, allow_empty=False, max_length=5000)  # type: ignore[call-arg]  # the list's own
    ship_to = CodeField(default="", allow_blank=True)
    customer_po = CodeField(default="", allow_blank=True)
    job = CodeField(max_length=30, default="", allow_blank=True)
    rush = CodeField(max_length=12, default="", allow_blank=True)
    coupon = CodeField(max_length=30, default="", allow_blank=True)
    requested_on = BusinessDateField(required=False)
    note = NoteField()
    hold_reason = CodeField(max_length=200, default="", allow_blank=True)
    partial = serializers.BooleanField(  # type: ignore[assignment]  # a field, not this serializer's own flag
        required=False, allow_null=True, default=None
    )


class ParkedOut(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    code = serializers.CharField()
    reason = serializers.CharField()


class IntakeOut(serializers.Serializer[Any]):
    """What became of a document, or of its lines that were sent again: the order (null: none of them passed), and the
    lines that wait."""

    document_id = serializers.IntegerField()
    state = serializers.CharField()
    order_id = serializers.IntegerField(allow_null=True)
    number = serializers.CharField()
    holds = serializers.ListField(child=serializers.CharField())
    parked = ParkedOut(many=True)


class LineChangeIn(StrictSerializer):
    """`line` of the order, or `item` to add one, supplied as `supply` says. Quantity 0 cancels the line. `site`: it
    leaves from there from now on."""

    line = serializers.IntegerField(min_value=1, required=False)
    item = CodeField(required=False)
    quantity = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0)
    unit = CodeField(max_length=3, default="", allow_blank=True)
    price = MoneyField(min_value=0, required=False)
    price_reason = CodeField(max_length=120, default="", allow_blank=True)
    supply = serializers.ChoiceField(SupplyMethod.choices, default="", allow_blank=True)
    site = CodeField(max_length=20, default="", allow_blank=True)


class AmendIn(StrictSerializer):
    """What shall be different. A blank rush or coupon takes it off."""

    version = serializers.IntegerField(min_value=1)
    lines = LineChangeIn(many=True, required=False)
    requested_on = BusinessDateField(required=False)
    customer_po = CodeField(required=False, allow_blank=True)
    note = NoteField(required=False, default=None)
    rush = CodeField(max_length=12, required=False, allow_blank=True)
    coupon = CodeField(max_length=30, required=False, allow_blank=True)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class AmendedOut(serializers.Serializer[Any]):
    order_id = serializers.IntegerField()
    version = serializers.IntegerField()
    gross = serializers.CharField()
    holds = serializers.ListField(child=serializers.CharField())


class ImpactLineOut(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    item = serializers.CharField()
    unit = serializers.CharField()
    quantity = serializers.CharField()
    reserved = serializers.CharField()
    promised_on = serializers.DateField(allow_null=True)
    net = serializers.CharField()
    site = serializers.CharField()


class StandingOut(serializers.Serializer[Any]):
    """The order as it stands; `held`: kinds of its open holds."""

    site = serializers.CharField()
    ships = serializers.CharField()
    priority = serializers.IntegerField(allow_null=True)
    charges = serializers.CharField()
    net = serializers.CharField()
    gross = serializers.CharField()
    held = serializers.ListField(child=serializers.CharField())
    lines = ImpactLineOut(many=True)


class ImpactOut(serializers.Serializer[Any]):
    """The order before and after a change that is not made."""

    before = StandingOut()
    after = StandingOut()


class CancelIn(StrictSerializer):
    """Left out, `lines` means all of them."""

    version = serializers.IntegerField(min_value=1)
    reason = CodeField(max_length=200)
    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False)


class CancelledOut(serializers.Serializer[Any]):
    order_id = serializers.IntegerField()
    version = serializers.IntegerField()
    cancelled = serializers.BooleanField()
    gross = serializers.CharField()


class ReplacementIn(StrictSerializer):
    """Of a line, `quantity` in its unit comes as `item` instead; left out: all that waits for stock."""

    line = serializers.IntegerField(min_value=1)
    item = CodeField()
    quantity = QuantityField(required=False, allow_null=True)
    consent = CodeField(max_length=120, default="", allow_blank=True)


class SubstituteLinesIn(StrictSerializer):
    """`consent` of a line: who agreed for the customer, where the customer wants to be asked."""

    version = serializers.IntegerField(min_value=1)
    reason = CodeField(max_length=200)
    lines = ReplacementIn(many=True, allow_empty=False, max_length=5000)  # type: ignore[call-arg]  # the list's own


class SubstitutedOut(AmendedOut):
    """`lines`: the numbers of those that were added."""

    lines = serializers.ListField(child=serializers.IntegerField())


class HoldIn(StrictSerializer):
    reason = CodeField(max_length=200)


class PlacedOut(serializers.Serializer[Any]):
    hold_id = serializers.IntegerField()


class LineShipRuleIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1)
    ship_rule = serializers.ChoiceField(KIT_RULES, allow_blank=True)


class ShipRuleIn(StrictSerializer):
    """How the order leaves; a line's own rule, or "" to follow the order. Zero: any fill, any number of shipments."""

    ship_rule = serializers.ChoiceField(Customer.ShipRule.choices)
    minimum_fill_percent = serializers.IntegerField(min_value=0, max_value=100, default=0)
    maximum_shipments = serializers.IntegerField(min_value=0, max_value=99, default=0)
    lines = LineShipRuleIn(many=True, required=False)
    reason = CodeField(max_length=200)


class ShipRuleOut(serializers.Serializer[Any]):
    waits_for = serializers.CharField(
        help_text="Why it does not go now as far as the rule is concerned; blank: it may."
    )
