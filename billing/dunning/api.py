"""Dunning for programs: letters, levels with their texts, stops, and runs."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.dunning.actions.keep_levels import save_dunning_level, save_dunning_text
from billing.dunning.actions.start_dunning import start_dunning
from billing.dunning.actions.stop_dunning import end_dunning_stop, stop_dunning
from billing.dunning.models import DunningLetter, DunningLetterItem, DunningLevel, DunningStop, DunningText
from billing.dunning.permissions import CHANGE_DUNNING, DUN, STOP_DUNNING, VIEW_DUNNING
from billing.dunning.queries import letter_list, level_list, stop_list
from billing.receivables.api import AmountField
from billing.receivables.queries import payer_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer, body_of
from masterdata.models import Company


class DunningLetterItemOut(serializers.ModelSerializer[DunningLetterItem]):
    open_item = serializers.IntegerField(source="item_id")
    invoice = serializers.CharField(source="item.invoice.number")

    class Meta:
        model = DunningLetterItem
        fields = ["open_item", "invoice", "level", "amount", "disputed", "days"]


class DunningLetterOut(serializers.ModelSerializer[DunningLetter]):
    company = serializers.CharField(source="company.code")
    customer = serializers.CharField(source="customer.party.code")
    items = DunningLetterItemOut(many=True)

    class Meta:
        model = DunningLetter
        fields = [
            "id", "number", "company", "customer", "level", "language", "currency", "total", "fee", "subject", "body",
            "recipient", "written_on", "pay_by", "written_by", "items",
        ]  # fmt: skip


class DunningTextOut(serializers.ModelSerializer[DunningText]):
    class Meta:
        model = DunningText
        fields = ["language", "subject", "body", "version"]


class DunningLevelOut(serializers.ModelSerializer[DunningLevel]):
    company = serializers.CharField(source="company.code")
    texts = DunningTextOut(many=True)

    class Meta:
        model = DunningLevel
        fields = ["id", "company", "level", "name", "days", "fee", "version", "texts"]


class DunningStopOut(serializers.ModelSerializer[DunningStop]):
    customer = serializers.CharField(source="customer.party.code")
    open_item = serializers.IntegerField(source="item_id", allow_null=True)

    class Meta:
        model = DunningStop
        fields = ["id", "customer", "open_item", "reason", "until", "stopped_by", "stopped_at", "ended_at"]


class DunningRunOut(serializers.Serializer[Any]):
    job = serializers.CharField(help_text="Its public id; /api/v1/jobs/ tells how far it is.")


class DunningLevelIn(StrictSerializer):
    company = serializers.IntegerField(min_value=1)
    level = serializers.IntegerField(min_value=1, max_value=9)
    name = CodeField(max_length=40)
    days = serializers.IntegerField(min_value=1, max_value=3650, help_text="After the due date.")
    fee = AmountField(required=False, default=0)
    version = serializers.IntegerField(min_value=0, help_text="The one that was read; 0: a new level.")


class DunningTextIn(StrictSerializer):
    language = CodeField(max_length=8)
    subject = CodeField(max_length=120)
    body = serializers.CharField(max_length=5000)
    version = serializers.IntegerField(min_value=0, help_text="The one that was read; 0: a new text.")


class DunningStopIn(StrictSerializer):
    customer = serializers.IntegerField(min_value=1, help_text="The payer's id.")
    open_item = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    until = BusinessDateField()
    reason = CodeField(max_length=200)


class DunningRunIn(StrictSerializer):
    company = serializers.IntegerField(min_value=1)


class LetterFilter(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    written_from = django_filters.DateFilter(field_name="written_on", lookup_expr="gte")
    level = django_filters.NumberFilter()


class DunningLetterViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DunningLetter]
):
    serializer_class = DunningLetterOut
    filterset_class = LetterFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(DUN if self.action == "run" else VIEW_DUNNING)()]

    def get_queryset(self) -> QuerySet[DunningLetter]:
        return letter_list(user=self.request.user).prefetch_related("items__item__invoice")

    @extend_schema(request=DunningRunIn, responses={202: DunningRunOut})
    @action(detail=False, methods=["post"])
    def run(self, request: Request) -> Response:
        """Dun the payers of a company now, in the background."""
        company_id = company_in(request, body_of(request, DunningRunIn)["company"])
        started = start_dunning(By(Actor.of(request.user), key=key_of(request)), company_id=company_id)
        return Response({"job": started.job}, status=status.HTTP_202_ACCEPTED)


class DunningLevelViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DunningLevel]
):
    serializer_class = DunningLevelOut

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(CHANGE_DUNNING if self.action in ("create", "text") else VIEW_DUNNING)()]

    def get_queryset(self) -> QuerySet[DunningLevel]:
        return level_list(user=self.request.user).order_by("pk")

    @extend_schema(request=DunningLevelIn, responses={201: DunningLevelOut})
    def create(self, request: Request) -> Response:
        """Add a level to a company, or change the one with this number."""
        given = body_of(request, DunningLevelIn)
        company_id = company_in(request, given.pop("company"))
        made = save_dunning_level(self._by(), company_id=company_id, **given)
        found = self.get_queryset().get(pk=made.level_id)
        return Response(DunningLevelOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DunningTextIn, responses=DunningLevelOut)
    @action(detail=True, methods=["post"])
    def text(self, request: Request, pk: str) -> Response:
        """Say what a level's letter says in a language."""
        level_id = self.get_object().pk
        save_dunning_text(self._by(), level_id=level_id, **body_of(request, DunningTextIn))
        return Response(DunningLevelOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))


class DunningStopViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DunningStop]
):
    serializer_class = DunningStopOut

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(STOP_DUNNING if self.action in ("create", "end") else VIEW_DUNNING)()]

    def get_queryset(self) -> QuerySet[DunningStop]:
        return stop_list(user=self.request.user)

    @extend_schema(request=DunningStopIn, responses={201: DunningStopOut})
    def create(self, request: Request) -> Response:
        """Leave a payer, or one item of theirs, alone until the end of a day."""
        given = body_of(request, DunningStopIn)
        payer = payer_list(user=request.user).filter(pk=given["customer"]).first()
        if payer is None:
            raise NotFound(what="customer", reference=given["customer"])
        made = stop_dunning(
            self._by(),
            customer_id=payer.pk,
            open_item_id=given.get("open_item"),
            until=given["until"],
            reason=given["reason"],
        )
        found = self.get_queryset().get(pk=made.stop_id)
        return Response(DunningStopOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=DunningStopOut)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Dun again from the next run on."""
        end_dunning_stop(self._by(), stop_id=self.get_object().pk)
        return Response(DunningStopOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))


def company_in(request: Request, pk: int) -> int:
    """A company in the caller's scope. Raises NotFound."""
    if not Company.objects.visible_to(request.user).filter(pk=pk).exists():
        raise NotFound(what="company", reference=pk)
    return pk
