"""Sites are closed on a day on which their week says open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound

from ..checks import sound_holiday
from ..errors import HolidayTaken
from ..models import Holiday, Site
from ..permissions import CHANGE_SITE


@dataclass(frozen=True, slots=True)
class HolidayAdded:
    holiday_ids: list[int]


def _taken(*, on: date, **_others: object) -> HolidayTaken:
    return HolidayTaken(site=_("One of the sites"), on=on, name=_("another holiday"), field="on")


@command("masterdata.add_holiday", conflicts={"holiday_unique": _taken})
def add_holiday(batch: Batch, *, site_ids: Sequence[int], on: date, name: str) -> HolidayAdded:
    """Close the sites on a day, all of them or none. Promises made before keep their dates.

    Raises NotFound, BadInput, HolidayTaken.
    """
    values = sound_holiday({"on": on, "name": name})
    wanted = sorted(set(site_ids))
    if not wanted:
        raise BadInput(field="sites", reason=_("choose at least one site."))
    sites = {site.pk: site for site in Site.objects.filter(pk__in=wanted)}
    for site_id in wanted:
        if site_id not in sites:
            raise NotFound(what=_("site"), reference=site_id)
        batch.actor.require(CHANGE_SITE, company=sites[site_id].company_id, site=site_id)
    taken = Holiday.objects.filter(site__in=wanted, on=on).select_related("site").order_by("site__code")
    if owner := taken.first():
        raise HolidayTaken(site=owner.site.code, on=on, name=owner.name, field="on")
    made = Holiday.objects.bulk_create(Holiday(site=sites[site_id], **values) for site_id in wanted)
    return HolidayAdded([row.pk for row in made])
