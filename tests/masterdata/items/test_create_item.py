"""A new item: complete, with a sound barcode, found at once by everything it is called."""

from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import AuditEvent
from masterdata.items.actions.create_item import create_item
from masterdata.items.errors import BadFactor, BadGtin, CodeTaken, GtinTaken, MissingAttributes
from masterdata.items.lookups import resolve_codes
from masterdata.models import Item, ItemUnit
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward():
    make.unit("EA")
    make.unit("BX")
    return make.actor("data_steward", username="stine")


def create(by, **changes):
    item_class = changes.pop("item_class", None) or make.item_class()
    asked = {
        "code": "fah-1",
        "name": "Hex bolt",
        "item_class_id": item_class.pk,
        "stock_unit": "EA",
        **changes,
    }
    return create_item(By(by, reason="New range"), **asked)


def test_an_item_is_counted_in_its_unit_and_bought_and_sold_by_the_pack(steward):
    made = create(
        steward, pack_unit="BX", pack_content=100, sold_packed=True, standard_cost=Decimal("0.0421")
    )
    item = Item.objects.get(pk=made.item_id)
    assert (item.code, item.stock_unit_id, item.sell_unit_id, item.buy_unit_id) == ("FAH-1", "EA", "BX", "BX")
    assert item.standard_cost == Decimal("0.0421")
    units = (
        ItemUnit.objects.filter(item=item).order_by("unit").values_list("unit", "numerator", "denominator")
    )
    assert list(units) == [("BX", 100, 1), ("EA", 1, 1)]


def test_it_is_found_at_once_and_its_history_says_who_made_it_and_why(steward):
    made = create(steward, gtin="4006381333931")
    assert resolve_codes(["FAH-1", "4006381333931"]).items == {
        "FAH-1": made.item_id,
        "4006381333931": made.item_id,
    }
    event = AuditEvent.objects.get(table="masterdata_item", row_id=made.item_id, operation="insert")
    assert (event.actor, event.reason) == ("stine", "New range")
    assert "search" not in event.after


def test_the_class_says_what_must_be_filled(steward):
    fasteners = make.item_class(name="Fasteners", required_attributes=["thread", "length_mm"])
    with pytest.raises(MissingAttributes, match="Fasteners also need: thread, length mm"):
        create(steward, item_class=fasteners, attributes={"thread": " "})
    made = create(steward, item_class=fasteners, attributes={"thread": "M8", "length_mm": 40, "note": ""})
    assert Item.objects.get(pk=made.item_id).attributes == {"thread": "M8", "length_mm": "40"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "two words"}, BadInput),
        ({"code": ""}, BadInput),
        ({"code": "A" * 41}, BadInput),
        ({"name": "  "}, BadInput),
        ({"stock_unit": "ZZ"}, NotFound),
        ({"gtin": "4006381333932"}, BadGtin),
        ({"pack_unit": "BX", "pack_content": 0}, BadFactor),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_made(steward, changes, error):
    with pytest.raises(error):
        create(steward, **changes)
    assert not Item.objects.exists()


def test_a_code_and_a_barcode_belong_to_one_item(steward):
    other = make.item(code="FAH-1")
    with pytest.raises(CodeTaken):
        create(steward)
    packing = make.item_unit(other, gtin="5449000000996")
    with pytest.raises(GtinTaken, match="FAH-1"):
        create(steward, code="NEW", gtin=packing.gtin)
    assert Item.objects.count() == 1


def test_only_stewards_create_items(steward):
    with pytest.raises(NotPermitted):
        create(make.actor("customer_service"))


@pytest.mark.django_db(transaction=True)
def test_the_same_key_makes_one_item():
    make.unit("EA")
    steward = make.actor("data_steward")
    asked = {"code": "FAH-1", "name": "Hex bolt", "item_class_id": make.item_class().pk, "stock_unit": "EA"}
    first = create_item(By(steward, key="form-1"), **asked)
    again = create_item(By(steward, key="form-1"), **asked)
    assert (first, Item.objects.count()) == (again, 1)
