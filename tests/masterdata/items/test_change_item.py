"""An item changes under its version; whoever comes second sees both values."""

from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.items.actions.add_reference import add_reference
from masterdata.items.actions.block_item import block_item
from masterdata.items.actions.change_item import change_item
from masterdata.items.actions.remove_item_unit import remove_item_unit
from masterdata.items.actions.remove_reference import remove_reference
from masterdata.items.actions.set_item_unit import set_item_unit
from masterdata.items.errors import (
    BadFactor,
    BadReference,
    GtinTaken,
    MissingAttributes,
    NoSuchUnit,
    ReferenceTaken,
    UnitInUse,
)
from masterdata.items.lookups import resolve_codes
from masterdata.models import Item, ItemReference, ItemUnit
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward():
    return By(make.actor("data_steward", username="stine"))


@pytest.fixture
def item():
    return make.item(code="FAH-1", name="Hex bolt")


def change(by, item, version=1, **changes):
    change_item(by, item_id=item.pk, version=version, changes=changes)
    item.refresh_from_db()


def test_a_change_raises_the_version_and_the_new_name_finds_it(steward, item):
    change(steward, item, name="Socket screw", weight_kg=Decimal("0.02"))
    assert (item.name, item.weight_kg, item.version) == ("Socket screw", Decimal("0.0200"), 2)
    assert item.search == "FAH-1\nSOCKET SCREW"


def test_a_form_that_changes_nothing_writes_nothing(steward, item):
    change(steward, item, name="Hex bolt", status="active")
    assert item.version == 1


def test_the_second_of_two_editors_sees_both_values_and_loses_nothing(steward, item):
    change(steward, item, name="Theirs", tax_class="reduced")
    with pytest.raises(StaleVersion) as refused:
        change(
            By(make.actor("data_steward")),
            item,
            version=1,
            name="Mine",
            tax_class="reduced",
            lot_tracked=True,
        )
    told = refused.value.context
    assert (told["actor"], told["version"]) == ("stine", 2)
    assert told["changes"] == [
        {"label": "Name", "mine": "Mine", "theirs": "Theirs"},
        {"label": "Lot tracked", "mine": "yes", "theirs": "no"},
    ]
    item.refresh_from_db()
    assert (item.name, item.lot_tracked) == ("Theirs", False)


@pytest.mark.parametrize("field", ["stock_unit_id", "code", "search", "version"])
def test_what_history_hangs_on_cannot_be_changed(steward, item, field):
    with pytest.raises(BadInput):
        change_item(steward, item_id=item.pk, version=1, changes={field: "BX"})


def test_another_class_may_ask_for_more(steward, item):
    strict = make.item_class(required_attributes=["grit"])
    with pytest.raises(MissingAttributes):
        change(steward, item, item_class_id=strict.pk)
    change(steward, item, item_class_id=strict.pk, attributes={"grit": "80"})
    assert item.attributes == {"grit": "80"}


def test_it_is_sold_only_in_units_that_it_has(steward, item):
    make.unit("BX")
    with pytest.raises(NoSuchUnit):
        change(steward, item, sell_unit_id="BX")
    make.item_unit(item, "BX")
    change(steward, item, sell_unit_id="BX")
    assert item.sell_unit_id == "BX"


def test_units_are_fractions_with_barcodes_of_their_own(steward, item):
    make.unit("BX")
    set_item_unit(steward, item_id=item.pk, unit="BX", numerator=100, gtin="5449000000996")
    set_item_unit(steward, item_id=item.pk, unit="BX", numerator=50, gtin="5449000000996")
    box = ItemUnit.objects.get(item=item, unit="BX")
    assert (box.numerator, box.denominator) == (50, 1)
    assert resolve_codes(["5449000000996"]).items == {"5449000000996": item.pk}
    with pytest.raises(BadFactor, match="lowest terms"):
        set_item_unit(steward, item_id=item.pk, unit="BX", numerator=100, denominator=2)
    with pytest.raises(BadFactor, match="1/1"):
        set_item_unit(steward, item_id=item.pk, unit="EA", numerator=2)
    with pytest.raises(GtinTaken):
        set_item_unit(steward, item_id=make.item().pk, unit="BX", numerator=1, gtin="5449000000996")


def test_a_unit_goes_only_when_nothing_is_done_in_it(steward, item):
    make.item_unit(item, "BX", gtin="5449000000996")
    item.refresh_from_db()
    with pytest.raises(UnitInUse, match="counted"):
        remove_item_unit(steward, item_id=item.pk, unit="EA")
    remove_item_unit(steward, item_id=item.pk, unit="BX")
    assert list(item.units.values_list("unit", flat=True)) == ["EA"]
    assert resolve_codes(["5449000000996"]).items == {}


def test_a_number_finds_the_item_until_it_is_removed(steward, item):
    added = add_reference(steward, item_id=item.pk, kind="legacy", code=" old-7 ", source="AS400")
    item.refresh_from_db()
    assert "OLD-7" in item.search
    assert resolve_codes(["OLD-7"]).items == {"OLD-7": item.pk}
    remove_reference(steward, reference_id=added.reference_id)
    item.refresh_from_db()
    assert "OLD-7" not in item.search
    assert resolve_codes(["OLD-7"]).items == {}


def test_one_party_has_one_item_behind_a_number(steward, item):
    party = make.party()
    add_reference(steward, item_id=item.pk, kind="customer", code="4711", party_id=party.pk)
    with pytest.raises(ReferenceTaken, match="FAH-1"):
        add_reference(steward, item_id=make.item().pk, kind="customer", code="4711", party_id=party.pk)
    with pytest.raises(BadReference):
        add_reference(steward, item_id=item.pk, kind="customer", code="4712")
    assert ItemReference.objects.count() == 1


def test_a_block_has_a_reason_and_can_be_lifted(steward, item):
    with pytest.raises(BadInput):
        block_item(steward, item_id=item.pk, reason=" ")
    block_item(steward, item_id=item.pk, reason="Recall 26-4")
    block_item(steward, item_id=item.pk, reason="Recall 26-4")
    item.refresh_from_db()
    assert (item.status, item.version) == (Item.Status.BLOCKED, 2)
    block_item(steward, item_id=item.pk, reason="Cleared", blocked=False)
    item.refresh_from_db()
    assert (item.status, item.version) == (Item.Status.ACTIVE, 3)


def test_every_verb_asks_for_the_right(item):
    clerk = By(make.actor("customer_service"))
    asks = [
        lambda: change_item(clerk, item_id=item.pk, version=1, changes={"name": "X"}),
        lambda: block_item(clerk, item_id=item.pk, reason="X"),
        lambda: set_item_unit(clerk, item_id=item.pk, unit="EA", numerator=1),
        lambda: remove_item_unit(clerk, item_id=item.pk, unit="EA"),
        lambda: add_reference(clerk, item_id=item.pk, kind="legacy", code="X"),
        lambda: remove_reference(clerk, reference_id=1),
    ]
    for ask in asks:
        with pytest.raises(NotPermitted):
            ask()
