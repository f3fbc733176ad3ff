"""The inbox as a reader may see it, and the story of one entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.kernel.models import Decision, User

from .models import OrderException
from .sources import SOURCES


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the timeline."""

    what: str
    who: str
    at: datetime
    text: str = ""


def exception_list(*, user: Any) -> QuerySet[OrderException]:
    """Entries in scope with what a row shows; open and closed."""
    return OrderException.objects.visible_to(user).select_related("customer__party", "site", "owner", "order")


def fix_url(entry: OrderException) -> str:
    """Where the cause is put right: the order, the parked line, the notice, the stopped invoice."""
    found = SOURCES[entry.kind]
    return reverse(found.url, args=[entry.document if found.by_document else entry.subject_id])


def story(entry: OrderException) -> list[Happening]:
    """What happened to an entry, newest first: hands it went through, and what was noted."""
    label = SOURCES[entry.kind].label
    happened = [Happening(str(label), "", entry.opened_at, entry.detail)]
    decisions = list(
        Decision.objects.filter(
            subject="orders.orderexception", subject_id=entry.pk, verb="orders.assign_exceptions"
        )
    )
    owners = {decision.outcome["to"] for decision in decisions if decision.outcome.get("to")}
    names = dict(User.objects.filter(pk__in=owners).values_list("pk", "name"))
    for decision in decisions:
        owner = names.get(decision.outcome.get("to"), _("nobody"))
        words = _("Given to %(owner)s") % {"owner": owner}
        happened.append(Happening(words, decision.actor, decision.recorded_at))
    happened += [Happening(_("Note"), note.made_by, note.made_at, note.text) for note in entry.notes.all()]
    if entry.closed_at:
        happened.append(Happening(_("Closed: the cause is gone"), "", entry.closed_at))
    return sorted(happened, key=lambda each: each.at, reverse=True)
