"""Promising for programs: what may be promised of an item and why not now, allocation policies, quotas."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import BusinessDateField, CodeField, QuantityField, StrictSerializer, body_of
from inventory.stock.permissions import VIEW_STOCK
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import Item, ItemClass
from masterdata.parties.models import CustomerGroup
from masterdata.places.queries import company_list, site_list

from .actions.end_quotas import end_quotas
from .actions.set_allocation_policy import SET_ALLOCATION, set_allocation_policy
from .actions.set_quota import SET_QUOTA, set_quota
from .allocation_lists import quota_list
from .explain import Outlook, outlooks_of
from .models import AllocationPolicy, AllocationQuota
from .permissions import VIEW_ALLOCATION

QUANTITY: dict[str, Any] = {"max_digits": 18, "decimal_places": 6}


class AvailabilityIn(StrictSerializer):
    item = CodeField(help_text="Any number that names the item.")


class RungOut(serializers.Serializer[Any]):
    """`document` blank: stock on hand. `available`: from that day on, cumulative."""

    document = serializers.CharField()
    on = serializers.DateField()
    comes = serializers.DecimalField(**QUANTITY)
    promised = serializers.DecimalField(**QUANTITY)
    available = serializers.DecimalField(**QUANTITY)


class SupplyOfferOut(serializers.Serializer[Any]):
    """What buying or moving now would make possible, from which day on. Nothing of it is reserved."""

    how = serializers.CharField()
    on = serializers.DateField()


class OutlookOut(serializers.Serializer[Any]):
    site = serializers.CharField()
    unit = serializers.CharField()
    on_hand = serializers.DecimalField(**QUANTITY)
    free = serializers.DecimalField(**QUANTITY)
    waiting = serializers.DecimalField(**QUANTITY)
    why_not_now = serializers.CharField()
    ladder = RungOut(many=True)
    offers = SupplyOfferOut(many=True)


class AvailabilityOut(serializers.Serializer[Any]):
    item = serializers.CharField()
    sites = OutlookOut(many=True)


class AvailabilityView(APIView):
    """What may be promised of an item at each site, day by day, and why not now. Asks only: no key is needed."""

    needs_key: ClassVar = False
    permission_classes: ClassVar = [has_perm(VIEW_STOCK)]

    @extend_schema(request=AvailabilityIn, responses=AvailabilityOut)
    def post(self, request: Request) -> Response:
        item = _item(body_of(request, AvailabilityIn)["item"])
        found = [_outlook(each) for each in outlooks_of(item, user=request.user)]
        return Response(AvailabilityOut({"item": item.code, "sites": found}).data)


def _outlook(outlook: Outlook) -> dict[str, Any]:
    return {
        "site": outlook.site.code,
        "unit": outlook.unit,
        "on_hand": outlook.on_hand,
        "free": outlook.free,
        "waiting": outlook.waiting,
        "why_not_now": outlook.why_not_now,
        "ladder": outlook.rungs,
        "offers": [{"how": words, "on": day} for words, day in outlook.offers],
    }


class AllocationPolicyOut(serializers.ModelSerializer[AllocationPolicy]):
    """What is null holds for all."""

    company = serializers.CharField(source="company.code")
    site = serializers.CharField(source="site.code", default=None)
    customer_class = serializers.CharField(source="customer_class.code", default=None)
    item_class = serializers.CharField(source="item_class.code", default=None)

    class Meta:
        model = AllocationPolicy
        fields = [
            "id", "company", "site", "customer_class", "item_class", "priority", "method", "stance", "valid_from",
            "valid_to", "reason", "set_by",
        ]  # fmt: skip


class AllocationPolicyIn(StrictSerializer):
    """Codes that are blank hold for all. `priority`: 1 is served first."""

    company = CodeField()
    site = CodeField(default="", allow_blank=True)
    customer_class = CodeField(default="", allow_blank=True)
    item_class = CodeField(default="", allow_blank=True)
    priority = serializers.IntegerField(min_value=1, max_value=99)
    method = serializers.ChoiceField(choices=AllocationPolicy.Method.choices)
    stance = serializers.ChoiceField(
        choices=AllocationPolicy.Stance.choices, default=AllocationPolicy.Stance.REDISTRIBUTE
    )
    valid_from = BusinessDateField()
    reason = CodeField(max_length=200)


class AllocationPolicyFilter(django_filters.FilterSet):
    company = django_filters.CharFilter(field_name="company__code")
    site = django_filters.CharFilter(field_name="site__code")
    customer_class = django_filters.CharFilter(field_name="customer_class__code")


class AllocationPolicyViewSet(
    FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AllocationPolicy]
):
    """Who is served first when stock is scarce, version by version."""

    serializer_class = AllocationPolicyOut
    filterset_class = AllocationPolicyFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SET_ALLOCATION if self.action == "create" else VIEW_ALLOCATION)()]

    def get_queryset(self) -> QuerySet[AllocationPolicy]:
        related = ("company", "site", "customer_class", "item_class")
        return AllocationPolicy.objects.visible_to(self.request.user).select_related(*related)

    @extend_schema(request=AllocationPolicyIn, responses={201: AllocationPolicyOut})
    def create(self, request: Request) -> Response:
        """Set a policy from a day on; the one before ends there."""
        given = body_of(request, AllocationPolicyIn)
        code = given.pop("company")
        company = company_list(user=request.user).filter(code=code).first()
        if company is None:
            raise NotFound(what="company", reference=code)
        sites = site_list(user=request.user).filter(company=company)
        made = set_allocation_policy(
            By(Actor.of(request.user), key=key_of(request), reason=given["reason"]),
            company_id=company.pk,
            site_id=named_id(sites, "site", given.pop("site")),
            customer_class_id=named_id(
                CustomerGroup.objects.all(), "customer class", given.pop("customer_class")
            ),
            item_class_id=named_id(ItemClass.objects.all(), "item class", given.pop("item_class")),
            **given,
        )
        policy = self.get_queryset().get(pk=made.policy_id)
        return Response(AllocationPolicyOut(policy).data, status=status.HTTP_201_CREATED)


class QuotaOut(serializers.ModelSerializer[AllocationQuota]):
    """`taken`: what the class has been promised and shipped since the quota began, in the item's stock unit."""

    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="item.stock_unit_id")
    site = serializers.CharField(source="site.code")
    customer_class = serializers.CharField(source="customer_class.code")
    taken = serializers.DecimalField(**QUANTITY)

    class Meta:
        model = AllocationQuota
        fields = [
            "id", "item", "unit", "site", "customer_class", "quantity", "taken", "starts_at", "expires_on", "ended_at",
            "reason", "set_by",
        ]  # fmt: skip


class QuotaIn(StrictSerializer):
    """From `expires_on` on nothing is kept any more."""

    site = CodeField()
    item = CodeField(help_text="Any number that names the item.")
    customer_class = CodeField()
    quantity = QuantityField(help_text="In the item's stock unit.")
    expires_on = BusinessDateField()
    reason = CodeField(max_length=200)


class EndQuotaIn(StrictSerializer):
    reason = CodeField(max_length=200)


class QuotaFilter(django_filters.FilterSet):
    item = django_filters.CharFilter(field_name="item__code")
    site = django_filters.CharFilter(field_name="site__code")
    customer_class = django_filters.CharFilter(field_name="customer_class__code")
    open = django_filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull")


class QuotaViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AllocationQuota]):
    """Stock that is kept for a class of customers until a day."""

    serializer_class = QuotaOut
    filterset_class = QuotaFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SET_QUOTA if self.action in ("create", "end") else VIEW_ALLOCATION)()]

    def get_queryset(self) -> QuerySet[AllocationQuota]:
        return quota_list(user=self.request.user)

    @extend_schema(request=QuotaIn, responses={201: QuotaOut})
    def create(self, request: Request) -> Response:
        """Keep stock for a class from now on."""
        given = body_of(request, QuotaIn)
        site = site_list(user=request.user).filter(code=given["site"]).first()
        if site is None:
            raise NotFound(what="site", reference=given["site"])
        group = named_id(CustomerGroup.objects.all(), "customer class", given["customer_class"])
        if group is None:
            raise NotFound(what="customer class", reference=given["customer_class"])
        made = set_quota(
            By(Actor.of(request.user), key=key_of(request), reason=given["reason"]),
            site_id=site.pk,
            item_id=_item(given["item"]).pk,
            customer_class_id=group,
            quantity=given["quantity"],
            expires_on=given["expires_on"],
            reason=given["reason"],
        )
        quota = self.get_queryset().get(pk=made.quota_id)
        return Response(QuotaOut(quota).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndQuotaIn, responses=QuotaOut)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Keep nothing any more: its stock goes to those who wait, then to everyone."""
        reason = body_of(request, EndQuotaIn)["reason"]
        by = By(Actor.of(request.user), key=key_of(request), reason=reason)
        end_quotas(by, quota_ids=[self.get_object().pk], reason=reason)
        return Response(QuotaOut(self.get_object()).data)


def _item(code: str) -> Item:
    """The one item that a number names. Raises NotFound."""
    item_id = resolve_codes([code]).get(code)
    if item_id is None:
        raise NotFound(what="item", reference=code)
    return Item.objects.get(pk=item_id)


def named_id(rows: QuerySet[Any], what: str, code: str) -> int | None:
    """The id of the row with that code; None where none is given. Raises NotFound."""
    if not code:
        return None
    found = rows.filter(code__iexact=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(what=what, reference=code)
    return int(found)
