"""Collections for programs: payers by amount at risk, notes, and promises with what came of them."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.collections.actions.assign_collections import assign_collections
from billing.collections.actions.record_note import record_note
from billing.collections.actions.record_promise import record_promise, withdraw_promise
from billing.collections.models import CollectionNote, PaymentPromise
from billing.collections.permissions import COLLECT, VIEW_COLLECTION
from billing.collections.queries import promise_list, worklist
from billing.receivables.api import AmountField
from billing.receivables.queries import payer_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer, body_of
from masterdata.models import Customer


class CollectionOut(serializers.ModelSerializer[Customer]):
    """A payer with something overdue; amounts in their currency."""

    company = serializers.CharField(source="company.code")
    customer = serializers.CharField(source="party.code")
    name = serializers.CharField(source="party.name")
    at_risk = AmountField(help_text="Overdue, not disputed, not covered by unapplied cash.")
    overdue = AmountField()
    disputed = AmountField(help_text="Of what is overdue.")
    unapplied = AmountField()
    oldest_due = serializers.DateField()
    promised = AmountField(allow_null=True)
    promised_on = serializers.DateField(allow_null=True)
    promise = serializers.CharField(
        help_text="Of the promise that stands: open, kept or broken; blank: none."
    )
    collector = serializers.CharField(source="collection.collector.username", default=None)
    follow_up_on = serializers.DateField(source="collection.follow_up_on", default=None)

    class Meta:
        model = Customer
        fields = [
            "id", "company", "customer", "name", "currency", "at_risk", "overdue", "disputed", "unapplied",
            "oldest_due", "promised", "promised_on", "promise", "collector", "follow_up_on",
        ]  # fmt: skip


class CollectionNoteOut(serializers.ModelSerializer[CollectionNote]):
    class Meta:
        model = CollectionNote
        fields = ["id", "kind", "text", "follow_up_on", "written_by", "written_at"]


class PaymentPromiseOut(serializers.ModelSerializer[PaymentPromise]):
    customer = serializers.CharField(source="customer.party.code")
    paid = AmountField(help_text="Received while it stood, until its day.")
    standing = serializers.CharField(help_text="open, kept, broken, or ended before its day.")

    class Meta:
        model = PaymentPromise
        fields = [
            "id", "customer", "currency", "amount", "made_on", "promised_on", "note", "made_by", "paid", "standing",
            "ended_at", "end_reason",
        ]  # fmt: skip


class CollectionNoteIn(StrictSerializer):
    kind = serializers.ChoiceField(CollectionNote.Kind.choices)
    text = CodeField(max_length=500)
    follow_up_on = BusinessDateField(required=False, allow_null=True)


class PaymentPromiseIn(StrictSerializer):
    customer = serializers.IntegerField(min_value=1, help_text="The payer's id.")
    amount = AmountField()
    promised_on = BusinessDateField()
    note = CodeField(max_length=200, default="", allow_blank=True)


class AssignCollectionIn(StrictSerializer):
    collector = serializers.IntegerField(min_value=1, allow_null=True, help_text="A user's id; null: nobody.")


class EndPromiseIn(StrictSerializer):
    reason = CodeField(max_length=200)


class CollectionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Customer]):
    serializer_class = CollectionOut
    queryset = Customer.objects.none()  # of what rows it answers; which ones is asked with the clock

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(COLLECT if self.action in ("note", "assign") else VIEW_COLLECTION)()]

    def get_queryset(self) -> QuerySet[Customer]:
        return worklist(user=self.request.user).order_by("pk")

    @extend_schema(request=CollectionNoteIn, responses={201: CollectionNoteOut})
    @action(detail=True, methods=["post"], url_path="notes")
    def note(self, request: Request, pk: str) -> Response:
        """Write down what was said to a payer or by them."""
        payer = payer_for(request, pk)
        made = record_note(self._by(), customer_id=payer.pk, **body_of(request, CollectionNoteIn))
        found = CollectionNote.objects.get(pk=made.note_id)
        return Response(CollectionNoteOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AssignCollectionIn, responses=CollectionOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give a payer to somebody who collects, or to nobody."""
        collector_id = body_of(request, AssignCollectionIn)["collector"]
        assign_collections(self._by(), customer_ids=[self.get_object().pk], collector_id=collector_id)
        return Response(CollectionOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))


class PromiseFilter(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    standing = django_filters.CharFilter()


class PaymentPromiseViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PaymentPromise]
):
    serializer_class = PaymentPromiseOut
    queryset = PaymentPromise.objects.none()  # as above
    filterset_class = PromiseFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(COLLECT if self.action in ("create", "end") else VIEW_COLLECTION)()]

    def get_queryset(self) -> QuerySet[PaymentPromise]:
        return promise_list(user=self.request.user)

    @extend_schema(request=PaymentPromiseIn, responses={201: PaymentPromiseOut})
    def create(self, request: Request) -> Response:
        """Write down that a payer promised an amount until a day; the promise before it ends."""
        given = body_of(request, PaymentPromiseIn)
        payer = payer_for(request, given.pop("customer"))
        made = record_promise(self._by(), customer_id=payer.pk, **given)
        found = self.get_queryset().get(pk=made.promise_id)
        return Response(PaymentPromiseOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndPromiseIn, responses=PaymentPromiseOut)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End a promise that was written down wrongly."""
        reason = body_of(request, EndPromiseIn)["reason"]
        withdraw_promise(self._by(), promise_id=self.get_object().pk, reason=reason)
        return Response(PaymentPromiseOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))


def payer_for(request: Request, pk: Any) -> Customer:
    """A payer in the caller's scope. Raises NotFound."""
    found = payer_list(user=request.user).filter(pk=pk).first() if str(pk).isdecimal() else None
    if found is None:
        raise NotFound(what="customer", reference=pk)
    return found
