"""A company's grant opens its sites; a site's grant opens that site and nothing beside it."""

import pytest

from erp.kernel.actor import Actor
from masterdata.places.queries import bin_list, company_list, period_list, site_list, zone_list
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_companies():
    made = []
    for _ in range(2):
        company = make.company()
        sites = [make.site(company=company) for _ in range(2)]
        for site in sites:
            make.bin(site=site)
        make.period(company=company)
        made.append((company, sites))
    return made


def test_a_company_s_grant_opens_its_sites_and_nothing_of_another_company(two_companies):
    (company, sites), _ = two_companies
    user = make.user("warehouse", scope=f"company:{company.pk}")
    assert list(company_list(user=user)) == [company]
    assert set(site_list(user=user)) == set(sites)
    assert {zone.site_id for zone in zone_list(user=user)} == {site.pk for site in sites}
    assert {row.site_id for row in bin_list(user=user)} == {site.pk for site in sites}
    assert {row.company_id for row in period_list(user=user)} == {company.pk}
    assert Actor.of(user).may("masterdata.view_place", site=sites[1].pk)


def test_a_site_s_grant_opens_neither_its_company_nor_its_sister(two_companies):
    (_company, (site, sister)), _ = two_companies
    user = make.user("warehouse", scope=f"site:{site.pk}")
    assert list(company_list(user=user)) == []
    assert list(site_list(user=user)) == [site]
    assert {row.site_id for row in bin_list(user=user)} == {site.pk}
    assert list(period_list(user=user)) == []
    assert not Actor.of(user).may("masterdata.view_place", site=sister.pk)


def test_the_enterprise_s_grant_opens_everything_and_no_grant_nothing(two_companies):
    everyone, nobody = make.user("executive"), make.user()
    assert (site_list(user=everyone).count(), site_list(user=nobody).count()) == (4, 0)
