"""Orders for programs: read, create, amend, cancel, hold. Creating is the intake that every channel uses."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    ExactDecimalField,
    MoneyField,
    NoteField,
    QuantityField,
    StrictSerializer,
    body_of,
)
from inventory.commitments.models import SupplyMethod
from inventory.outbound.permissions import CHANGE_SHIP_RULE
from masterdata.parties.models import Customer
from orders.entry.actions.amend_order import AMEND_ORDER, amend_order
from orders.entry.actions.cancel_order import CANCEL_ORDER, cancel_lines, cancel_order
from orders.entry.actions.change_supply import change_supply
from orders.entry.actions.substitute_lines import SUBSTITUTE, substitute_lines
from orders.entry.amending import Amendment
from orders.entry.models import OrderLine, SalesOrder
from orders.entry.permissions import VIEW_ORDER
from orders.entry.queries import order_list
from orders.entry.sheets import order_sheet
from orders.entry.shipping import KIT_RULES, set_ship_rule
from orders.holds.actions.place_hold import PLACE_HOLD, place_hold

from .actions.intake_order import INTAKE_ORDER, intake_order
from .order_lines import document_line, line_changes, replacements
from .rules import OrderDocument
from .supply_shapes import SuppliedOtherwiseOut, SupplyIn


class OrderOut(serializers.ModelSerializer[SalesOrder]):
    """An order's header, with where it stands."""

    customer = serializers.CharField(source="customer.party.code")
    site = serializers.CharField(source="site.code")
    standing = serializers.CharField()

    class Meta:
        model = SalesOrder
        fields = [
            "id", "number", "customer", "site", "channel", "customer_po", "requested_on", "rush", "state", "standing",
            "currency", "line_count", "net", "tax", "gross", "open_net", "open_gross", "submitted_at", "version",
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
    the line (special), or sent by the supplier (drop); left out: as the item and the house say."""

    item = CodeField()
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    price = MoneyField(min_value=0, required=False)
    price_reason = CodeField(max_length=120, default="", allow_blank=True)
    supply = serializers.ChoiceField(SupplyMethod.choices, default="", allow_blank=True)


class OrderIn(StrictSerializer):
    """A wanted order. `partial`: take good lines and park the others (left out: the house's policy)."""

    customer = CodeField()
    lines = OrderLineIn(many=True, allow_empty=False, max_length=5000)
    ship_to = CodeField(default="", allow_blank=True)
    customer_po = CodeField(default="", allow_blank=True)
    job = CodeField(max_length=30, default="", allow_blank=True)
    rush = CodeField(max_length=12, default="", allow_blank=True)
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
    """What became of the document."""

    document_id = serializers.IntegerField()
    state = serializers.CharField()
    order_id = serializers.IntegerField(allow_null=True)
    number = serializers.CharField()
    holds = serializers.ListField(child=serializers.CharField())
    parked = ParkedOut(many=True)


class LineChangeIn(StrictSerializer):
    """`line` of the order, or `item` to add one, supplied as `supply` says. Quantity 0 cancels the line."""

    line = serializers.IntegerField(min_value=1, required=False)
    item = CodeField(required=False)
    quantity = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0)
    unit = CodeField(max_length=3, default="", allow_blank=True)
    price = MoneyField(min_value=0, required=False)
    price_reason = CodeField(max_length=120, default="", allow_blank=True)
    supply = serializers.ChoiceField(SupplyMethod.choices, default="", allow_blank=True)


class AmendIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)
    lines = LineChangeIn(many=True, required=False)
    requested_on = BusinessDateField(required=False)
    customer_po = CodeField(required=False, allow_blank=True)
    note = NoteField(required=False, default=None)
    rush = CodeField(max_length=12, required=False, allow_blank=True)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class AmendedOut(serializers.Serializer[Any]):
    order_id = serializers.IntegerField()
    version = serializers.IntegerField()
    gross = serializers.CharField()
    holds = serializers.ListField(child=serializers.CharField())


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
    lines = ReplacementIn(many=True, allow_empty=False, max_length=5000)


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


class OrderFilter(django_filters.FilterSet):
    """`customer`: its number. `submitted_after` and `submitted_before`: days, both included."""

    number = django_filters.CharFilter()
    customer = django_filters.CharFilter(field_name="customer__party__code")
    customer_po = django_filters.CharFilter(lookup_expr="iexact")
    state = django_filters.MultipleChoiceFilter(choices=SalesOrder.State.choices)
    channel = django_filters.MultipleChoiceFilter(choices=SalesOrder.Channel.choices)
    submitted = django_filters.DateFromToRangeFilter(field_name="submitted_at")


RIGHTS = {
    "create": INTAKE_ORDER,
    "amend": AMEND_ORDER,
    "cancel": CANCEL_ORDER,
    "substitute": SUBSTITUTE,
    "hold": PLACE_HOLD,
    "ship_rule": CHANGE_SHIP_RULE,
    "supply": AMEND_ORDER,
}


class OrderViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SalesOrder]):
    serializer_class = OrderOut
    filterset_class = OrderFilter
    lookup_field = "number"

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(RIGHTS.get(self.action, VIEW_ORDER))()]

    def get_queryset(self) -> QuerySet[SalesOrder]:
        return order_list(user=self.request.user)

    @extend_schema(responses=OrderDetailOut)
    def retrieve(self, request: Request, number: str) -> Response:
        sheet = order_sheet(number, user=request.user)
        if sheet is None:
            raise NotFound(what="order", reference=number)
        return Response(sheet)

    @extend_schema(request=OrderIn, responses={201: IntakeOut})
    def create(self, request: Request) -> Response:
        given = body_of(request, OrderIn)
        key = key_of(request)
        result = intake_order(
            _by(request),
            document=OrderDocument(
                customer=given["customer"],
                lines=[document_line(place, line) for place, line in enumerate(given["lines"], 1)],
                ship_to=given["ship_to"],
                customer_po=given["customer_po"],
                job=given["job"],
                rush=given["rush"],
                requested_on=given.get("requested_on"),
                note=given["note"],
                hold_reason=given["hold_reason"],
            ),
            channel=SalesOrder.Channel.API.value,
            source=request.user.username,
            key=key,
            partial=given["partial"],
        )
        return Response(IntakeOut(result).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AmendIn, responses=AmendedOut)
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, number: str) -> Response:
        given = body_of(request, AmendIn)
        order = self.get_object()
        amendment = Amendment(
            lines=line_changes(given.get("lines", []), order.customer_id),
            requested_on=given.get("requested_on"),
            customer_po=given.get("customer_po"),
            note=given.get("note"),
            rush=given.get("rush"),
        )
        result = amend_order(
            _by(request, given["reason"]),
            order_id=order.pk,
            version=given["version"],
            amendment=amendment,
            reason=given["reason"],
        )
        return Response(AmendedOut(result).data)

    @extend_schema(request=CancelIn, responses=CancelledOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        given = body_of(request, CancelIn)
        order = self.get_object()
        by, asked = _by(request, given["reason"]), {"version": given["version"], "reason": given["reason"]}
        if "lines" in given:
            result = cancel_lines(by, order_id=order.pk, lines=given["lines"], **asked)
        else:
            result = cancel_order(by, order_id=order.pk, **asked)
        return Response(CancelledOut(result).data)

    @extend_schema(request=SubstituteLinesIn, responses=SubstitutedOut)
    @action(detail=True, methods=["post"])
    def substitute(self, request: Request, number: str) -> Response:
        given = body_of(request, SubstituteLinesIn)
        order = self.get_object()
        result = substitute_lines(
            _by(request, given["reason"]),
            order_id=order.pk,
            version=given["version"],
            replacements=replacements(given["lines"], order.customer_id),
            reason=given["reason"],
        )
        return Response(SubstitutedOut(result).data)

    @extend_schema(request=HoldIn, responses={201: PlacedOut})
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, number: str) -> Response:
        given = body_of(request, HoldIn)
        reason = given["reason"]
        placed = place_hold(_by(request, reason), order_id=self.get_object().pk, reason=reason)
        return Response(PlacedOut(placed).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SupplyIn, responses=SuppliedOtherwiseOut)
    @action(detail=True, methods=["post"])
    def supply(self, request: Request, number: str) -> Response:
        """Buy lines for the order, let the supplier send them, or serve them from stock after all."""
        given = body_of(request, SupplyIn)
        result = change_supply(
            _by(request, given["reason"]),
            order_id=self.get_object().pk,
            version=given["version"],
            supply={row["line"]: row["supply"] for row in given["lines"]},
            reason=given["reason"],
        )
        return Response(SuppliedOtherwiseOut(result).data)

    @extend_schema(request=ShipRuleIn, responses=ShipRuleOut)
    @action(detail=True, methods=["post"], url_path="ship-rule")
    def ship_rule(self, request: Request, number: str) -> Response:
        given = body_of(request, ShipRuleIn)
        order = self.get_object()
        lines = {row["line"]: row["ship_rule"] for row in given.pop("lines", [])}
        waits = set_ship_rule(_by(request, given["reason"]), order, lines=lines, **given)
        return Response({"waits_for": waits})


def _by(request: Request, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key_of(request), reason=reason)
