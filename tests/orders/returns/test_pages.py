"""Lists of returns over plain HTTP."""

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.models import User
from orders.models import CarrierClaim, CustomerReturn
from tests import factories
from tests.orders.returns.journey import Returns


@pytest.mark.parametrize("path", ["returns", "returns/claims"])
def test_each_currency_has_a_sum_of_its_own(shop: Returns, client: Client, path: str) -> None:
    shop.request(1, "transit")
    other = shop.request(2, "transit")
    CustomerReturn.objects.filter(pk=other.return_id).update(currency="USD")
    assert CarrierClaim.objects.count() == 2
    client.force_login(User.objects.get(username="nora"))
    totals = client.get(f"/orders/{path}/?part=totals").content.decode()
    assert "EUR 12.30" in totals
    assert "USD 24.60" in totals


def test_the_dock_expects_what_was_authorised(shop: Returns, client: Client) -> None:
    requested, approved = shop.request(1), shop.approved(2)
    client.force_login(factories.user("warehouse"))
    page = client.get(reverse("inventory:dock")).content.decode()
    assert reverse("orders:return_receive", args=[approved.number]) in page
    assert CustomerReturn.objects.get(pk=requested.return_id).number not in page
