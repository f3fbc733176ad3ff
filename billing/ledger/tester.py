"""Which accounts an event would take, and why: the account rules asked without posting anything.

Each room says which purposes its postings take:

    posting_event("invoice", _("Invoice"), debit(Purpose.RECEIVABLE), credit(Purpose.REVENUE, by_class=True), ...)
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.ledger.models import Account, AccountRule, Purpose
from masterdata.models import ItemClass


@dataclass(frozen=True, slots=True)
class Share:
    """One side of a posting; `by_class` where the item's class may have a rule of its own."""

    purpose: Purpose
    is_debit: bool
    by_class: bool = False
    otherwise: Purpose | None = None  # whose account serves where the purpose has no rule


@dataclass(frozen=True, slots=True)
class PostingEvent:
    """Something that posts a journal, and what it posts."""

    key: str
    label: Any
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Determined:
    """The account that a share would take; none where even suspense has no rule."""

    share: Share
    account: Account | None
    why: str
    is_suspense: bool = False


_events: dict[str, PostingEvent] = {}


def debit(purpose: Purpose, *, by_class: bool = False, otherwise: Purpose | None = None) -> Share:
    return Share(purpose, True, by_class, otherwise)


def credit(purpose: Purpose, *, by_class: bool = False, otherwise: Purpose | None = None) -> Share:
    return Share(purpose, False, by_class, otherwise)


def posting_event(key: str, label: Any, *shares: Share) -> None:
    """Register what an event posts."""
    _events[key] = PostingEvent(key, label, shares)


def posting_events() -> dict[str, PostingEvent]:
    """Every event that a room has registered, by key."""
    return dict(_events)


def determine(*, company_id: int, event: PostingEvent, item_class: ItemClass | None) -> list[Determined]:
    """The accounts that the event would take now, in the order that posting asks the rules; one statement."""
    rules = {
        (rule.purpose, rule.item_class_id): rule.account
        for rule in AccountRule.objects.filter(company=company_id).select_related("account")
    }
    return [_determined(share, rules, item_class) for share in event.shares]


def _determined(
    share: Share, rules: dict[tuple[str, int | None], Account], item_class: ItemClass | None
) -> Determined:
    asked = [share.purpose] + ([share.otherwise] if share.otherwise else [])
    for place, purpose in enumerate(asked):
        prefix = (
            _("%(purpose)s has no rule, so that of %(other)s serves: ")
            % {"purpose": share.purpose.label, "other": purpose.label}
            if place
            else ""
        )
        if share.by_class and item_class is not None and (purpose.value, item_class.pk) in rules:
            why = _("the rule of class %(name)s") % {"name": item_class.name}
            return Determined(share, rules[purpose.value, item_class.pk], prefix + why)
        if (purpose.value, None) in rules:
            return Determined(share, rules[purpose.value, None], prefix + _("the rule for all classes"))
    suspense = rules.get((Purpose.SUSPENSE.value, None))
    if suspense is None:
        return Determined(share, None, _("no rule, and none for suspense: the posting is refused"))
    return Determined(
        share, suspense, _("no rule: it waits in suspense until one is added"), is_suspense=True
    )


SINGLE = "purpose:"  # an event of one purpose alone


def event_of(key: str) -> PostingEvent | None:
    """A registered event, or one purpose alone (`purpose:fees`)."""
    if key.startswith(SINGLE) and key.removeprefix(SINGLE) in Purpose.values:
        purpose = Purpose(key.removeprefix(SINGLE))
        return PostingEvent(key, purpose.label, (debit(purpose, by_class=True),))
    return _events.get(key)


def choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Events and single purposes, grouped for a form."""
    return [
        (gettext_lazy("Events"), [(each.key, each.label) for each in _events.values()]),
        (gettext_lazy("One purpose"), [(f"{SINGLE}{each.value}", each.label) for each in Purpose]),
    ]
