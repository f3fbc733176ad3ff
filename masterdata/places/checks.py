"""What sites are checked for."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.errors import BadInput
from erp.kernel.formats import zones

WEEK = re.compile(r"[01]{7}")


def sound_site(values: Mapping[str, Any]) -> None:
    """Zone, week and name of a site, as far as they are given. Raises BadInput."""
    if "name" in values and not values["name"].strip():
        raise BadInput(field="name", reason=_("a site needs a name."))
    if "time_zone" in values and values["time_zone"] not in zones():
        raise BadInput(field="time_zone", reason=_("a zone of the IANA database, such as Europe/Brussels."))
    week = values.get("working_days", "1111100")
    if not WEEK.fullmatch(week) or "1" not in week:
        raise BadInput(field="working_days", reason=_("a site works on at least one day of the week."))


def sound_holiday(values: Mapping[str, Any]) -> dict[str, Any]:
    """Day and name of a holiday, as far as they are given. Raises BadInput."""
    sound = dict(values)
    if "name" in sound:
        sound["name"] = sound["name"].strip()
        if not sound["name"]:
            raise BadInput(field="name", reason=_("say why the site is closed, such as Labour Day."))
    return sound
