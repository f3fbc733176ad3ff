"""The chart of accounts and its classes for programs: read, create, change."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.ledger.actions.keep_chart import change_account, create_account
from billing.ledger.actions.keep_classes import change_account_class, create_account_class
from billing.ledger.models import Account, AccountClass
from billing.ledger.permissions import CHANGE_ACCOUNT, CHANGE_ACCOUNT_CLASS, VIEW_LEDGER
from billing.ledger.queries import account_class_list, account_list, company_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import CodeField, StrictSerializer, body_of


class AccountOut(serializers.ModelSerializer[Account]):
    company = serializers.CharField(source="company.code")
    account_class = serializers.CharField(source="account_class.code", default=None, allow_null=True)

    class Meta:
        model = Account
        fields = [
            "id", "company", "code", "name", "kind", "account_class", "is_intercompany", "held_by", "version",
        ]  # fmt: skip


class AccountIn(StrictSerializer):
    company = CodeField(max_length=12, help_text="Its code.")
    code = CodeField(max_length=12)
    name = CodeField(max_length=80)
    kind = serializers.ChoiceField(choices=Account.Kind.choices)
    account_class = serializers.SlugRelatedField(
        slug_field="code", queryset=AccountClass.objects.all(), default=None, allow_null=True
    )
    is_intercompany = serializers.BooleanField(default=False)


class AccountChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = CodeField(max_length=80, required=False)
    kind = serializers.ChoiceField(choices=Account.Kind.choices, required=False)
    account_class = serializers.SlugRelatedField(
        slug_field="code", queryset=AccountClass.objects.all(), required=False, allow_null=True
    )
    is_intercompany = serializers.BooleanField(required=False)


class AccountFilter(django_filters.FilterSet):
    company = django_filters.CharFilter(field_name="company__code")
    code = django_filters.CharFilter()
    kind = django_filters.ChoiceFilter(choices=Account.Kind.choices)
    account_class = django_filters.CharFilter(field_name="account_class__code")


class AccountViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Account]):
    serializer_class = AccountOut
    filterset_class = AccountFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_LEDGER if self.action in ("list", "retrieve") else CHANGE_ACCOUNT)()]

    def get_queryset(self) -> QuerySet[Account]:
        return account_list(user=self.request.user).order_by("pk")

    @extend_schema(request=AccountIn, responses={201: AccountOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, AccountIn)
        code = entered.pop("company")
        company = company_list(user=request.user).filter(code=code).first()
        if company is None:
            raise NotFound(what="company", reference=code)
        entered["account_class_id"] = getattr(entered.pop("account_class"), "pk", None)
        made = create_account(_by(request), company_id=company.pk, **entered)
        row = self.get_queryset().get(pk=made.account_id)
        return Response(AccountOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AccountChangeIn, responses=AccountOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, AccountChangeIn)
        version = changes.pop("version")
        if "account_class" in changes:
            changes["account_class_id"] = getattr(changes.pop("account_class"), "pk", None)
        change_account(
            By(Actor.of(request.user)), account_id=self.get_object().pk, version=version, changes=changes
        )
        return Response(AccountOut(self.get_object()).data)


class AccountClassOut(serializers.ModelSerializer[AccountClass]):
    class Meta:
        model = AccountClass
        fields = ["id", "code", "name", "kind", "position", "subtotal", "version"]


class AccountClassIn(StrictSerializer):
    code = CodeField(max_length=12)
    name = CodeField(max_length=80)
    kind = serializers.ChoiceField(choices=Account.Kind.choices)
    position = serializers.IntegerField(min_value=0, max_value=9_999)
    subtotal = CodeField(max_length=80, default="", allow_blank=True)


class AccountClassChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = CodeField(max_length=80, required=False)
    position = serializers.IntegerField(min_value=0, max_value=9_999, required=False)
    subtotal = CodeField(max_length=80, required=False, allow_blank=True)


class AccountClassViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AccountClass]
):
    """What the statements of all companies gather accounts under."""

    serializer_class = AccountClassOut

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_LEDGER if self.action in ("list", "retrieve") else CHANGE_ACCOUNT_CLASS)()]

    def get_queryset(self) -> QuerySet[AccountClass]:
        return account_class_list(user=self.request.user).order_by("pk")

    @extend_schema(request=AccountClassIn, responses={201: AccountClassOut})
    def create(self, request: Request) -> Response:
        made = create_account_class(_by(request), **body_of(request, AccountClassIn))
        row = self.get_queryset().get(pk=made.account_class_id)
        return Response(AccountClassOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AccountClassChangeIn, responses=AccountClassOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, AccountClassChangeIn)
        version = changes.pop("version")
        change_account_class(
            By(Actor.of(request.user)),
            account_class_id=self.get_object().pk,
            version=version,
            changes=changes,
        )
        return Response(AccountClassOut(self.get_object()).data)


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
