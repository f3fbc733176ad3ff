"""What the order desk's days begin with: items with names, one of them short."""

from datetime import timedelta

from inventory.models import SiteStock, Supply
from masterdata.models import Item
from orders.models import CreditAccount
from tests.factories import local_day
from tests.trade import Trade, trade

NAMES = (
    "Hex bolt M8 A2 stainless",
    "Nitrile glove L blue",
    "Deep groove bearing 6204 C3",
    "Solenoid valve 6 mm 24 V DC",
)


def desk_trade() -> Trade:
    """Thirty items; the third is short, with more to come."""
    made = trade(items=30)
    for number, item in enumerate(Item.objects.order_by("pk")):
        name = NAMES[number % len(NAMES)]
        Item.objects.filter(pk=item.pk).update(
            name=name, standard_cost=4, search=f"{item.code}\n{name.upper()}"
        )
    CreditAccount.objects.update(limit=150_000)
    short = made.world.items[2]
    SiteStock.objects.filter(item=short, site=made.world.sites[0]).update(reserved=999_961)
    Supply.objects.create(
        item_id=short,
        site_id=made.world.sites[0],
        document="PO-17",
        expected=500,
        due_on=local_day() + timedelta(days=11),
    )
    return made
