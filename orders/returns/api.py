"""Returns for programs: request, decide, receive, inspect, replace, and the carrier's answer."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.documents import DocumentViewSet
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.shapes import CodeField, MoneyField, NoteField, QuantityField, StrictSerializer, body_of
from masterdata.places.models import Bin
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.models import SalesOrder

from .actions.approve_return import APPROVE, approve_return
from .actions.dispose_return import DISPOSE, Disposal, dispose_return
from .actions.end_return import cancel_return, close_return, reject_return
from .actions.receive_return import RECEIVE, CountedLine, receive_return
from .actions.replace_return import replace_return
from .actions.request_return import REQUEST, request_return
from .actions.settle_claim import SETTLE_CLAIM, settle_claim
from .actions.settle_excess import settle_excess
from .kits import ReturnKitRequest
from .models import CarrierClaim, CustomerReturn, Reason, ReturnDisposition, ReturnLine, ReturnReceipt
from .permissions import VIEW_RETURN
from .queries import ReturnableKit, return_bins, return_list, returnable
from .rules import ReturnLineRequest


class ReturnLineOut(serializers.ModelSerializer[ReturnLine]):
    item = serializers.CharField(source="item.code")
    shipment = serializers.CharField(source="shipment_line.shipment.number")
    lot = serializers.CharField(source="lot.code", default=None)
    reason = serializers.CharField()
    kit = serializers.SerializerMethodField()

    class Meta:
        model = ReturnLine
        fields = [
            "line", "item", "shipment", "shipment_line", "lot", "reason", "quantity", "cancelled", "received", "excess",
            "disposed", "creditable", "credited", "net", "fee_percent", "kit", "kits",
        ]  # fmt: skip

    def get_kit(self, line: ReturnLine) -> str | None:
        """The kit that it is a component of; `kits`: how many of these its quantity stands for."""
        return line.order_line.item.code if line.kits is not None else None


class ReturnReceiptOut(serializers.ModelSerializer[ReturnReceipt]):
    line = serializers.IntegerField(source="line.line")
    bin = serializers.CharField(source="bin.code")

    class Meta:
        model = ReturnReceipt
        fields = ["id", "line", "bin", "quantity", "disposed", "received_at", "received_by"]


class CarrierClaimOut(serializers.ModelSerializer[CarrierClaim]):
    state = serializers.CharField()

    class Meta:
        model = CarrierClaim
        fields = ["carrier_service", "tracking_number", "amount", "recovered", "state", "reference"]


class ReturnOut(serializers.ModelSerializer[CustomerReturn]):
    site = serializers.CharField(source="site.code")
    customer = serializers.CharField(source="customer.party.code")
    order = serializers.CharField(source="order.number")
    state = serializers.CharField()

    class Meta:
        model = CustomerReturn
        fields = [
            "id", "number", "site", "customer", "order", "state", "currency", "net", "exceeds", "requested_by",
            "requested_at", "approved_at", "received_at", "inspected_at", "credited_at", "closed_at",
        ]  # fmt: skip


class ReturnDetailOut(ReturnOut):
    replacement = serializers.CharField(source="replacement.number", default=None)
    lines = ReturnLineOut(many=True)
    receipts = ReturnReceiptOut(many=True)
    claim = CarrierClaimOut(default=None)

    class Meta(ReturnOut.Meta):
        fields = [*ReturnOut.Meta.fields, "note", "replacement", "lines", "receipts", "claim"]


class ReturnLineIn(StrictSerializer):
    shipment_line = serializers.IntegerField(min_value=1)
    quantity = QuantityField(help_text="In the item's stock unit.")
    reason = serializers.ChoiceField(choices=Reason.choices)
    lot = CodeField(max_length=40, default="", allow_blank=True)


class ReturnKitIn(StrictSerializer):
    """Whole kits of an order line; `lots`, where a component left in several."""

    line = serializers.IntegerField(min_value=1, help_text="The order's line number.")
    quantity = QuantityField(help_text="Whole kits.")
    reason = serializers.ChoiceField(choices=Reason.choices)
    lots = serializers.ListField(child=CodeField(max_length=40), default=list, max_length=100)


class ReturnIn(StrictSerializer):
    """By the piece, in whole kits, or both; one at least."""

    order = CodeField()
    note = NoteField(max_length=400)
    lines = ReturnLineIn(many=True, required=False, max_length=1000)
    kits = ReturnKitIn(many=True, required=False, max_length=1000)


class ApproveReturnIn(StrictSerializer):
    waive_fee = serializers.BooleanField(default=False)


class EndReturnIn(StrictSerializer):
    reason = CodeField(max_length=200)


class ExcessIn(StrictSerializer):
    authorise = serializers.BooleanField()
    reason = CodeField(max_length=200)


class CountedLineIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1, help_text="The return's line number.")
    quantity = QuantityField(help_text="As counted, in the item's stock unit.")
    bin = CodeField()


class ReceiveReturnIn(StrictSerializer):
    lines = CountedLineIn(many=True, min_length=1, max_length=1000)


class DisposalIn(StrictSerializer):
    receipt = serializers.IntegerField(min_value=1, help_text="The receipt's id.")
    kind = serializers.ChoiceField(choices=ReturnDisposition.Kind.choices)
    quantity = QuantityField(help_text="In the item's stock unit.")
    bin = CodeField(default="", allow_blank=True, help_text="Blank: the goods stay where they lie.")
    credit = serializers.BooleanField(default=True)
    note = CodeField(
        max_length=200, default="", allow_blank=True, help_text="Needed where there is no credit."
    )


class DisposeReturnIn(StrictSerializer):
    lines = DisposalIn(many=True, min_length=1, max_length=1000)


class SettleClaimIn(StrictSerializer):
    recovered = MoneyField(min_value=0)
    reference = CodeField(default="", allow_blank=True)


class ReplacementOut(serializers.Serializer[Any]):
    order = serializers.CharField()


class ReturnFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(lookup_expr="iexact")
    order = django_filters.CharFilter(field_name="order__number", lookup_expr="iexact")
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    state = django_filters.MultipleChoiceFilter(choices=CustomerReturn.State.choices)


class ReturnViewSet(DocumentViewSet[CustomerReturn]):
    """Returns by their number."""

    serializer_class = ReturnOut
    filterset_class = ReturnFilter
    detail_class = ReturnDetailOut
    view_right = VIEW_RETURN
    rights: ClassVar = {
        "create": REQUEST,
        "approve": APPROVE,
        "reject": APPROVE,
        "cancel": REQUEST,
        "close": REQUEST,
        "excess": APPROVE,
        "receive": RECEIVE,
        "dispose": DISPOSE,
        "replace": SUBMIT,
        "claim": SETTLE_CLAIM,
    }

    def get_queryset(self) -> QuerySet[CustomerReturn]:
        rows = return_list(user=self.request.user)
        if self.action == "list":
            return rows
        return rows.select_related("replacement").prefetch_related(
            "lines__item",
            "lines__lot",
            "lines__shipment_line__shipment",
            "lines__order_line__item",
            "receipts__line",
            "receipts__bin",
        )

    @extend_schema(request=ReturnIn, responses={201: ReturnDetailOut})
    def create(self, request: Request) -> Response:
        """Ask for shipped goods of one order to come back."""
        given = body_of(request, ReturnIn)
        order = SalesOrder.objects.visible_to(request.user).filter(number=given["order"]).first()
        if order is None:
            raise NotFound(what="order", reference=given["order"])
        rows, kits = returnable(order)
        lots = {(row.line.pk, row.lot.code): row.lot.pk for row in rows if row.lot}
        lines = []
        for place, each in enumerate(given.get("lines", ())):
            lot_id = lots.get((each["shipment_line"], each["lot"]))
            if each["lot"] and lot_id is None:
                raise BadInput(field=f"lines.{place}.lot", reason="no such lot left with that line.")
            lines.append(ReturnLineRequest(each["shipment_line"], each["quantity"], each["reason"], lot_id))
        asked = _kits(given.get("kits", ()), order, kits)
        made = request_return(self.by(), order_id=order.pk, lines=lines, kits=asked, note=given["note"])
        return self.answer(made.number, status.HTTP_201_CREATED)

    @extend_schema(request=ApproveReturnIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:
        """Authorise a requested return."""
        given = body_of(request, ApproveReturnIn)
        approve_return(self.by(), return_id=self.get_object().pk, waive_fee=given["waive_fee"])
        return self.answer(number)

    @extend_schema(request=EndReturnIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, number: str) -> Response:
        """Refuse a requested return."""
        return self._end(reject_return, number)

    @extend_schema(request=EndReturnIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """Call a return off before anything has come."""
        return self._end(cancel_return, number)

    @extend_schema(request=EndReturnIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """Close a return whose rest will not come."""
        return self._end(close_return, number)

    @extend_schema(request=ExcessIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def excess(self, request: Request, number: str) -> Response:
        """Authorise what is set aside at the dock, or note that it went back."""
        given = body_of(request, ExcessIn)
        settle_excess(self.by(given["reason"]), return_id=self.get_object().pk, **given)
        return self.answer(number)

    @extend_schema(request=ReceiveReturnIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, number: str) -> Response:
        """Take in what came, into inspection."""
        given, rma = body_of(request, ReceiveReturnIn), self.get_object()
        bins = return_bins(rma.site_id)
        ids = {line.line: line.pk for line in rma.lines.all()}
        lines = []
        for place, each in enumerate(given["lines"]):
            if each["line"] not in ids:
                raise BadInput(field=f"lines.{place}.line", reason=f"{number} has no line {each['line']}.")
            bin_id = _bin(bins, each["bin"], place)
            lines.append(CountedLine(ids[each["line"]], each["quantity"], bin_id))
        receive_return(self.by(), return_id=rma.pk, lines=lines)
        return self.answer(number)

    @extend_schema(request=DisposeReturnIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def dispose(self, request: Request, number: str) -> Response:
        """Split what is in inspection over its dispositions; the credit follows."""
        given, rma = body_of(request, DisposeReturnIn), self.get_object()
        bins = return_bins(rma.site_id)
        lines = [
            Disposal(
                each["receipt"],
                each["kind"],
                each["quantity"],
                _bin(bins, each["bin"], place) if each["bin"] else None,
                each["credit"],
                each["note"],
            )
            for place, each in enumerate(given["lines"])
        ]
        dispose_return(self.by(), return_id=rma.pk, lines=lines)
        return self.answer(number)

    @extend_schema(request=None, responses={201: ReplacementOut})
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, number: str) -> Response:
        """Order the same goods again at the price paid; once."""
        made = replace_return(self.by(), return_id=self.get_object().pk)
        return Response({"order": made.number}, status=status.HTTP_201_CREATED)

    @extend_schema(request=SettleClaimIn, responses=ReturnDetailOut)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, number: str) -> Response:
        """Note what the carrier pays for damage in transit; zero is a denial."""
        given = body_of(request, SettleClaimIn)
        settle_claim(self.by(), return_id=self.get_object().pk, **given)
        return self.answer(number)

    def _end(self, verb: Any, number: str) -> Response:
        reason = body_of(self.request, EndReturnIn)["reason"]
        verb(self.by(reason), return_id=self.get_object().pk, reason=reason)
        return self.answer(number)


def _kits(
    given: Sequence[dict[str, Any]], order: SalesOrder, kits: Sequence[ReturnableKit]
) -> list[ReturnKitRequest]:
    """Kits by their line number, with the lots that are named found among those that left."""
    ids = dict(order.lines.values_list("line", "pk")) if given else {}
    lots = {(kit.line.line, lot.code): lot.pk for kit in kits for _item, found in kit.lots for lot in found}
    wanted = []
    for place, each in enumerate(given):
        unknown = [code for code in each["lots"] if (each["line"], code) not in lots]
        if unknown or each["line"] not in ids:
            what = f"no lot {unknown[0]} left in that kit." if unknown else "the order has no such line."
            raise BadInput(field=f"kits.{place}", reason=what)
        named = [lots[each["line"], code] for code in each["lots"]]
        wanted.append(ReturnKitRequest(ids[each["line"]], each["quantity"], each["reason"], named))
    return wanted


def _bin(bins: dict[str, Bin], code: str, place: int) -> int:
    found = bins.get(code.upper())
    if found is None:
        raise BadInput(field=f"lines.{place}.bin", reason="no bin of this site that takes goods.")
    return found.pk
