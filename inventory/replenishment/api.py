"""Planning for programs: proposals, what they follow from, what is expected, and how items are stocked."""

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
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    ExactDecimalField,
    QuantityField,
    StrictSerializer,
    body_of,
)
from inventory.commitments.api import named_id
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import ItemClass
from masterdata.parties.models import Supplier
from masterdata.places.queries import company_list, site_list

from .actions.decide_proposals import approve_proposals, dismiss_replenishments
from .actions.edit_proposal import edit_proposal
from .actions.set_stocking_policy import (
    StockingTerms,
    change_stocking_policy,
    remove_stocking_policies,
    set_stocking_policy,
)
from .actions.start_planning import start_planning
from .models import DemandForecast, Method, ReplenishmentProposal, Stocking, StockingPolicy
from .permissions import DECIDE, PLAN, SET_STOCKING, VIEW_PLAN
from .queries import companies_in_reach, forecast_list, policy_list, replenishment_list


def _by(request: Request, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key_of(request), reason=reason)


class ReplenishmentOut(serializers.ModelSerializer[ReplenishmentProposal]):
    """Quantities in the item's stock unit, `unit_cost` per `unit`, `value` in the company's currency.

    `position` = available + on_order + in_transit - reserved - backorders - dependent.
    """

    item = serializers.CharField(source="item.code")
    site = serializers.CharField(source="site.code")
    from_site = serializers.CharField(source="from_site.code", default=None, allow_null=True)
    supplier = serializers.CharField(source="supplier.party.code", default=None, allow_null=True)
    chosen_supplier = serializers.CharField(
        source="chosen_supplier.party.code", default=None, allow_null=True
    )
    unit = serializers.CharField(source="unit_id")
    purchase_order = serializers.CharField(source="purchase_order.number", default=None, allow_null=True)
    transfer = serializers.CharField(source="transfer.number", default=None, allow_null=True)

    class Meta:
        model = ReplenishmentProposal
        fields = [
            "id", "state", "kind", "item", "site", "from_site", "supplier", "chosen_supplier", "quantity",
            "edited_quantity", "edited_by", "edit_note", "outlived", "unit", "unit_cost", "value", "due_on", "stocking",
            "method", "forecast_method", "monthly", "sigma", "wape", "naive_wape", "bias", "service_level", "z",
            "lead_time_days", "interval_days", "expected", "known", "safety_stock", "minimum", "maximum", "lot",
            "trigger", "target", "available", "on_order", "in_transit", "reserved", "backorders", "dependent",
            "position", "need", "free", "order_minimum", "order_multiple", "computed_at", "expires_on", "first_by",
            "decided_by", "decided_at", "decision_note", "purchase_order", "transfer", "version",
        ]  # fmt: skip


class EditIn(StrictSerializer):
    """`quantity` in the stock unit; `supplier` blank: the present one."""

    version = serializers.IntegerField(min_value=0)
    quantity = QuantityField()
    supplier = CodeField(default="", allow_blank=True)
    note = CodeField(max_length=200, default="", allow_blank=True)


class ReplenishmentReasonIn(StrictSerializer):
    reason = CodeField(max_length=200)


class ApproveManyIn(StrictSerializer):
    proposals = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=1000
    )


class DecidedOut(serializers.Serializer[Any]):
    """`waiting`: how many wait for a second person; `refused`: [[item, reason], ...]."""

    purchase_orders = serializers.ListField(child=serializers.IntegerField(), source="purchase_order_ids")
    transfers = serializers.ListField(child=serializers.IntegerField(), source="transfer_ids")
    decided = serializers.IntegerField()
    waiting = serializers.IntegerField()
    refused = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class ReplenishmentFilter(django_filters.FilterSet):
    item = django_filters.CharFilter(field_name="item__code")
    site = django_filters.CharFilter(field_name="site__code")
    supplier = django_filters.CharFilter(field_name="supplier__party__code")
    state = django_filters.MultipleChoiceFilter(choices=ReplenishmentProposal.State.choices)
    kind = django_filters.MultipleChoiceFilter(choices=ReplenishmentProposal.Kind.choices)


class ReplenishmentViewSet(
    FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ReplenishmentProposal]
):
    """What planning proposes to buy and to move, with everything that it follows from."""

    serializer_class = ReplenishmentOut
    filterset_class = ReplenishmentFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_PLAN if self.action in ("list", "retrieve") else DECIDE)()]

    def get_queryset(self) -> QuerySet[ReplenishmentProposal]:
        return replenishment_list(user=self.request.user)

    @extend_schema(request=EditIn, responses=ReplenishmentOut)
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, pk: str) -> Response:
        """Order another quantity, or from somebody else; later runs keep it."""
        given, row = body_of(request, EditIn), self.get_object()
        supplier = None
        if given["supplier"]:
            sellers = Supplier.objects.filter(company=row.company_id)
            supplier = sellers.filter(party__code=given["supplier"]).first()
            if supplier is None:
                raise NotFound(what="supplier", reference=given["supplier"])
        edit_proposal(
            _by(request, given["note"]),
            proposal_id=row.pk,
            version=given["version"],
            quantity=given["quantity"],
            supplier_id=supplier.pk if supplier else None,
            note=given["note"],
        )
        return Response(ReplenishmentOut(self.get_object()).data)

    @extend_schema(request=None, responses=ReplenishmentOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Order it; above the caller's limit it waits for a second person."""
        approve_proposals(_by(request), proposal_ids=[self.get_object().pk], strict=True)
        return Response(ReplenishmentOut(self.get_object()).data)

    @extend_schema(request=ReplenishmentReasonIn, responses=ReplenishmentOut)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say why not; it stays away for a while."""
        given, row = body_of(request, ReplenishmentReasonIn), self.get_object()
        by = _by(request, given["reason"])
        dismiss_replenishments(by, proposal_ids=[row.pk], reason=given["reason"], strict=True)
        return Response(ReplenishmentOut(self.get_object()).data)

    @extend_schema(request=ApproveManyIn, responses=DecidedOut)
    @action(detail=False, methods=["post"], url_path="approve-many")
    def approve_many(self, request: Request) -> Response:
        """Order many at once: one purchase order for each site and supplier, one transfer for each pair of sites."""
        given = body_of(request, ApproveManyIn)
        seen = list(self.get_queryset().filter(pk__in=given["proposals"]).values_list("pk", flat=True))
        return Response(DecidedOut(approve_proposals(_by(request), proposal_ids=seen)).data)


class ForecastOut(serializers.ModelSerializer[DemandForecast]):
    """`history` {"from", "values"}: whole months by the month they were wanted in; `ahead`: the months that follow.
    Errors are percent of demand on the `holdout` months; a positive bias expected too much."""

    item = serializers.CharField(source="item.code")
    site = serializers.CharField(source="site.code")

    class Meta:
        model = DemandForecast
        fields = [
            "id", "item", "site", "method", "monthly", "sigma", "wape", "bias", "naive_wape", "naive_bias", "holdout",
            "history", "ahead", "through", "computed_at",
        ]  # fmt: skip


class ForecastFilter(django_filters.FilterSet):
    item = django_filters.CharFilter(field_name="item__code")
    site = django_filters.CharFilter(field_name="site__code")


class ForecastViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DemandForecast]):
    """What is expected of each item at each site."""

    serializer_class = ForecastOut
    filterset_class = ForecastFilter
    permission_classes: ClassVar = [has_perm(VIEW_PLAN)]

    def get_queryset(self) -> QuerySet[DemandForecast]:
        return forecast_list(user=self.request.user)


class PlanningRunIn(StrictSerializer):
    company = CodeField()


class PlanningRunOut(serializers.Serializer[Any]):
    """The job that plans; its progress is under jobs."""

    job = serializers.UUIDField()


class PlanningRunView(APIView):
    """Runs of planning, beside those of the night."""

    permission_classes: ClassVar = [has_perm(PLAN)]

    @extend_schema(request=PlanningRunIn, responses={202: PlanningRunOut})
    def post(self, request: Request) -> Response:
        """Plan a company now."""
        given = body_of(request, PlanningRunIn)
        company = company_list(user=request.user).filter(code=given["company"]).first()
        if company is None:
            raise NotFound(what="company", reference=given["company"])
        started = start_planning(_by(request), company_id=company.pk)
        return Response(PlanningRunOut(started).data, status=status.HTTP_202_ACCEPTED)


# Stocking policies -----------------------------------------------------------------------------------------------


class StockingPolicyOut(serializers.ModelSerializer[StockingPolicy]):
    """`site` null: all sites. Quantities in the stock unit; what is null or blank follows the house's policies."""

    company = serializers.CharField(source="company.code")
    site = serializers.CharField(source="site.code", default=None, allow_null=True)
    item = serializers.CharField(source="item.code", default=None, allow_null=True)
    item_class = serializers.CharField(source="item_class.code", default=None, allow_null=True)

    class Meta:
        model = StockingPolicy
        fields = [
            "id", "company", "site", "item", "item_class", "stocking", "method", "service_level", "minimum", "maximum",
            "order_quantity", "order_minimum", "order_multiple", "reviewer", "review_on", "reason", "set_by", "version",
        ]  # fmt: skip


class StockingTermsIn(StrictSerializer):
    """What is left out follows the house's policies."""

    stocking = serializers.ChoiceField(choices=Stocking.choices, default=Stocking.STOCKED.value)
    method = serializers.ChoiceField(choices=Method.choices, default="", allow_blank=True)
    service_level = ExactDecimalField(max_digits=5, decimal_places=2, default=None, allow_null=True)
    minimum = QuantityField(min_value=0, default=None, allow_null=True)
    maximum = QuantityField(min_value=0, default=None, allow_null=True)
    order_quantity = QuantityField(default=None, allow_null=True)
    order_minimum = QuantityField(default=None, allow_null=True)
    order_multiple = QuantityField(default=None, allow_null=True)
    reviewer = CodeField(max_length=80, default="", allow_blank=True)
    review_on = BusinessDateField(default=None, allow_null=True)
    reason = CodeField(max_length=200)


class StockingPolicyIn(StockingTermsIn):
    """An item or a class of items; `site` blank: all sites of the company."""

    company = CodeField()
    site = CodeField(default="", allow_blank=True)
    item = CodeField(default="", allow_blank=True, help_text="Any number that names the item.")
    item_class = CodeField(default="", allow_blank=True)


class ChangedStockingIn(StockingTermsIn):
    version = serializers.IntegerField(min_value=0)


class StockingPolicyFilter(django_filters.FilterSet):
    company = django_filters.CharFilter(field_name="company__code")
    site = django_filters.CharFilter(field_name="site__code")
    item = django_filters.CharFilter(field_name="item__code")


class StockingPolicyViewSet(
    FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[StockingPolicy]
):
    """How items are stocked where the house's own policies do not hold."""

    serializer_class = StockingPolicyOut
    filterset_class = StockingPolicyFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_PLAN if self.action in ("list", "retrieve") else SET_STOCKING)()]

    def get_queryset(self) -> QuerySet[StockingPolicy]:
        return policy_list(user=self.request.user)

    @extend_schema(request=StockingPolicyIn, responses={201: StockingPolicyOut})
    def create(self, request: Request) -> Response:
        """Set a policy; the next run plans by it."""
        given = body_of(request, StockingPolicyIn)
        company = companies_in_reach(request.user).filter(code=given["company"]).first()
        if company is None:
            raise NotFound(what="company", reference=given["company"])
        sites = site_list(user=request.user).filter(company=company)
        made = set_stocking_policy(
            _by(request, given["reason"]),
            company_id=company.pk,
            site_id=named_id(sites, "site", given["site"]),
            item_id=_item(given["item"]),
            item_class_id=named_id(ItemClass.objects.all(), "item class", given["item_class"]),
            terms=_terms(given),
        )
        row = self.get_queryset().get(pk=made.policy_id)
        return Response(StockingPolicyOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ChangedStockingIn, responses=StockingPolicyOut)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Write other terms."""
        given, row = body_of(request, ChangedStockingIn), self.get_object()
        by = _by(request, given["reason"])
        change_stocking_policy(by, policy_id=row.pk, version=given["version"], terms=_terms(given))
        return Response(StockingPolicyOut(self.get_object()).data)

    @extend_schema(request=ReplenishmentReasonIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """Let its items follow the next wider policy."""
        given, row = body_of(request, ReplenishmentReasonIn), self.get_object()
        remove_stocking_policies(_by(request, given["reason"]), policy_ids=[row.pk])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _terms(given: dict[str, Any]) -> StockingTerms:
    return StockingTerms(**{name: given[name] for name in StockingTerms.__slots__})


def _item(code: str) -> int | None:
    """The one item that a number names; None where none is given. Raises NotFound."""
    if not code:
        return None
    found = resolve_codes([code]).get(code)
    if found is None:
        raise NotFound(what="item", reference=code)
    return found
