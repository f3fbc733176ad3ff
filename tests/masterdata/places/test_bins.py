"""Bins from a pattern, sites with docks, changes under a version."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted, StaleVersion
from masterdata.models import Bin, Site
from masterdata.places.actions.change_bin import change_bin
from masterdata.places.actions.change_site import change_site
from masterdata.places.actions.create_site import create_site
from masterdata.places.actions.create_zone import create_zone
from masterdata.places.actions.generate_bins import generate_bins
from masterdata.places.errors import BinsExist, CodeTaken, ZoneElsewhere
from masterdata.places.patterns import bin_codes
from tests import factories as make


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("a01", ["A01"]),
        ("A[01-02]-[1-2]", ["A01-1", "A01-2", "A02-1", "A02-2"]),
        ("[A-C]1", ["A1", "B1", "C1"]),
        ("R[9-11]", ["R9", "R10", "R11"]),
    ],
)
def test_a_pattern_stands_for_codes_in_walking_order(pattern, codes):
    assert bin_codes(pattern) == codes


@pytest.mark.parametrize(
    "pattern", ["", "A[2-1]", "A [1-2]", "A[1-999999]", "[1-99][1-99]", "A[1-999999999999]", "x" * 30]
)
def test_a_pattern_that_makes_no_sense_is_refused(pattern):
    with pytest.raises(ValueError, match=r"."):
        bin_codes(pattern)


@given(first=st.integers(0, 40), count=st.integers(1, 40), places=st.integers(1, 9))
def test_every_code_is_there_once_and_sorted(first, count, places):
    codes = bin_codes(f"A[{first:03d}-{first + count - 1:03d}]-[1-{places}]")
    assert len(codes) == count * places
    assert codes == sorted(set(codes))


@pytest.mark.django_db
class TestPlaces:
    def test_bins_are_generated_after_the_zone_s_last_in_walking_order(self):
        site = make.site()
        zone = make.zone(site=site)
        make.bin(zone=zone, pick_sequence=100)
        by = By(make.actor("warehouse", scope=f"site:{site.pk}"))
        made = generate_bins(by, site_id=site.pk, zone_id=zone.pk, pattern="B[1-2]-[1-2]")
        assert (made.count, made.first, made.last) == (4, "B1-1", "B2-2")
        rows = Bin.objects.filter(zone=zone, code__startswith="B").order_by("pick_sequence")
        assert list(rows.values_list("code", "pick_sequence")) == [
            ("B1-1", 110), ("B1-2", 120), ("B2-1", 130), ("B2-2", 140),
        ]  # fmt: skip

    def test_all_or_none(self):
        site = make.site()
        zone = make.zone(site=site)
        make.bin(zone=zone, code="B2")
        by = By(make.actor("data_steward"))
        with pytest.raises(BinsExist, match="B2"):
            generate_bins(by, site_id=site.pk, zone_id=zone.pk, pattern="B[1-3]")
        with pytest.raises(BadInput):
            generate_bins(by, site_id=site.pk, zone_id=zone.pk, pattern="B[3-1]")
        with pytest.raises(ZoneElsewhere):
            generate_bins(by, site_id=site.pk, zone_id=make.zone(site=make.site()).pk, pattern="C1")
        assert Bin.objects.count() == 1

    def test_a_warehouse_keeps_its_own_bins_only(self):
        site = make.site()
        zone = make.zone(site=site)
        elsewhere = By(make.actor("warehouse", scope=f"site:{make.site().pk}"))
        with pytest.raises(NotPermitted):
            generate_bins(elsewhere, site_id=site.pk, zone_id=zone.pk, pattern="B1")
        with pytest.raises(NotPermitted):
            create_zone(elsewhere, site_id=site.pk, code="B", name="Bulk")

    def test_a_new_site_can_receive_and_ship(self):
        company = make.company()
        by = By(make.actor("data_steward"))
        asked = {"company_id": company.pk, "name": "Ghent", "country": "be", "cut_off": time(15)}
        made = create_site(by, code="gnt", time_zone="Europe/Brussels", **asked)
        kinds = Bin.objects.filter(site=made.site_id).order_by("pick_sequence").values_list("kind", flat=True)
        assert list(kinds) == ["receiving", "shipping", "transit", "hold"]
        with pytest.raises(CodeTaken):
            create_site(by, code="GNT", time_zone="Europe/Brussels", **asked)
        with pytest.raises(BadInput):
            create_site(by, code="GN2", time_zone="Europe/Atlantis", **asked)
        assert Site.objects.count() == 1

    def test_sites_and_bins_change_under_their_version(self):
        by, place = By(make.actor("data_steward")), make.bin()
        change_bin(by, bin_id=place.pk, version=1, changes={"kind": "hold"})
        change_site(by, site_id=place.site_id, version=1, changes={"cut_off": time(16)})
        with pytest.raises(StaleVersion):
            change_bin(by, bin_id=place.pk, version=1, changes={"is_active": False})
        with pytest.raises(StaleVersion):
            change_site(by, site_id=place.site_id, version=1, changes={"cut_off": time(17)})
        with pytest.raises(BadInput):
            change_site(by, site_id=place.site_id, version=2, changes={"working_days": "0000000"})
        place.refresh_from_db()
        assert (place.kind, place.version, place.site.cut_off) == ("hold", 2, time(16))
