"""The folder through which files come and acknowledgements go: in/ is read, done/ and failed/ keep, out/ is fetched.

A file is kept in the database before it leaves in/, so that a run that is killed is simply run again: the same
content is the same delivery. A file that is still being written is left alone until it has rested.
"""

import logging
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F

from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import Busy, DomainError
from erp.kernel.files import write_whole
from erp.kernel.tabular import MOST_BYTES
from masterdata.models import Company

from .actions.receive_delivery import receive_delivery
from .delivering import EDI, take_delivery
from .models import Delivery, OutboundMessage

log = logging.getLogger(__name__)

PARTIAL = (".part", ".tmp", ".filepart")
BATCH = 200


@dataclass(frozen=True, slots=True)
class Swept:
    """What one look at the folder did."""

    received: int = 0
    failed: int = 0
    taken: int = 0
    sent: int = 0


def folder(name: str) -> Path:
    """in, done, failed or out, made when it is missing."""
    path = Path(settings.EDI_FOLDER) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def sweep(*, rest_s: float | None = None) -> Swept:
    """Receive what lies in in/, take what is not taken yet, put out what is to be sent."""
    received, failed = _receive_all(settings.EDI_REST_S if rest_s is None else rest_s)
    return Swept(received, failed, take_pending(), send_waiting())


def _waiting_files(rest_s: float) -> Iterator[tuple[Path, os.stat_result]]:
    """Files of in/ that have rested, as they were seen, and those of the companies' own folders, in/<their code>/."""
    quiet_since = time.time() - rest_s
    for path in sorted(folder("in").rglob("*")):
        if path.name.startswith(".") or path.name.lower().endswith(PARTIAL):
            continue
        try:
            seen = path.lstat()
        except OSError:
            continue  # another worker was quicker
        if stat.S_ISREG(seen.st_mode) and seen.st_mtime <= quiet_since:
            yield path, seen


def _receive_all(rest_s: float) -> tuple[int, int]:
    """Every file for itself: one that nobody can read stays where it is and keeps no other one waiting."""
    received = failed = 0
    companies = _companies()
    for path, seen in _waiting_files(rest_s):
        try:
            _receive(path, companies)
        except FileNotFoundError:
            continue  # another worker was quicker
        except (OSError, OperationalError, Busy):
            log.exception("file left for the next look", extra={"file": _shown(path.name)})
        except (DomainError, LookupError) as refusal:
            log.warning("file not received", extra={"file": _shown(path.name), "reason": str(refusal)})
            failed += _move(path, seen, "failed")
        else:
            received += _move(path, seen, "done")
    return received, failed


def _companies() -> dict[str, int]:
    """Companies by their code; without a code, the first of the house."""
    rows = list(Company.objects.order_by("pk").values_list("code", "pk"))
    return {code.upper(): pk for code, pk in [*reversed(rows), *(("", pk) for _code, pk in rows[:1])]}


def _receive(path: Path, companies: dict[str, int]) -> None:
    """Keep a file for the company whose code its folder has, else for the first of the house."""
    place = path.parent.relative_to(folder("in")).parts
    company_id = companies[place[0].upper() if place else ""]
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)  # what is more is refused, however much it is
    receive_delivery(By(EDI), content=content, source=_shown(path.name), channel="csv", company_id=company_id)


def _shown(name: str) -> str:
    """A file's name as it can be stored: what is no text in it is marked."""
    return os.fsencode(name).decode("utf-8", "replace")


def _move(path: Path, seen: os.stat_result, name: str) -> int:
    """Move a file on; one of the same name that lies there already keeps its own. The count of files moved.

    A file that was written to after it was seen stays: the next look takes what it holds now.
    """
    target = folder(name) / path.name
    if target.exists():
        target = target.with_name(f"{target.stem[:40]}.{time.time_ns()}{target.suffix[:20]}")
    try:
        if _version(path.lstat()) != _version(seen):
            return 0
        path.replace(target)
    except FileNotFoundError:
        return 0
    return 1


def _version(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def take_pending() -> int:
    """Take deliveries whose documents are not all taken: new ones, and those that a killed run left.

    One that another worker is at is his. One that cannot be taken now keeps no other one waiting.
    """
    taken = 0
    for delivery_id in _pending():
        try:
            take_delivery(delivery_id)
        except Exception:
            log.exception("delivery left for the next look", extra={"delivery": delivery_id})
        else:
            taken += 1
    return taken


@transaction.atomic
def _pending() -> list[int]:
    rows = Delivery.objects.filter(taken_at=None).order_by("pk")
    return list(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:BATCH])


def send_waiting() -> int:
    """Put waiting messages into out/, each whole or not at all, then note that it is there."""
    sent = 0
    while chosen := _claim_and_send():
        sent += chosen
    return sent


@transaction.atomic
def _claim_and_send() -> int:
    waiting = OutboundMessage.objects.filter(state=OutboundMessage.State.WAITING).order_by("pk")
    chosen = list(waiting.select_for_update(skip_locked=True, no_key=True)[:BATCH])
    for message in chosen:
        write_whole(folder("out") / message.file_name, message.as_bytes())
    OutboundMessage.objects.filter(pk__in=[message.pk for message in chosen]).update(
        state=OutboundMessage.State.SENT, sent_at=now(), times_sent=F("times_sent") + 1
    )
    return len(chosen)
