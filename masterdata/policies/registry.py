"""Policies as the house declares them, and the one value that holds for whom it is asked (design.md 11).

A room declares its own in `policies.py`, which its app opens at start:

    from masterdata.policies.registry import declare_days

    RELEASE_HORIZON = declare_days(
        "inventory.release_horizon_days", 0, maximum=60,
        levels=("company", "site"), owner="warehouse",
        title=_("Release horizon"), help=_("How far ahead orders are released."),
    )

    RELEASE_HORIZON.value(site=site.pk, company=site.company_id)      # no query: from the process's snapshot
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.access import roles

from . import snapshot

T = TypeVar("T", int, Decimal, bool, str)

ENTERPRISE = "*"
LEVELS = ("customer", "site", "company")  # the most specific first


@dataclass(frozen=True, slots=True)
class Policy(Generic[T]):
    """One decision that data makes instead of code: what it is, who owns it, and where it may vary."""

    key: str
    type: type[T]
    default: T
    levels: tuple[str, ...]
    owner: str  # the role that answers for it
    title: Any
    help: Any
    unit: Any = ""
    minimum: T | None = None
    maximum: T | None = None
    choices: tuple[tuple[str, Any], ...] = ()

    @property
    def area(self) -> str:
        """The app whose verbs ask for it."""
        return self.key.partition(".")[0]

    def value(
        self,
        *,
        on: date | None = None,
        company: int | None = None,
        site: int | None = None,
        customer: int | None = None,
    ) -> T:
        """What holds on a day (none: today, UTC): the most specific approved variation, else the enterprise's
        value, else the code's default. Scopes are ids; levels that the policy does not vary by are ignored.
        """
        asked = {"customer": customer, "site": site, "company": company}
        day = on or timezone.now().date()
        for level in LEVELS:
            if asked[level] is not None and level in self.levels:
                found = snapshot.find(self.key, f"{level}:{asked[level]}", day)
                if found is not None:
                    return self.parse(found)
        found = snapshot.find(self.key, ENTERPRISE, day)
        return self.default if found is None else self.parse(found)

    def parse(self, raw: Any) -> T:
        """The typed value of a stored or entered one. Raises ValueError with one sentence."""
        value = self._typed(raw)
        if self.choices and value not in dict(self.choices):
            raise ValueError(_("Choose one of: %(choices)s.") % {"choices": ", ".join(dict(self.choices))})
        if self.minimum is not None and value < self.minimum:
            raise ValueError(_("At least %(limit)s.") % {"limit": self.minimum})
        if self.maximum is not None and value > self.maximum:
            raise ValueError(_("At most %(limit)s.") % {"limit": self.maximum})
        return value

    def _typed(self, raw: Any) -> Any:
        if self.type is bool:
            if raw in (True, "true", "on"):
                return True
            if raw in (False, "false", "", None):
                return False
            raise ValueError(_("This is yes or no."))
        if self.type is str:
            return str(raw)
        try:
            number = Decimal(str(raw))
        except InvalidOperation:
            raise ValueError(_("“%(text)s” is not a number.") % {"text": raw}) from None
        if not number.is_finite():
            raise ValueError(_("“%(text)s” is not a number.") % {"text": raw})
        if self.type is int:
            if number != number.to_integral_value():
                raise ValueError(_("This is a whole number."))
            return int(number)
        return number

    def store(self, value: T) -> Any:
        """The value as JSON keeps it: decimals as text, so that nothing is lost."""
        return str(value) if isinstance(value, Decimal) else value

    def say(self, value: T) -> str:
        """The value in words, with its unit."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        words = str(dict(self.choices).get(str(value), value))
        return f"{words} {self.unit}".strip()


_policies: dict[str, Policy[Any]] = {}


def declare(
    *,
    key: str,
    type: type[T],
    default: T,
    owner: str,
    title: Any,
    levels: tuple[str, ...] = (),
    help: Any = "",
    unit: Any = "",
    minimum: T | None = None,
    maximum: T | None = None,
    choices: tuple[tuple[str, Any], ...] = (),
) -> Policy[T]:
    """Declare a policy, once, in a room's `policies.py`. `levels`: where it may vary; `owner`: a role's key."""
    if key in _policies:
        raise ValueError(f"The policy {key} is declared twice.")
    if not set(levels) <= set(LEVELS):
        raise ValueError(f"The policy {key} varies by {set(levels) - set(LEVELS)}, which is no level.")
    if owner not in roles():
        raise ValueError(f"The policy {key} has no owner: there is no role {owner!r}.")
    policy = Policy(key, type, default, levels, owner, title, help, unit, minimum, maximum, choices)
    policy.parse(policy.store(default))
    _policies[key] = policy
    return policy


def declare_days(
    key: str,
    default: int,
    *,
    maximum: int,
    levels: tuple[str, ...],
    owner: str,
    title: Any,
    help: Any,
    minimum: int = 0,
) -> Policy[int]:
    """Declare a policy of whole days."""
    return declare(
        key=key,
        type=int,
        default=default,
        owner=owner,
        title=title,
        levels=levels,
        help=help,
        unit=gettext_lazy("days"),
        minimum=minimum,
        maximum=maximum,
    )


def declare_percent(
    key: str,
    default: int,
    *,
    levels: tuple[str, ...],
    owner: str,
    title: Any,
    help: Any,
    minimum: int = 0,
    maximum: int = 100,
) -> Policy[Decimal]:
    """Declare a policy in percent: 10 is 10 %."""
    return declare(
        key=key,
        type=Decimal,
        default=Decimal(default),
        owner=owner,
        title=title,
        levels=levels,
        help=help,
        unit=gettext_lazy("%"),
        minimum=Decimal(minimum),
        maximum=Decimal(maximum),
    )


def declare_limit(
    key: str, default: int, *, levels: tuple[str, ...], title: Any, help: Any
) -> Policy[Decimal]:
    """Declare how much something may be worth, in the company's currency. The process owner sets it."""
    return declare(
        key=key,
        type=Decimal,
        default=Decimal(default),
        owner="process_owner",
        title=title,
        levels=levels,
        help=help,
        minimum=Decimal(0),
        maximum=Decimal(10) ** 12,
    )


def policies() -> dict[str, Policy[Any]]:
    """Every declared policy by key, in alphabetical order."""
    return dict(sorted(_policies.items()))
