"""A new site of a company."""

from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound

from ..checks import sound_site
from ..errors import CodeTaken
from ..models import Bin, Company, Site, Zone
from ..permissions import CHANGE_SITE

DOCKS = (
    ("RECV", Bin.Kind.RECEIVING), ("SHIP", Bin.Kind.SHIPPING), ("TRANSIT", Bin.Kind.TRANSIT), ("HOLD", Bin.Kind.HOLD),
)  # fmt: skip
LAST = 90_000  # the docks come after every bin of a walk


@dataclass(frozen=True, slots=True)
class SiteCreated:
    site_id: int


@command("masterdata.create_site")
def create_site(
    batch: Batch,
    *,
    company_id: int,
    code: str,
    name: str,
    time_zone: str,
    country: str,
    cut_off: time,
    working_days: str = "1111100",
    ship_days: int = 0,
    address: str = "",
) -> SiteCreated:
    """Create the site with its docks, so that goods can come and go; shelves are generated later.

    Raises NotFound, BadInput, CodeTaken.
    """
    batch.actor.require(CHANGE_SITE, company=company_id)
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        raise NotFound(what=_("company"), reference=company_id)
    code = code.strip().upper()
    if not code:
        raise BadInput(field="code", reason=_("a site needs a code."))
    if owner := Site.objects.filter(code=code).first():
        raise CodeTaken(value=code, owner=owner, field="code")
    values = {"name": name.strip(), "time_zone": time_zone, "working_days": working_days}
    sound_site(values)
    site = Site.objects.create(
        company=company, code=code, country=country.strip().upper(), cut_off=cut_off, ship_days=ship_days,
        address=address.strip(), **values,
    )  # fmt: skip
    docks = Zone.objects.create(site=site, code="D", name=_("Docks"))
    Bin.objects.bulk_create(
        Bin(site=site, zone=docks, code=bin_code, kind=kind, pick_sequence=LAST + index)
        for index, (bin_code, kind) in enumerate(DOCKS)
    )
    return SiteCreated(site.pk)
