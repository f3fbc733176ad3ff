"""Sites and companies in the side menu; the sites that a user may choose to work at."""

from django.utils.translation import gettext_lazy as _

from erp.kernel import nav
from erp.kernel.access import access_of
from erp.kernel.models import User
from erp.kernel.workplace import Workplace, workplaces

from .queries import site_list


@workplaces
def sites(user: User) -> list[Workplace]:
    """The sites in use of the user's scope; nothing is asked for who has one only."""
    access = access_of(user)
    if not access.everywhere and len(access.scopes.get("site", ())) < 2:
        return []
    rows = site_list(user=user).filter(is_active=True)
    return [Workplace(*row) for row in rows.values_list("pk", "code", "name")]


nav.link(
    role=("data_steward", "process_owner"), group=_("Master data"), label=_("Sites and bins"), icon="warehouse",
    url_name="masterdata:site_list", permission="masterdata.view_place", order=14,
)  # fmt: skip
nav.link(
    role=("data_steward", "finance"), group=_("Master data"), label=_("Companies"), icon="landmark",
    url_name="masterdata:company_list", permission="masterdata.view_place", order=75,
)  # fmt: skip
nav.link(
    role="warehouse", group=_("Look up"), label=_("Bins"), icon="grid-3x3", url_name="masterdata:bin_list",
    permission="masterdata.view_place", order=64,
)  # fmt: skip
nav.link(
    role=("data_steward", "warehouse", "process_owner"), group=_("Master data"), label=_("Holidays"),
    icon="calendar-off", url_name="masterdata:holiday_list", permission="masterdata.view_place", order=80,
)  # fmt: skip
