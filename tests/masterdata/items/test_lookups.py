"""Finding items: exact before prefix before words, never guessing, always one query."""

import pytest

from masterdata.items.lookups import item_lookup, resolve_codes
from tests import factories as make
from tests.support import count_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make.user("customer_service")


def codes(hits):
    return [hit.code for hit in hits]


def test_an_exact_code_comes_before_prefixes_and_those_before_words(clerk):
    make.item(code="AXE-1", name="Kit with bolt")
    make.item(code="BOLT-10", name="Hex")
    make.item(code="BOLT", name="Zinc")
    make.item(code="AAA-1", name="Bolt M8")
    assert codes(item_lookup(clerk, "bolt")) == ["BOLT", "BOLT-10", "AAA-1", "AXE-1"]


def test_every_word_must_be_found_in_any_order(clerk):
    make.item(code="A-1", name="Hex bolt M8 zinc")
    make.item(code="A-2", name="Hex nut M8 zinc")
    assert codes(item_lookup(clerk, "zinc bolt")) == ["A-1"]


def test_any_number_ever_used_finds_the_item_and_is_shown(clerk):
    item = make.item(code="FAH-1", gtin=make.valid_gtin("400638133393"))
    make.item_unit(item, gtin=make.valid_gtin("400638133394"))
    make.item_reference(item, "OLD-77", source="AS400")
    found = [item_lookup(clerk, text)[0] for text in ("4006381333931", "4006381333948", "old-77", " fah-1 ")]
    assert [(hit.id, hit.number) for hit in found] == [
        (item.pk, ""), (item.pk, "4006381333948"), (item.pk, "OLD-77"), (item.pk, ""),
    ]  # fmt: skip


def test_a_customer_s_number_means_that_customer_s_item(clerk):
    ours, theirs = make.customer(), make.customer(party=make.party())
    mine, other = make.item(code="B-MINE"), make.item(code="A-OTHER")
    make.item_reference(mine, "4711", kind="customer", party=ours.party)
    make.item_reference(other, "4711", kind="customer", party=theirs.party)
    assert codes(item_lookup(clerk, "4711", customer=ours.pk)) == ["B-MINE", "A-OTHER"]
    assert codes(item_lookup(clerk, "4711", customer=theirs.pk)) == ["A-OTHER", "B-MINE"]


def test_blocked_items_are_shown_last_and_marked(clerk):
    make.item(code="BOLT-1", status="blocked")
    make.item(code="BOLT-2")
    assert [(hit.code, hit.may_be_sold) for hit in item_lookup(clerk, "bolt-")] == [
        ("BOLT-2", True), ("BOLT-1", False),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "100%"])
def test_what_means_nothing_finds_nothing(clerk, text):
    make.item(code="BOLT-1", name="Bolt 100 steel")
    assert item_lookup(clerk, text) == []


def test_two_letters_find_what_begins_with_them(clerk):
    make.item(code="FAH-1", name="Abba")
    make.item(code="XAH-1", name="Fahr")
    assert codes(item_lookup(clerk, "fa")) == ["FAH-1"]


def test_the_list_has_at_most_the_asked_number_of_items_and_costs_one_query(clerk, django_assert_num_queries):
    for _ in range(12):
        make.item(name="Washer")
    with django_assert_num_queries(1):
        assert len(item_lookup(clerk, "washer", limit=8)) == 8


def test_nobody_finds_nothing():
    make.item(code="BOLT-1")
    assert item_lookup(make.user(is_active=False), "bolt") == []


# Codes that were pasted or scanned ----------------------------------------------------------------


def test_codes_barcodes_and_numbers_resolve_in_one_query():
    buyer = make.customer()
    first, second = make.item(code="FAH-1", gtin="4006381333931"), make.item(code="FAH-2")
    make.item_unit(second, "BX", gtin="5449000000996")
    make.item_reference(first, "ACME-9", kind="customer", party=buyer.party)
    make.item_reference(second, "SUP-3", kind="supplier", party=make.supplier().party)
    make.item_reference(second, "OLD-2")
    with count_statements() as counted:
        found = resolve_codes(
            ["fah-1", " 4006381333931 ", "5449000000996", "acme-9", "sup-3", "OLD-2", "nothing", ""], buyer.pk
        )
    assert counted.statements == 1
    assert found.items == {
        "FAH-1": first.pk, "4006381333931": first.pk, "ACME-9": first.pk,
        "5449000000996": second.pk, "SUP-3": second.pk, "OLD-2": second.pk,
    }  # fmt: skip
    assert found.units == {"5449000000996": "BX"}
    assert (found.ambiguous, found.get(" acme-9"), found.get("nothing")) == ({}, first.pk, None)


def test_another_customer_s_number_is_no_number():
    item = make.item()
    make.item_reference(item, "ACME-9", kind="customer", party=make.customer().party)
    other = make.customer(party=make.party())
    assert resolve_codes(["ACME-9"], other.pk).items == {}
    assert resolve_codes(["ACME-9"]).items == {}


def test_a_code_that_could_be_two_items_is_reported_not_guessed():
    buyer = make.customer()
    by_code, by_number = make.item(code="4711"), make.item()
    make.item_reference(by_number, "4711", kind="customer", party=buyer.party)
    found = resolve_codes(["4711"], buyer.pk)
    assert (found.items, found.ambiguous) == ({}, {"4711": sorted([by_code.pk, by_number.pk])})


def test_a_former_number_counts_only_where_no_present_code_has_it():
    present, former = make.item(code="A-1"), make.item(code="A-2")
    make.item_reference(former, "A-1", source="AS400")
    make.item_reference(former, "A-9", source="AS400")
    make.item_reference(present, "A-9", source="Navision")
    found = resolve_codes(["A-1", "A-9"])
    assert found.items == {"A-1": present.pk}
    assert found.ambiguous == {"A-9": sorted([present.pk, former.pk])}


def test_no_codes_cost_no_query():
    with count_statements() as counted:
        assert resolve_codes(["", " "]).items == {}
    assert counted.statements == 0
