"""What lists are declared with: tabs, sums, buckets and bulk actions. Import them from `erp.kernel.lists`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Q

from .errors import DomainError
from .models import User

Condition = Q | Callable[[User], Q]
EVERY_ROW = Q()


@dataclass(frozen=True, slots=True)
class Tab:
    """A built-in view: a name for a condition, with its own count. The first is open when none is asked for."""

    key: str
    label: Any
    condition: Condition = EVERY_ROW


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum in the footer, over the filtered set. `unit` stands before it.

    Amounts say with `currency` which field names their currency: each has a sum of its own, never one over several.
    """

    key: str
    label: Any
    expression: str
    unit: str = ""
    places: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A count at the right of the filters, such as "Over 20 days"."""

    label: Any
    condition: Condition
    tone: str = "mute"


@dataclass(slots=True)
class Outcome:
    """What a bulk action did: how many, what it refused and why, and which ids Undo would take back."""

    done: int
    refused: list[str] = field(default_factory=list)
    undo: list[int] = field(default_factory=list)


def one_by_one(ids: Iterable[int], verb: Callable[[int], object]) -> Outcome:
    """A verb for each id in a transaction of its own: what it refuses is told, and the others are done."""
    outcome = Outcome(0)
    for pk in ids:
        try:
            verb(pk)
        except DomainError as error:
            outcome.refused.append(str(error))
        else:
            outcome.done += 1
    return outcome


@dataclass(frozen=True, slots=True)
class BulkAction:
    """One thing to do with the selection.

    run(user, ids, **answers) returns an Outcome or the number done, and writes in one transaction of its own.
    past: `ngettext_lazy("%(n)d order released", "%(n)d orders released", "n")`.
    undo(user, ids): the reverse transaction; leave it out where something leaves the house, and set `confirm`
    to the effect instead ("{n} invoices are sent to their customers."). form: asked for in the drawer first.
    """

    name: str
    label: Any
    permission: str
    run: Callable[..., "Outcome | int"]
    past: Any
    icon: str = "check"
    undo: Callable[[User, list[int]], Any] | None = None
    confirm: Any = ""
    form: type[forms.Form] | None = None

    def form_of(self, user: User, data: Any = None) -> forms.Form:
        """The form as `user` may fill it in; one whose choices depend on them says so with `of_user = True`."""
        form: Callable[..., forms.Form] | None = self.form
        assert form
        return form(data, user=user) if getattr(form, "of_user", False) else form(data)


def meets(condition: Condition, user: User) -> Q:
    return condition if isinstance(condition, Q) else condition(user)
