"""The demo company is closing its last month."""

from datetime import UTC, datetime

import pytest

from billing.models import CloseTask, PeriodClose
from erp.kernel.command import By
from masterdata.models import Company
from reporting.demo.closing import TASKS, begin_closing
from reporting.demo.masters import MAIN
from tests import factories as make
from tests.orders.books import assert_proven
from tests.trade import trade

pytestmark = pytest.mark.django_db


def test_the_month_before_is_being_closed():
    shop = trade(items=1)
    Company.objects.filter(pk=shop.world.company_id).update(code=MAIN)
    finance = make.actor("finance", username="finance")
    now = datetime.now(UTC)
    begin_closing(lambda _who, at: By(finance, at=at), now)
    assert PeriodClose.objects.get().period.starts_on.year == now.year - 1
    people = CloseTask.objects.filter(check_key="").order_by("position")
    assert [(task.title, bool(task.done_at)) for task in people] == [
        (TASKS[0][0], True),
        (TASKS[1][0], False),
    ]
    assert_proven("G12")
