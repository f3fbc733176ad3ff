"""Banking for programs: bank accounts, files, statements, and entries with what they pay."""

from typing import Any

import django_filters
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.banking.actions.code_entries import code_entries
from billing.banking.actions.confirm_entry import confirm_entry, confirm_proposals
from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.reverse_entries import reverse_entries
from billing.banking.actions.take_bank_file import take_bank_file
from billing.banking.models import BankAccount, BankEntry, BankFile, BankStatement
from billing.banking.permissions import POST_ENTRY, TAKE_STATEMENT, VIEW_BANK
from billing.banking.proposing import from_proposed
from billing.banking.queries import (
    bank_account_list,
    bank_file_list,
    break_of,
    entry_list,
    statement_list,
    tie_out,
)
from billing.ledger.queries import account_list
from billing.receivables.api import AmountField, ApplicationIn, applications_of
from billing.receivables.queries import payer_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import CodeField, StrictSerializer, body_of


class TieOutOut(serializers.Serializer[Any]):
    """`ledger` is `expected` when the account ties out: the last closing balance less what is not in the books yet."""

    closing = AmountField()
    unposted = AmountField()
    breaks = AmountField()
    expected = AmountField()
    ledger = AmountField()


class BankAccountOut(serializers.ModelSerializer[BankAccount]):
    company = serializers.CharField(source="company.code")
    account = serializers.CharField(source="account.code")
    tie_out = serializers.SerializerMethodField()

    class Meta:
        model = BankAccount
        fields = ["id", "company", "kind", "name", "number", "currency", "account", "version", "tie_out"]

    @extend_schema_field(TieOutOut)
    def get_tie_out(self, row: BankAccount) -> Any:
        return TieOutOut(tie_out(row)).data


class BankFileOut(serializers.ModelSerializer[BankFile]):
    company = serializers.CharField(source="company.code")
    statements = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = BankFile
        fields = [
            "id", "company", "name", "format", "sha256", "size", "received_at", "received_by", "statements",
        ]  # fmt: skip


class BankStatementOut(serializers.ModelSerializer[BankStatement]):
    account = serializers.CharField(source="account.number")
    missing = serializers.SerializerMethodField(help_text="Between the statement before and this one.")

    class Meta:
        model = BankStatement
        fields = [
            "id", "account", "file", "reference", "ends_on", "opening", "credits", "debits", "closing", "entry_count",
            "missing",
        ]  # fmt: skip

    @extend_schema_field(AmountField())
    def get_missing(self, row: BankStatement) -> str:
        return f"{break_of(row):.2f}"


class ProposedOut(serializers.Serializer[Any]):
    open_item = serializers.IntegerField(source="open_item_id")
    amount = AmountField()
    difference = AmountField()
    reason = serializers.CharField()


class BankEntryOut(serializers.ModelSerializer[BankEntry]):
    account = serializers.CharField(source="statement.account.number")
    currency = serializers.CharField(source="statement.account.currency")
    customer = serializers.CharField(source="customer.party.code", default=None)
    proposed = serializers.SerializerMethodField()

    class Meta:
        model = BankEntry
        fields = [
            "id", "account", "statement", "place", "booked_on", "value_on", "currency", "amount", "reference", "text",
            "payer_name", "payer_account", "code", "state", "certainty", "why", "customer", "proposed", "version",
        ]  # fmt: skip

    @extend_schema_field(ProposedOut(many=True))
    def get_proposed(self, row: BankEntry) -> Any:
        return ProposedOut(from_proposed(row.proposed), many=True).data


class BankFileIn(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="camt.053, MT940, BAI2 or BAI lockbox, at most 20 MB.")


class ConfirmEntryIn(StrictSerializer):
    """Without a customer: as it is proposed. With one and no applications: the money waits on their account."""

    customer = serializers.IntegerField(min_value=1, required=False, help_text="The payer's id.")
    applications = ApplicationIn(many=True, required=False)


class CodeEntryIn(StrictSerializer):
    account = CodeField(max_length=12, help_text="Its code in the company's chart.")
    note = CodeField(max_length=200, default="", allow_blank=True)


class ReverseEntryIn(StrictSerializer):
    reason = CodeField(max_length=200)


class BankAccountViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[BankAccount]
):
    serializer_class = BankAccountOut
    permission_classes = [has_perm(VIEW_BANK)]

    def get_queryset(self) -> QuerySet[BankAccount]:
        return bank_account_list(user=self.request.user).order_by("pk")


class BankFileViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[BankFile]):
    serializer_class = BankFileOut
    parser_classes = [MultiPartParser]

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(TAKE_STATEMENT if self.action == "create" else VIEW_BANK)()]

    def get_queryset(self) -> QuerySet[BankFile]:
        return bank_file_list(user=self.request.user).prefetch_related("statements")

    @extend_schema(request={"multipart/form-data": BankFileIn}, responses={201: BankFileOut})
    def create(self, request: Request) -> Response:
        """Take a file, whole or not at all; its entries are looked at by a worker."""
        given = BankFileIn(data=request.data)
        given.is_valid(raise_exception=True)
        file: UploadedFile = given.validated_data["file"]
        taken = take_bank_file(
            By(Actor.of(request.user), key=key_of(request)), name=file.name or "file", content=file.read()
        )
        found = self.get_queryset().get(pk=taken.file_id)
        return Response(BankFileOut(found).data, status=status.HTTP_201_CREATED)


class StatementFilter(django_filters.FilterSet):
    account = django_filters.CharFilter(field_name="account__number", lookup_expr="iexact")
    ends_from = django_filters.DateFilter(field_name="ends_on", lookup_expr="gte")
    ends_to = django_filters.DateFilter(field_name="ends_on", lookup_expr="lte")


class BankStatementViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[BankStatement]
):
    serializer_class = BankStatementOut
    filterset_class = StatementFilter
    permission_classes = [has_perm(VIEW_BANK)]

    def get_queryset(self) -> QuerySet[BankStatement]:
        return statement_list(user=self.request.user)


class EntryFilter(django_filters.FilterSet):
    statement = django_filters.NumberFilter()
    state = django_filters.MultipleChoiceFilter(choices=BankEntry.State.choices)
    certainty = django_filters.MultipleChoiceFilter(choices=BankEntry.Certainty.choices)
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")


class BankEntryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[BankEntry]):
    serializer_class = BankEntryOut
    filterset_class = EntryFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_BANK if self.action in ("list", "retrieve") else POST_ENTRY)()]

    def get_queryset(self) -> QuerySet[BankEntry]:
        return entry_list(user=self.request.user)

    @extend_schema(request=ConfirmEntryIn, responses=BankEntryOut)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Receive the money: as proposed, or for a customer over items as told."""
        given = body_of(request, ConfirmEntryIn)
        entry_id = self.get_object().pk
        if "customer" not in given:
            confirm_proposals(self._by(), entry_ids=[entry_id])
            return self._told()
        payer = payer_list(user=request.user).filter(pk=given["customer"]).first()
        if payer is None:
            raise NotFound(what="customer", reference=given["customer"])
        confirm_entry(
            self._by(),
            entry_id=entry_id,
            customer_id=payer.pk,
            applications=applications_of(given.get("applications", ())),
        )
        return self._told()

    @extend_schema(request=CodeEntryIn, responses=BankEntryOut)
    @action(detail=True, methods=["post"])
    def code(self, request: Request, pk: str) -> Response:
        """Post the entry against an account of the ledger."""
        given = body_of(request, CodeEntryIn)
        found = self.get_object()
        account = (
            account_list(user=request.user).filter(company=found.company_id, code=given["account"]).first()
        )
        if account is None:
            raise NotFound(what="account", reference=given["account"])
        code_entries(self._by(), entry_ids=[found.pk], account_id=account.pk, note=given["note"])
        return self._told()

    @extend_schema(request=None, responses=BankEntryOut)
    @action(detail=True, methods=["post"])
    def match(self, request: Request, pk: str) -> Response:
        """Propose anew, by what is open and known now."""
        match_entries(self._by(), entry_ids=[self.get_object().pk])
        return self._told()

    @extend_schema(request=ReverseEntryIn, responses=BankEntryOut)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Take back what the entry was posted as, with what it paid and what was learnt of it."""
        reason = body_of(request, ReverseEntryIn)["reason"]
        reverse_entries(self._by(), entry_ids=[self.get_object().pk], reason=reason)
        return self._told()

    def _told(self) -> Response:
        return Response(BankEntryOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))
