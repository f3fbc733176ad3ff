"""Holidays: for several sites at once or none, by who keeps those sites, and what they do to a date."""

from datetime import date

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from masterdata.models import Holiday
from masterdata.places.actions.add_holiday import add_holiday
from masterdata.places.actions.change_holiday import change_holiday
from masterdata.places.actions.remove_holiday import remove_holiday
from masterdata.places.errors import HolidayTaken
from masterdata.places.queries import closed_days, holiday_list
from tests import factories as make

pytestmark = pytest.mark.django_db

CHRISTMAS, BOXING_DAY = date(2026, 12, 25), date(2026, 12, 26)


def test_several_sites_are_closed_at_once_or_none():
    by, sites = By(make.actor("data_steward")), [make.site(), make.site(), make.site()]
    pks = [site.pk for site in sites]
    add_holiday(by, site_ids=[*pks[:2], pks[0]], on=CHRISTMAS, name=" Christmas ")
    assert closed_days(pks) == {pks[0]: {CHRISTMAS}, pks[1]: {CHRISTMAS}, pks[2]: set()}
    with pytest.raises(HolidayTaken) as taken:
        add_holiday(by, site_ids=[pks[2], pks[1]], on=CHRISTMAS, name="Again")
    assert (taken.value.context["site"], taken.value.context["name"]) == (sites[1].code, "Christmas")
    for wrong, error in (([], BadInput), ([0], NotFound)):
        with pytest.raises(error):
            add_holiday(by, site_ids=wrong, on=BOXING_DAY, name="Day")
    with pytest.raises(BadInput):
        add_holiday(by, site_ids=pks, on=BOXING_DAY, name=" ")
    assert Holiday.objects.count() == 2


def test_only_who_keeps_every_one_of_the_sites_closes_them():
    ours, theirs = make.site(company=make.company()), make.site(company=make.company())
    by = By(make.actor("data_steward", scope=f"company:{ours.company_id}"))
    with pytest.raises(NotPermitted):
        add_holiday(by, site_ids=[ours.pk, theirs.pk], on=CHRISTMAS, name="Day")
    row = make.holiday(site=theirs)
    for verb in (
        lambda: change_holiday(by, holiday_id=row.pk, version=1, changes={"name": "Mine"}),
        lambda: remove_holiday(by, holiday_id=row.pk),
        lambda: remove_holiday(By(make.actor("warehouse")), holiday_id=row.pk),
    ):
        with pytest.raises(NotPermitted):
            verb()
    assert list(Holiday.objects.values_list("site", "name")) == [(theirs.pk, "Christmas")]


def test_a_holiday_moves_to_a_free_day_and_goes():
    by, site = By(make.actor("data_steward")), make.site()
    first, second = make.holiday(CHRISTMAS, site=site), make.holiday(BOXING_DAY, site=site, name="Boxing Day")
    with pytest.raises(HolidayTaken):
        change_holiday(by, holiday_id=first.pk, version=1, changes={"on": BOXING_DAY})
    change_holiday(by, holiday_id=first.pk, version=1, changes={"on": date(2026, 12, 24)})
    with pytest.raises(StaleVersion) as stale:
        change_holiday(by, holiday_id=first.pk, version=1, changes={"name": "Eve"})
    assert stale.value.context["changes"] == [{"label": "Name", "mine": "Eve", "theirs": "Christmas"}]
    remove_holiday(by, holiday_id=second.pk)
    with pytest.raises(NotFound):
        remove_holiday(by, holiday_id=second.pk)
    assert closed_days([site.pk]) == {site.pk: {date(2026, 12, 24)}}


def test_a_reader_sees_the_holidays_of_their_sites():
    ours, theirs = make.site(), make.site()
    mine = make.holiday(site=ours)
    make.holiday(site=theirs)
    assert list(holiday_list(user=make.user("warehouse", scope=f"site:{ours.pk}"))) == [mine]
