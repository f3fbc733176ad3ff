"""Suppliers' catalogues for programs: read, loaded by a job, sold from; items put forward to be kept in stock."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
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
from erp.kernel.models import Job
from erp.kernel.shapes import CodeField, ExactDecimalField, StrictSerializer, body_of
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import Item
from masterdata.items.permissions import VIEW_COST
from masterdata.items.queries import item_classes
from masterdata.parties.queries import supplier_list

from .actions.promote_item import decide_promotion, propose_promotion
from .actions.set_up_item import set_up_item
from .actions.start_load import LOAD, start_load
from .models import CatalogueItem, Promotion
from .permissions import CHANGE_CATALOGUE, PROMOTE_ITEM, SELL_FROM_CATALOGUE, VIEW_CATALOGUE
from .queries import catalogue_list
from .rules import CatalogueRow

MOST_ROWS = 20_000


class CatalogueItemOut(serializers.ModelSerializer[CatalogueItem]):
    """`item`: ours, once it is set up. `cost` is per unit, for those who may know."""

    supplier = serializers.CharField(source="supplier.party.code")
    unit = serializers.CharField(source="unit_id")
    item = serializers.CharField(source="item.code", default=None)

    class Meta:
        model = CatalogueItem
        fields = [
            "id", "supplier", "code", "name", "unit", "cost", "lead_time_days", "returnable", "rank", "item", "version",
        ]  # fmt: skip

    def to_representation(self, instance: CatalogueItem) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["request"].user.has_perm(VIEW_COST):
            del shown["cost"]
        return shown


class CatalogueRowIn(StrictSerializer):
    """One row of a list. `item`: any number that names ours, where it is one already."""

    code = CodeField(max_length=60)
    name = CodeField(max_length=200)
    unit = CodeField(max_length=3)
    cost = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0)
    lead_time_days = serializers.IntegerField(min_value=0, max_value=999, required=False)
    returnable = serializers.BooleanField(default=True)
    rank = serializers.IntegerField(min_value=1, max_value=99, default=1)
    item = CodeField(max_length=60, default="", allow_blank=True)


class CatalogueLoadIn(StrictSerializer):
    """What the list does not name stays as it is."""

    supplier = CodeField(max_length=20)
    rows = CatalogueRowIn(many=True, allow_empty=False, max_length=MOST_ROWS)


class CatalogueLoadOut(serializers.ModelSerializer[Job]):
    """How far a list is taken; `message` says what came of it."""

    id = serializers.UUIDField(source="public_id")
    state = serializers.CharField()

    class Meta:
        model = Job
        fields = ["id", "title", "state", "total", "done", "message", "created_at", "finished_at"]


class SetUpItemIn(StrictSerializer):
    """Left out, `code` is the supplier's number, and the class the one that the supplier's items usually have."""

    code = CodeField(max_length=40, default="", allow_blank=True)
    item_class = serializers.SlugRelatedField(
        slug_field="code", queryset=item_classes(), required=False, default=None
    )
    tax_class = serializers.ChoiceField(Item.TaxClass.choices, default=Item.TaxClass.STANDARD)


class PromotionOut(serializers.ModelSerializer[Promotion]):
    item = serializers.CharField(source="item.code")
    proposed_by = serializers.CharField(source="proposed_by.username")
    decided_by = serializers.CharField(source="decided_by.username", default=None)

    class Meta:
        model = Promotion
        fields = [
            "id",
            "item",
            "reason",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
            "approved",
        ]


class PromotionIn(StrictSerializer):
    item = CodeField(max_length=60, help_text="Any number that names the item.")
    reason = CodeField(max_length=200)


class CatalogueItemFilter(django_filters.FilterSet):
    """`q`: what the number or name contains. `set_up`: whether it is an item of ours."""

    supplier = django_filters.CharFilter(field_name="supplier__party__code", lookup_expr="iexact")
    code = django_filters.CharFilter(lookup_expr="iexact")
    item = django_filters.CharFilter(field_name="item__code", lookup_expr="iexact")
    q = django_filters.CharFilter(method="containing")
    set_up = django_filters.BooleanFilter(field_name="item", lookup_expr="isnull", exclude=True)

    def containing(self, rows: QuerySet[CatalogueItem], _name: str, text: str) -> QuerySet[CatalogueItem]:
        for word in text.upper().replace("\0", "").split()[:6]:
            rows = rows.filter(search__contains=word)
        return rows


class CatalogueItemViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CatalogueItem]
):
    """What suppliers offer."""

    serializer_class = CatalogueItemOut
    filterset_class = CatalogueItemFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SELL_FROM_CATALOGUE if self.action == "set_up" else VIEW_CATALOGUE)()]

    def get_queryset(self) -> QuerySet[CatalogueItem]:
        return catalogue_list(user=self.request.user).order_by("pk")

    @extend_schema(request=SetUpItemIn, responses={201: CatalogueItemOut})
    @action(detail=True, methods=["post"], url_path="set-up")
    def set_up(self, request: Request, pk: str) -> Response:
        """Make an item of ours of it, which is bought for each order."""
        given = body_of(request, SetUpItemIn)
        chosen = given["item_class"]
        set_up_item(
            By(Actor.of(request.user), key=key_of(request)),
            catalogue_item_id=self.get_object().pk,
            code=given["code"],
            item_class_id=chosen.pk if chosen else None,
            tax_class=given["tax_class"],
        )
        return Response(self.get_serializer(self.get_object()).data, status=status.HTTP_201_CREATED)


class CatalogueLoadViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet[Job]):
    """Lists that the caller has sent, each taken by a job."""

    serializer_class = CatalogueLoadOut
    lookup_field = "public_id"
    lookup_value_regex = "[0-9a-f-]{36}"
    filterset_class = None

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(CHANGE_CATALOGUE)()]

    def get_queryset(self) -> QuerySet[Job]:
        mine: QuerySet[Job] = Job.objects.filter(kind=LOAD, requested_by=self.request.user.pk).order_by("pk")
        return mine

    @extend_schema(request=CatalogueLoadIn, responses={202: CatalogueLoadOut})
    def create(self, request: Request) -> Response:
        """Have a supplier's list taken: new rows, changed ones, all or none."""
        given = body_of(request, CatalogueLoadIn)
        suppliers = supplier_list(user=request.user)
        supplier = suppliers.filter(party__code__iexact=given["supplier"]).first()
        if supplier is None:
            raise NotFound(what="supplier", reference=given["supplier"])
        started = start_load(
            By(Actor.of(request.user), key=key_of(request)),
            supplier_id=supplier.pk,
            rows=_rows(given["rows"]),
        )
        row = self.get_queryset().get(public_id=started.job)
        answer = Response(self.get_serializer(row).data, status=status.HTTP_202_ACCEPTED)
        answer["Location"] = reverse("api-catalogue-load-detail", args=[row.public_id])
        return answer


def _rows(given: list[dict[str, Any]]) -> list[CatalogueRow]:
    """The rows with ours found in one query. Raises NotFound for a number that names no item."""
    found = resolve_codes([row["item"] for row in given if row["item"]])
    rows = []
    for row in given:
        ours = row.pop("item")
        item_id = found.get(ours) if ours else None
        if ours and item_id is None:
            raise NotFound(what="item", reference=ours)
        rows.append(CatalogueRow(**{**row, "unit": row["unit"].upper()}, item_id=item_id))
    return rows


class PromotionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Promotion]):
    """Items from catalogues that shall be kept in stock: one person proposes, another approves."""

    serializer_class = PromotionOut
    filterset_fields = ("approved",)

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(PROMOTE_ITEM)()]

    def get_queryset(self) -> QuerySet[Promotion]:
        return Promotion.objects.select_related("item", "proposed_by", "decided_by").order_by("pk")

    @extend_schema(request=PromotionIn, responses={201: PromotionOut})
    def create(self, request: Request) -> Response:
        """Propose that an item is kept in stock."""
        given = body_of(request, PromotionIn)
        item_id = resolve_codes([given["item"]]).get(given["item"])
        if item_id is None:
            raise NotFound(what="item", reference=given["item"])
        by = By(Actor.of(request.user), key=key_of(request), reason=given["reason"])
        made = propose_promotion(by, item_id=item_id, reason=given["reason"])
        row = self.get_queryset().get(pk=made.promotion_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=PromotionOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Keep the item in stock from now on; whoever proposed it may not."""
        return self._decide(request, approve=True)

    @extend_schema(request=None, responses=PromotionOut)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Turn the proposal down."""
        return self._decide(request, approve=False)

    def _decide(self, request: Request, *, approve: bool) -> Response:
        by = By(Actor.of(request.user), key=key_of(request))
        decide_promotion(by, promotion_id=self.get_object().pk, approve=approve)
        return Response(self.get_serializer(self.get_object()).data)
