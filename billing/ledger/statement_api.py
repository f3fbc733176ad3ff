"""Trial balance, profit and loss account, balance sheet and the tester of account rules for programs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.ledger.permissions import VIEW_LEDGER
from billing.ledger.queries import company_list, trial_balance
from billing.ledger.statement_queries import (
    Kind,
    Statement,
    company_statement,
    consolidated_statement,
)
from billing.ledger.tester import SINGLE, determine, event_of, posting_events
from erp.kernel.api import has_perm
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer
from masterdata.models import Company, ItemClass

MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 2}


@extend_schema_field(str)
class RatesField(serializers.Field[Any, Any, Any, Any]):
    """Rates as `GBP:1.17,USD:0.92`: how much of the first company's currency one unit of each is."""

    def to_internal_value(self, data: Any) -> dict[str, Decimal]:
        rates = {}
        for part in filter(None, str(data).split(",")):
            currency, _, figure = part.partition(":")
            try:
                rate = Decimal(figure)
            except InvalidOperation:
                rate = Decimal(0)
            if not rate.is_finite() or not 0 < rate <= 1_000_000:
                raise serializers.ValidationError(
                    "Write rates as GBP:1.17,USD:0.92, each above zero.", code="invalid"
                )
            rates[currency.strip().upper()] = rate
        return rates

    def to_representation(self, value: dict[str, Decimal]) -> str:
        return ",".join(f"{currency}:{rate}" for currency, rate in value.items())


class TrialBalanceIn(StrictSerializer):
    company = CodeField(max_length=12, help_text="Its code.")
    on = BusinessDateField(help_text="The last day that counts.")


class BalanceSheetIn(StrictSerializer):
    """Without a company: all that the reader sees, consolidated; then nothing is compared."""

    company = CodeField(max_length=12, default="", allow_blank=True, help_text="Its code.")
    until = BusinessDateField(help_text="The last day that counts.")
    compare = serializers.ChoiceField(
        choices=["before", "year"], default="", allow_blank=True, help_text="The period or the year before."
    )
    rates = RatesField(default=dict, help_text="GBP:1.17,USD:0.92, to consolidate by.")


class ProfitAndLossIn(BalanceSheetIn):
    """Without a company: all that the reader sees, consolidated; then nothing is compared."""

    since = BusinessDateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["since"] > attrs["until"]:
            raise serializers.ValidationError({"until": "The last day is before the first."})
        return attrs


class BalanceRowOut(serializers.Serializer[Any]):
    account = serializers.CharField(source="code")
    name = serializers.CharField()
    kind = serializers.CharField()
    debit = serializers.DecimalField(**MONEY)
    credit = serializers.DecimalField(**MONEY)
    balance = serializers.DecimalField(**MONEY, help_text="Debit less credit.")


class TrialBalanceOut(serializers.Serializer[Any]):
    company = serializers.CharField()
    currency = serializers.CharField()
    on = serializers.DateField()
    rows = BalanceRowOut(many=True)


class ColumnOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # as in StatementLineOut
    since = serializers.DateField()
    until = serializers.DateField()


class StatementLineOut(serializers.Serializer[Any]):
    """`kind`: account, class, subtotal or total. One amount for each column."""

    kind = serializers.CharField()
    account = serializers.CharField(source="code")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the field's own label
    amounts = serializers.ListField(child=serializers.DecimalField(**MONEY))


class StatementOut(serializers.Serializer[Any]):
    """What adds to a sum of its statement is positive: an expense is negative, a liability is not."""

    currency = serializers.CharField()
    columns = ColumnOut(many=True, source="heads")
    lines = StatementLineOut(many=True)
    not_eliminated = serializers.DecimalField(
        **MONEY, help_text="What accounts with companies of the house come to together."
    )


class TrialBalanceView(APIView):
    """Every account's turnover and balance up to the end of a day."""

    permission_classes = [has_perm(VIEW_LEDGER)]

    @extend_schema(parameters=[TrialBalanceIn], responses=TrialBalanceOut)
    def get(self, request: Request) -> Response:
        asked = _asked(request, TrialBalanceIn)
        company = _company(request, asked["company"])
        rows = trial_balance(company_id=company.pk, on=asked["on"])
        found = {"company": company.code, "currency": company.currency, "on": asked["on"], "rows": rows}
        return Response(TrialBalanceOut(found).data)


class ProfitAndLossView(APIView):
    """Income and expenses by class and account."""

    permission_classes = [has_perm(VIEW_LEDGER)]

    @extend_schema(parameters=[ProfitAndLossIn], responses=StatementOut)
    def get(self, request: Request) -> Response:
        asked = _asked(request, ProfitAndLossIn)
        return Response(StatementOut(_statement(request, "profit_and_loss", asked, asked["since"])).data)


class BalanceSheetView(APIView):
    """Assets, liabilities and equity by class and account."""

    permission_classes = [has_perm(VIEW_LEDGER)]

    @extend_schema(parameters=[BalanceSheetIn], responses=StatementOut)
    def get(self, request: Request) -> Response:
        asked = _asked(request, BalanceSheetIn)
        return Response(StatementOut(_statement(request, "balance_sheet", asked, None)).data)


class DeterminationIn(StrictSerializer):
    company = CodeField(max_length=12, help_text="Its code.")
    event = CodeField(help_text="An event, or one purpose alone as purpose:fees.")
    item_class = CodeField(max_length=20, default="", allow_blank=True, help_text="Its code; blank: any.")


class DeterminedOut(serializers.Serializer[Any]):
    """`account` is null where not even suspense has a rule; `why` names the rule."""

    purpose = serializers.CharField(source="share.purpose.value")
    side = serializers.SerializerMethodField()
    account = serializers.CharField(source="account.code", default=None, allow_null=True)
    is_suspense = serializers.BooleanField()
    why = serializers.CharField()

    def get_side(self, row: Any) -> str:
        return "debit" if row.share.is_debit else "credit"


class DeterminationView(APIView):
    """Which accounts an event would take now, and why; nothing is posted."""

    permission_classes = [has_perm(VIEW_LEDGER)]

    @extend_schema(parameters=[DeterminationIn], responses=DeterminedOut(many=True))
    def get(self, request: Request) -> Response:
        asked = _asked(request, DeterminationIn)
        company, event = _company(request, asked["company"]), event_of(asked["event"])
        if event is None:
            known = ", ".join([*posting_events(), f"{SINGLE}…"])
            raise serializers.ValidationError({"event": f"One of: {known}"})
        item_class = ItemClass.objects.filter(code=asked["item_class"]).first()
        if asked["item_class"] and item_class is None:
            raise NotFound(what="item class", reference=asked["item_class"])
        found = determine(company_id=company.pk, event=event, item_class=item_class)
        return Response(DeterminedOut(found, many=True).data)


def _asked(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    given = shape(data=request.query_params.dict())
    given.is_valid(raise_exception=True)
    found: dict[str, Any] = given.validated_data
    return found


def _statement(request: Request, kind: Kind, asked: Mapping[str, Any], since: date | None) -> Statement:
    if asked["company"]:
        company = _company(request, asked["company"])
        return company_statement(
            kind, company, since=since, until=asked["until"], compare=asked["compare"] or ""
        )
    companies = list(company_list(user=request.user))
    if not companies:
        raise NotFound(what="company", reference="*")
    return consolidated_statement(kind, companies, since=since, until=asked["until"], rates=asked["rates"])


def _company(request: Request, code: str) -> Company:
    found = company_list(user=request.user).filter(code=code).first()
    if found is None:
        raise NotFound(what="company", reference=code)
    return found
