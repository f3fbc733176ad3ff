"""Supplier returns for programs."""

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
from erp.kernel.shapes import CodeField, MoneyField, QuantityField, StrictSerializer, body_of
from inventory.adjustments.lookups import place_ids
from masterdata.parties.queries import supplier_list
from masterdata.places.queries import site_list

from .actions.send_back import BackLine, send_back
from .actions.settle_supplier_return import settle_supplier_return
from .models import SupplierReturn, SupplierReturnLine
from .permissions import SEND_BACK, SETTLE_SUPPLIER_RETURN, VIEW_SUPPLIER_RETURN
from .queries import supplier_return_list


class SupplierReturnLineOut(serializers.ModelSerializer[SupplierReturnLine]):
    item = serializers.CharField(source="item.code")
    bin = serializers.CharField(source="bin.code")
    lot = serializers.CharField(source="lot.code", default=None)

    class Meta:
        model = SupplierReturnLine
        fields = ["line", "item", "bin", "lot", "quantity", "unit_cost", "claimed"]


class SupplierReturnOut(serializers.ModelSerializer[SupplierReturn]):
    """A batch that went back and what is asked for it; `reference`: of the supplier's answer."""

    site = serializers.CharField(source="site.code")
    supplier = serializers.CharField(source="supplier.party.code")
    lines = SupplierReturnLineOut(many=True)

    class Meta:
        model = SupplierReturn
        fields = [
            "id", "number", "site", "supplier", "state", "currency", "claimed", "credited", "authorisation",
            "tracking_number", "note", "sent_at", "sent_by", "settled_at", "settled_by", "reference", "lines",
        ]  # fmt: skip


class BackLineIn(StrictSerializer):
    """So much of an item for the vendor out of a bin. `unit_cost`: claimed for a stock unit; left out: the price of the
    last time."""

    item = CodeField()
    bin = CodeField()
    lot = CodeField(max_length=40, default="", allow_blank=True)
    quantity = QuantityField()
    unit_cost = MoneyField(min_value=0, required=False)


class SendBackIn(StrictSerializer):
    site = CodeField()
    supplier = CodeField()
    authorisation = CodeField(max_length=60, default="", allow_blank=True)
    tracking_number = CodeField(max_length=60, default="", allow_blank=True)
    note = CodeField(max_length=400, default="", allow_blank=True)
    lines = BackLineIn(many=True, min_length=1, max_length=1000)


class AnswerIn(StrictSerializer):
    """What the supplier credits; zero is a denial."""

    credited = MoneyField(min_value=0)
    reference = CodeField(max_length=60)


class SupplierReturnViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SupplierReturn]
):
    """What goes back to suppliers, with the credit that is asked for it."""

    serializer_class = SupplierReturnOut

    def get_permissions(self) -> list[BasePermission]:
        rights = {"create": SEND_BACK, "settle": SETTLE_SUPPLIER_RETURN}
        return [has_perm(rights.get(self.action, VIEW_SUPPLIER_RETURN))()]

    def get_queryset(self) -> QuerySet[SupplierReturn]:
        rows = supplier_return_list(user=self.request.user).order_by("-pk")
        return rows.prefetch_related("lines__item", "lines__bin", "lines__lot")

    @extend_schema(request=SendBackIn, responses={201: SupplierReturnOut})
    def create(self, request: Request) -> Response:
        """Send goods back; they leave stock at once."""
        given, key = body_of(request, SendBackIn), key_of(request)
        code = given.pop("site")
        site = site_list(user=request.user).filter(code=code, is_active=True).first()
        if site is None:
            raise NotFound(what="site", reference=code)
        code = given.pop("supplier")
        suppliers = supplier_list(user=request.user).filter(company=site.company_id)
        supplier = suppliers.filter(party__code=code).first()
        if supplier is None:
            raise NotFound(what="supplier", reference=code)
        rows = given.pop("lines")
        sent = send_back(
            By(Actor.of(request.user), key=key),
            site_id=site.pk,
            supplier_id=supplier.pk,
            lines=[
                BackLine(*place, each["quantity"], each.get("unit_cost"))
                for each, place in zip(rows, place_ids(site, rows), strict=True)
            ],
            **given,
        )
        made = self.get_queryset().get(pk=sent.return_id)
        return Response(SupplierReturnOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AnswerIn, responses=SupplierReturnOut)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Note the supplier's answer."""
        given = body_of(request, AnswerIn)
        by = By(Actor.of(request.user), key=key_of(request))
        settle_supplier_return(by, return_id=self.get_object().pk, **given)
        return Response(SupplierReturnOut(self.get_object()).data)
