"""A new zone of a site."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked

from ..errors import CodeTaken
from ..models import Site, Zone
from ..permissions import CHANGE_BIN


@dataclass(frozen=True, slots=True)
class ZoneCreated:
    zone_id: int


@command("masterdata.create_zone")
def create_zone(batch: Batch, *, site_id: int, code: str, name: str) -> ZoneCreated:
    """Divide off a part of the site that is worked as one. Raises NotFound, BadInput, CodeTaken."""
    batch.actor.require(CHANGE_BIN, site=site_id)
    site = locked(Site.objects.all(), site_id)
    code, name = code.strip().upper(), name.strip()
    if not code or not name:
        raise BadInput(field="name" if code else "code", reason=_("this may not be empty."))
    if owner := site.zones.filter(code=code).first():
        raise CodeTaken(value=code, owner=owner.name, field="code")
    return ZoneCreated(Zone.objects.create(site=site, code=code, name=name).pk)
