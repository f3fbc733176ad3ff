"""Trading partners for programs: read, create, change, in the companies of the caller's scope."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import CodeField, StrictSerializer, body_of
from inventory.commitments.models import SupplyMethod
from masterdata.parties.queries import customer_list

from .actions.change_partner import change_partner
from .actions.create_partner import create_partner
from .checks import ROLES
from .models import TradingPartner
from .permissions import CHANGE_PARTNER, VIEW_PARTNER
from .queries import partner_list


class TradingPartnerOut(serializers.ModelSerializer[TradingPartner]):
    company = serializers.CharField(source="customer.company.code")
    customer = serializers.CharField(source="customer.party.code")
    item_codes = serializers.ListField(child=serializers.CharField())
    units = serializers.DictField(child=serializers.CharField())
    ship_tos = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = TradingPartner
        fields = [
            "id", "company", "customer", "standard", "qualifier", "identifier", "own_qualifier", "own_identifier",
            "buyer_code", "usage", "item_codes", "units", "ship_tos", "supply", "takes_orders", "functional_ack",
            "order_ack", "is_active", "version",
        ]  # fmt: skip


class TradingPartnerChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with. units, ship_tos: {theirs: ours}.

    `supply`: how the goods of every line are supplied; blank: as the item and the house say.
    """

    version = serializers.IntegerField(min_value=1)
    standard = serializers.ChoiceField(TradingPartner.Standard.choices, required=False)
    qualifier = CodeField(max_length=4, required=False, allow_blank=True)
    identifier = CodeField(max_length=35, required=False)
    own_qualifier = CodeField(max_length=4, required=False, allow_blank=True)
    own_identifier = CodeField(max_length=35, required=False, allow_blank=True)
    buyer_code = CodeField(max_length=35, required=False, allow_blank=True)
    usage = serializers.ChoiceField(TradingPartner.Usage.choices, required=False)
    item_codes = serializers.ListField(
        child=serializers.ChoiceField(list(ROLES)), required=False, allow_empty=False, max_length=len(ROLES)
    )
    units = serializers.DictField(child=CodeField(max_length=3), required=False)
    ship_tos = serializers.DictField(child=CodeField(max_length=20), required=False)
    supply = serializers.ChoiceField(SupplyMethod.choices, required=False, allow_blank=True)
    takes_orders = serializers.BooleanField(required=False)
    functional_ack = serializers.BooleanField(required=False)
    order_ack = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class TradingPartnerIn(TradingPartnerChangeIn):
    """A new profile; what is left out is as usual, and it begins as a test."""

    version = None  # type: ignore[assignment]  # a new profile has none yet
    customer = CodeField(max_length=20)
    standard = serializers.ChoiceField(TradingPartner.Standard.choices)
    identifier = CodeField(max_length=35)


class TradingPartnerFilter(django_filters.FilterSet):
    """`customer`: its number."""

    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    standard = django_filters.ChoiceFilter(choices=TradingPartner.Standard.choices)
    identifier = django_filters.CharFilter()
    is_active = django_filters.BooleanFilter()


class TradingPartnerViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[TradingPartner]
):
    serializer_class = TradingPartnerOut
    filterset_class = TradingPartnerFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_PARTNER if self.action in ("list", "retrieve") else CHANGE_PARTNER
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[TradingPartner]:
        return partner_list(user=self.request.user)

    @extend_schema(request=TradingPartnerIn, responses={201: TradingPartnerOut})
    def create(self, request: Request) -> Response:
        profile = body_of(request, TradingPartnerIn)
        code = profile.pop("customer")
        customer = customer_list(user=request.user).filter(party__code__iexact=code).first()
        if customer is None:
            raise NotFound(what="customer", reference=code)
        by = By(Actor.of(request.user), key=key_of(request))
        made = create_partner(by, customer_id=customer.pk, profile=profile)
        row = self.get_queryset().get(pk=made.partner_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TradingPartnerChangeIn, responses=TradingPartnerOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, TradingPartnerChangeIn)
        version = changes.pop("version")
        row = self.get_object()
        change_partner(By(Actor.of(request.user)), partner_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)
