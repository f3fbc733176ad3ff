"""The demo company's matrix and promotion price what is ordered from today on, as everyone's do."""

from datetime import datetime
from decimal import Decimal
from itertools import count

import pytest

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By
from masterdata.models import Allowance, Company, Customer, Item, PriceScope
from orders.entry.rules import LineRequest
from orders.models import OrderLine
from reporting.demo.campaigns import open_campaigns
from tests import factories as make
from tests.factories import local_day
from tests.orders.substitutes import priced
from tests.trade import trade

keys = count(1)


def by(who: str, at: datetime) -> By:
    return By(Actor(who), key=f"demo-{next(keys)}", at=at)


@pytest.mark.django_db
def test_the_web_shop_pays_by_cost_and_industry_a_twentieth_less() -> None:
    shop = trade(items=2)
    priced(shop, 20, 20)
    second = make.item_class(code="ZZ")
    Item.objects.filter(pk=shop.world.items[1]).update(item_class=second)
    Item.objects.update(standard_cost=Decimal(10))
    groups = [make.customer_group(code=code) for code in ("WEB", "IND")]
    for customer, group in zip(shop.world.customers, groups, strict=True):
        Customer.objects.filter(pk=customer).update(group=group)
    make.supplier(company=Company.objects.get(pk=shop.world.company_id))
    open_campaigns(by, now())

    def prices(customer: int, *quantities: int, coupon: str = "") -> list[tuple[Decimal, str]]:
        lines = [LineRequest(item, Decimal(n)) for item, n in zip(shop.world.items, quantities, strict=True)]
        made = shop.submit(
            lines, customer_id=shop.world.customers[customer], requested_on=local_day(), coupon=coupon
        )
        rows = OrderLine.objects.filter(order=made.order_id).order_by("line")
        return list(rows.values_list("unit_price", "price_source"))

    assert prices(0, 1, 1) == [(16, "group"), (20, "list")]  # 10 and 60 %; the second class has no matrix
    assert prices(0, 50, 1)[0] == (Decimal("15.2"), "group")
    assert prices(1, 1, 10) == [(20, "list"), (19, "promotion")]
    assert (
        Allowance.objects.get(scope__code="YEAR-END").used == 10
    )  # ten pieces, one euro each, of the budget
    assert prices(0, 1, 10, coupon="welcome")[1] == (19, "promotion")
    assert Allowance.objects.get(scope__code="WELCOME").used == 10
    assert prices(1, 1, 60)[1:] == [(19, "promotion"), (0, "free")]
    promotion = PriceScope.objects.get(code="YEAR-END")
    assert OrderLine.objects.filter(item=shop.world.items[1]).latest("pk").unit_cost == Decimal("9.7")
    assert (promotion.funding_percent, promotion.funded_by is not None) == (50, True)
