"""The house with two bare addresses more: submit and ship-confirm over HTTP, and nothing else in the way.

They go through the real middleware, sign-in, tokens, idempotency keys and problems, so a fault test tells what
any room's API does in the same trouble.
"""

from dataclasses import asdict

from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from erp.kernel.actor import Actor
from erp.kernel.api import key_of
from erp.kernel.command import By
from erp.kernel.shapes import QuantityField, StrictSerializer, body_of
from erp.urls import handler403, handler404, handler500
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest
from tests.factories import local_day

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


class LineIn(StrictSerializer):
    item = serializers.IntegerField()
    quantity = QuantityField()


class OrderIn(StrictSerializer):
    customer = serializers.IntegerField()
    lines = LineIn(many=True, allow_empty=False)


class Orders(APIView):
    def post(self, request: Request) -> Response:
        given = body_of(request, OrderIn)
        wanted = OrderRequest(
            customer_id=given["customer"],
            lines=[LineRequest(line["item"], line["quantity"]) for line in given["lines"]],
            requested_on=local_day(),
            channel="api",
        )
        done = submit_order(By(Actor.of(request.user), key=key_of(request)), request=wanted)
        return Response(asdict(done), status=201)


class Confirm(APIView):
    def post(self, request: Request, pk: int) -> Response:
        done = confirm_shipments(By(Actor.of(request.user), key=key_of(request)), shipment_ids=[pk])
        return Response(asdict(done))


urlpatterns = [
    path("api/chaos/orders", Orders.as_view()),
    path("api/chaos/shipments/<int:pk>/confirm", Confirm.as_view()),
    path("", include("erp.urls")),
]
