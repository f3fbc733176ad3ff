"""Stock as of a day for programs: of one item."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from erp.kernel import clock
from erp.kernel.api import has_perm
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer
from inventory.stock.permissions import VIEW_VALUE
from reporting.asof.queries import Question, as_of, companies, item_named, sites_of


class AsOfIn(StrictSerializer):
    company = CodeField(max_length=12, help_text="Its code.")
    item = CodeField(max_length=40, help_text="Its code.")
    on = BusinessDateField(help_text="The end of this day in the company's calendar.")
    known_at = serializers.DateTimeField(
        required=False, help_text="Postings recorded until then; left out: now."
    )


class StockStandingOut(serializers.Serializer[Any]):
    site = serializers.CharField()
    item = serializers.CharField()
    status = serializers.CharField()
    lot = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    value = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="In the company's currency.")


class StockAsOfView(APIView):
    """What there was of an item at the end of a day, as it was known at a moment."""

    permission_classes = [has_perm(VIEW_VALUE)]

    @extend_schema(parameters=[AsOfIn], responses=StockStandingOut(many=True))
    def get(self, request: Request) -> Response:
        given = AsOfIn(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        company = next((one for one in companies(user=request.user) if one.code == asked["company"]), None)
        if company is None:
            raise NotFound(what="company", reference=asked["company"])
        item = item_named(asked["item"])
        if item is None:
            raise NotFound(what="item", reference=asked["item"])
        sites = sites_of(company, user=request.user)
        question = Question(company, asked["on"], asked.get("known_at") or clock.now(), sites, item.pk)
        return Response(StockStandingOut(as_of(question), many=True).data)
