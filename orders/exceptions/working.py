"""Entries under lock, for the verbs that give them an owner or a note."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import DomainError, NotFound

from .errors import ExceptionClosed, WorkedElsewhere
from .permissions import WORK_EXCEPTIONS
from .reads import ENTRIES
from .sources import SOURCES


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, locked."""

    id: int
    kind: str
    company_id: int
    site_id: int | None
    document: str
    owner_id: int | None
    owner: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Worked:
    """Entries that changed, and those that stayed: [[document, why], ...]."""

    exception_ids: list[int]
    refused: list[list[str]]


def lock_entries(
    batch: Batch, exception_ids: Sequence[int], *, strict: bool
) -> tuple[list[Entry], list[list[str]]]:
    """The open entries of these that the actor may work, and why the others may not be; `strict` raises it.

    Raises NotFound where none is there, NotPermitted outside the actor's scope.
    """
    found = [Entry(*row) for row in batch.read(ENTRIES, sorted(set(exception_ids)))]
    if not found:
        raise NotFound(what=_("exception"), reference=exception_ids[0] if exception_ids else "")
    free, refused = [], []
    for entry in found:
        batch.actor.require(WORK_EXCEPTIONS, company=entry.company_id, site=entry.site_id)
        why = _refusal(entry)
        if why is None:
            free.append(entry)
        elif strict:
            raise why
        else:
            refused.append([entry.document, str(why)])
    return free, refused


def _refusal(entry: Entry) -> DomainError | None:
    if entry.is_closed:
        return ExceptionClosed(document=entry.document)
    if SOURCES[entry.kind].read_only:
        return WorkedElsewhere(document=entry.document)
    return None
