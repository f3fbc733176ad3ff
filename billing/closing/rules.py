"""When a task of a close is green, and what its state is called: pure."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Figure(NamedTuple):
    """What a check found: open documents, and the two sides of a control account where it ties one."""

    found: int = 0
    books: Decimal | None = None
    documents: Decimal | None = None

    @property
    def is_green(self) -> bool:
        return self.found == 0 and self.books == self.documents


STATES: dict[str, tuple[Any, str]] = {
    "green": (_("Green"), "ok"),
    "done": (_("Done"), "ok"),
    "waived": (_("Waived"), "info"),
    "asked": (_("Waiver asked"), "warn"),
    "red": (_("Red"), "bad"),
    "noted": (_("To note"), "warn"),
    "late": (_("Late"), "bad"),
    "open": (_("To do"), "info"),
}
SETTLED = frozenset({"green", "done", "waived"})


def state_of(task: Any, today: date) -> str:
    """A key of STATES. `task` has the columns of CloseTask."""
    if task.check_key and Figure(task.found, task.books, task.documents).is_green:
        return "green"
    if task.done_at is not None:
        return "done"
    if task.waived_by:
        return "waived"
    if task.waiver_asked_by:
        return "asked"
    if task.check_key:
        return "red" if task.is_blocking else "noted"
    return "late" if task.due_on < today else "open"


def keeps_open(task: Any) -> bool:
    """Whether the task keeps its period open."""
    return bool(task.is_blocking) and state_of(task, date.min) not in SETTLED
