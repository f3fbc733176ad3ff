"""What companies and sites are checked for."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from erp.kernel.errors import BadInput
from erp.kernel.formats import zones
from masterdata.bankcodes import is_bic, is_iban, looks_like_iban, plain

WEEK = re.compile(r"[01]{7}")
ADDRESS_SCHEME = re.compile(r"[0-9]{4}|[A-Z]{2}")
ACCOUNT = re.compile(r"[A-Z0-9]{1,34}")


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


def sound_endpoint(values: Mapping[str, Any]) -> dict[str, Any]:
    """An electronic address: a scheme of the EAS list and what it says there, both or neither. Raises BadInput."""
    scheme, address = values["endpoint_scheme"].strip().upper(), values["endpoint_id"].strip()
    if scheme and not ADDRESS_SCHEME.fullmatch(scheme):
        raise BadInput(field="endpoint_scheme", reason=_("four digits or two letters, such as 0208 or EM."))
    if bool(scheme) != bool(address):
        field = "endpoint_id" if scheme else "endpoint_scheme"
        raise BadInput(field=field, reason=_("an electronic address has a scheme and an identifier."))
    return {**values, "endpoint_scheme": scheme, "endpoint_id": address}


def sound_email(field: str, address: str) -> str:
    """An e-mail address, or none. Raises BadInput."""
    address = address.strip()
    try:
        if address:
            validate_email(address)
    except ValidationError:
        raise BadInput(field=field, reason=_("an e-mail address, such as ap@example.com.")) from None
    return address


def sound_account(values: Mapping[str, Any]) -> dict[str, Any]:
    """A bank account: an IBAN with its check digits right, or what else the country has. Raises BadInput."""
    number, bic = plain(values["account_number"]), plain(values["bic"])
    if number and not ACCOUNT.fullmatch(number):
        raise BadInput(field="account_number", reason=_("up to 34 letters and digits."))
    if looks_like_iban(number) and not is_iban(number):
        raise BadInput(field="account_number", reason=_("the check digits of this IBAN are wrong."))
    if bic and not is_bic(bic):
        raise BadInput(field="bic", reason=_("8 or 11 letters and digits, such as KREDBEBB."))
    return {**values, "account_number": number, "bic": bic}
