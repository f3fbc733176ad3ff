"""Item classes and units of measure are created once, changed on the version they were read with, never broken."""

import pytest

from erp.kernel.audit import history_of
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from masterdata.items.actions.change_item_class import change_item_class
from masterdata.items.actions.change_unit import change_unit
from masterdata.items.actions.create_item_class import create_item_class
from masterdata.items.actions.create_unit import create_unit
from masterdata.items.errors import ClassCodeTaken, ClassLoop, UnitCountedFiner, UnitTaken
from masterdata.items.queries import incomplete_items
from masterdata.models import ItemClass, Unit
from tests import factories as make
from tests.support import run_concurrently

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> By:
    return By(make.actor("data_steward"))


def test_a_class_is_kept_with_its_attributes_as_they_are_stored(by):
    top = make.item_class(code="HW")
    asked = {"code": " fas ", "name": " Fasteners ", "parent_id": top.pk}
    made = create_item_class(by, **asked, required_attributes=["Thread", "wall  Thickness", "thread", " "])
    row = ItemClass.objects.get(pk=made.item_class_id)
    assert (row.code, row.name, row.parent, row.version) == ("FAS", "Fasteners", top, 1)
    assert row.required_attributes == ["thread", "wall_thickness"]


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"code": "A B"}, BadInput, "code"),
        ({"code": ""}, BadInput, "code"),
        ({"name": " "}, BadInput, "name"),
        ({"parent_id": 0}, NotFound, None),
        ({"required_attributes": ["größe!"]}, BadInput, "required_attributes"),
        ({"required_attributes": [f"a{n}" for n in range(21)]}, BadInput, "required_attributes"),
        ({"code": "TAKEN"}, ClassCodeTaken, "code"),
    ],
)
def test_what_is_no_class_is_refused(by, changes, error, field):
    make.item_class(code="TAKEN", name="Owner")
    with pytest.raises(error) as refused:
        create_item_class(by, **{"code": "NEW", "name": "New", **changes})
    assert refused.value.context.get("field") == field
    assert ItemClass.objects.count() == 1


def test_a_class_is_changed_by_its_steward_on_its_own_version(by):
    row = make.item_class(name="Old")
    change_item_class(by, item_class_id=row.pk, version=1, changes={"name": "New"})
    with pytest.raises(StaleVersion) as stale:
        change_item_class(by, item_class_id=row.pk, version=1, changes={"name": "Mine"})
    assert stale.value.context["changes"] == [{"label": "Name", "mine": "Mine", "theirs": "New"}]
    with pytest.raises(NotPermitted):
        change_item_class(By(make.actor("finance")), item_class_id=row.pk, version=2, changes={"name": "X"})
    with pytest.raises(BadInput):
        change_item_class(by, item_class_id=row.pk, version=2, changes={"code": "X"})
    row.refresh_from_db()
    assert (row.name, row.version) == ("New", 2)
    newest = history_of(ItemClass, row.pk)[0]
    assert (newest.actor, newest.changes[0].before, newest.changes[0].after) == (by.actor.name, "Old", "New")


def test_a_class_never_stands_below_itself(by):
    top = make.item_class()
    middle = make.item_class(parent=top)
    leaf = make.item_class(parent=middle)
    for parent in (top, leaf):
        with pytest.raises(ClassLoop):
            change_item_class(by, item_class_id=top.pk, version=1, changes={"parent_id": parent.pk})
    change_item_class(by, item_class_id=leaf.pk, version=1, changes={"parent_id": top.pk})
    assert list(ItemClass.objects.order_by("pk").values_list("parent", flat=True)) == [None, top.pk, top.pk]


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_close_no_loop():
    one, other = make.item_class(), make.item_class()
    by = By(make.actor("data_steward"))

    def move(pair):
        change_item_class(by, item_class_id=pair[0], version=1, changes={"parent_id": pair[1]})

    results = run_concurrently(move, [(one.pk, other.pk), (other.pk, one.pk)])
    assert [type(result) for result in results if result is not None] == [ClassLoop]
    assert ItemClass.objects.filter(parent=None).count() == 1


def test_items_that_lack_a_new_attribute_are_told(by):
    row = make.item_class()
    make.item(item_class=row, attributes={"thread": "M8"})
    lacking = make.item(item_class=row)
    change_item_class(by, item_class_id=row.pk, version=1, changes={"required_attributes": ["thread"]})
    assert list(incomplete_items(ItemClass.objects.get(pk=row.pk))) == [lacking]


def test_a_unit_has_a_history_though_its_key_is_no_number(by):
    create_unit(by, code="kgm", name="Kilogram", decimals=3)
    change_unit(by, code="KGM", version=1, changes={"name": "Kilo"})
    row = Unit.objects.get(pk="KGM")
    assert (row.decimals, row.version) == (3, 2)
    entries = history_of(Unit, row.history_id)
    assert [(entry.operation, entry.actor) for entry in entries] == [
        ("update", by.actor.name),
        ("insert", by.actor.name),
    ]
    others = {make.unit(code).history_id for code in ("EA", "BX", "MTR")}
    assert len(others) == 3 and row.history_id not in others


@pytest.mark.parametrize("code", ["K", "KGMX", "K M", ""])
def test_a_unit_has_a_code_of_the_recommendation(by, code):
    with pytest.raises(BadInput):
        create_unit(by, code=code, name="Unit")
    assert not Unit.objects.exists()


def test_a_unit_is_created_once(by):
    make.unit("EA")
    with pytest.raises(UnitTaken) as refused:
        create_unit(by, code="ea", name="Piece")
    assert str(refused.value) == "EA is already the unit Each. Change that one instead."


def test_a_unit_in_use_may_only_become_finer(by):
    item = make.item(stock_unit=make.unit("MTR"))
    make.item_unit(item, "KGM")
    make.unit("BX", decimals=2)
    for code in ("MTR", "KGM"):
        with pytest.raises(UnitCountedFiner):
            change_unit(by, code=code, version=1, changes={"decimals": 2})
        change_unit(by, code=code, version=1, changes={"decimals": 4})
    change_unit(by, code="BX", version=1, changes={"decimals": 0})
    assert dict(Unit.objects.values_list("pk", "decimals")) == {"MTR": 4, "KGM": 4, "BX": 0}
    with pytest.raises(StaleVersion):
        change_unit(by, code="MTR", version=1, changes={"name": "Meter"})
