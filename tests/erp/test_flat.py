"""A flat list answers what its serializer would, from rows instead of objects."""

import pytest

from billing.invoicing.api import InvoiceOut
from billing.invoicing.queries import invoice_list
from erp.kernel.flat import flat
from erp.kernel.models import User
from inventory.outbound.api import ShipmentOut
from inventory.outbound.queries import shipment_list
from inventory.outbound.sheets import shipment_sheet
from masterdata.items.api import ItemOut
from orders.channels.order_shapes import OrderOut
from orders.entry.queries import order_list
from tests.trade import trade

pytestmark = pytest.mark.django_db(transaction=True)


def test_rows_are_shaped_as_objects_are():
    shop = trade(items=3)
    shop.invoice(shop.ship(2))
    shop.submit(3)
    user = User.objects.get(pk=shop.world.user_id)
    for serializer, rows in (
        (OrderOut, order_list(user=user)),
        (ShipmentOut, shipment_list(user=user)),
        (InvoiceOut, invoice_list(user=user)),
    ):
        reader, rows = flat(serializer), rows.order_by("pk")
        expected = [dict(row) for row in serializer(rows, many=True).data]
        assert reader.shape(reader.read(rows)) == expected and expected


def test_what_is_more_than_columns_is_refused():
    with pytest.raises(AssertionError, match=r"ItemOut\.units is more than a column"):
        flat(ItemOut)


def test_a_sheet_says_what_the_serializer_says():
    shop = trade(items=2)
    shipment_id = shop.ship(1)
    user = User.objects.get(pk=shop.world.user_id)
    expected = dict(ShipmentOut(shipment_list(user=user).get(pk=shipment_id)).data)
    assert shipment_sheet(shipment_id, user=user) == expected
    assert shipment_sheet(shipment_id + 1, user=user) is None
