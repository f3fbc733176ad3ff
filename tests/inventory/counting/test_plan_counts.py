"""Which bins are counted when: what is due, what was short, once at a time."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from inventory.adjustments.actions.decide_adjustments import refuse_adjustments
from inventory.counting.actions.plan_counts import ask_for_counts, plan_counts
from inventory.counting.errors import BinBeingCounted, DifferenceWaits
from inventory.counting.tasks import plan_daily_counts
from inventory.models import CountPlan, CountTask, Pick
from inventory.outbound.actions.record_picks import Picked, record_picks
from tests.factories import actor
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.counting.bins import asked, count, place_of

pytestmark = pytest.mark.django_db


def test_the_day_s_plan_takes_what_is_due_and_is_made_once(shop):
    made = plan_counts(shop.by(), site_id=shop.world.sites[0])
    tasks = CountTask.objects.filter(pk__in=made.task_ids)
    assert tasks.count() == 4  # three bins of opening stock and the one beside
    assert set(tasks.values_list("trigger", "state")) == {("class", "open")}
    assert sum(CountPlan.objects.values_list("bin_count", flat=True)) == 4
    assert plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids == []
    assert_proven()


def test_a_short_pick_brings_its_bin_up_on_the_same_day(shop):
    plan_daily_counts()
    CountTask.objects.update(state="done", accurate=True, first_by="x", closed_at=F("planned_at"))
    assert plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids == []
    shipment_id = shop.release(shop.submit(1).order_id)
    pick = Pick.objects.get(shipment=shipment_id)
    record_picks(shop.by(), shipment_id=shipment_id, picks=[Picked(pick.pk, Decimal(0), "empty")])
    (pk,) = plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids
    task = CountTask.objects.get(pk=pk)
    assert (task.trigger, task.bin_id) == ("short_pick", pick.balance.bin_id)


def test_what_was_counted_in_time_is_covered(shop):
    plan_counts(shop.by(), site_id=shop.world.sites[0])
    CountTask.objects.update(state="done", accurate=True, first_by="x", closed_at=F("planned_at"))
    CountPlan.objects.all().delete()
    plan_counts(shop.by(), site_id=shop.world.sites[0])
    assert sum(CountPlan.objects.values_list("covered_count", flat=True)) == 4
    CountTask.objects.update(
        closed_at=F("closed_at") - timedelta(days=400), planned_on=F("planned_on") - timedelta(days=400)
    )
    assert len(plan_counts(shop.by(), site_id=shop.world.sites[0]).task_ids) == 4
    assert sum(CountPlan.objects.values_list("covered_count", flat=True)) == 0


def test_a_bin_has_one_open_count(shop):
    asked(shop)
    with pytest.raises(BinBeingCounted):
        asked(shop)
    with pytest.raises(BadInput):
        ask_for_counts(shop.by(), site_id=shop.world.sites[1], bin_ids=[place_of(shop).pk])
    with pytest.raises(NotPermitted, match="plan_counts"):
        plan_counts(By(actor("finance")), site_id=shop.world.sites[0])
    assert CountTask.objects.count() == 1


def test_a_bin_whose_difference_waits_is_not_counted_before_that_is_decided(shop, hugo, lea):
    task = asked(shop)
    count(shop, task, hugo, 60)
    waiting = count(shop, task, lea, 60).waiting_ids
    with pytest.raises(DifferenceWaits, match=place_of(shop).code):
        asked(shop)
    CountTask.objects.update(closed_at=F("closed_at") - timedelta(days=400))
    plan_counts(shop.by(), site_id=shop.world.sites[0])
    assert CountTask.objects.filter(bin=place_of(shop)).count() == 1
    refuse_adjustments(By(actor("process_owner")), adjustment_ids=waiting, reason="Count it again")
    assert asked(shop).state == "open"
    assert_proven()
