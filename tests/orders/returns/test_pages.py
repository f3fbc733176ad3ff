"""Lists of returns over plain HTTP."""

import pytest
from django.test import Client

from erp.kernel.models import User
from orders.models import CarrierClaim, CustomerReturn
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
