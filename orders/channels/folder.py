"""The folder through which files come and acknowledgements go: in/ is read, done/ and failed/ keep, out/ is fetched.

A file is kept in the database before it leaves in/, so that a run that is killed is simply run again: the same
content is the same delivery. A file that is still being written is left alone until it has rested.
"""

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from erp.kernel.clock import now
from erp.kernel.command import By
from erp.kernel.errors import DomainError
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


def _waiting_files(rest_s: float) -> Iterator[Path]:
    """Files of in/ that have rested, and with them the companies' own folders, in/<company's code>/."""
    quiet_since = time.time() - rest_s
    for path in sorted(folder("in").rglob("*")):
        hidden = path.name.startswith(".") or path.name.lower().endswith(PARTIAL)
        if path.is_file() and not path.is_symlink() and not hidden and path.stat().st_mtime <= quiet_since:
            yield path


def _receive_all(rest_s: float) -> tuple[int, int]:
    received = failed = 0
    for path in _waiting_files(rest_s):
        company_id = _company_of(path)
        try:
            if company_id is None:
                raise LookupError("no company")
            receive_delivery(
                By(EDI), content=path.read_bytes(), source=path.name, channel="csv", company_id=company_id
            )
        except FileNotFoundError:
            continue  # another worker was quicker
        except (DomainError, LookupError) as refusal:
            log.warning("file not received", extra={"file": path.name, "reason": str(refusal)})
            failed += _move(path, "failed")
        else:
            received += _move(path, "done")
    return received, failed


def _company_of(path: Path) -> int | None:
    """Whose file it is: the company whose code the folder has, else the first of the house."""
    companies = Company.objects.order_by("pk")
    place = path.parent.relative_to(folder("in"))
    if place.parts:
        companies = companies.filter(code__iexact=place.parts[0])
    return companies.values_list("pk", flat=True).first()


def _move(path: Path, name: str) -> int:
    """Move a file on; one of the same name that lies there already keeps its own. The count of files moved."""
    target = folder(name) / path.name
    if target.exists():
        target = target.with_name(f"{target.stem}.{time.time_ns()}{target.suffix}")
    try:
        path.replace(target)
    except FileNotFoundError:
        return 0
    return 1


def take_pending() -> int:
    """Take deliveries whose documents are not all taken: new ones, and those that a killed run left."""
    pending = list(Delivery.objects.filter(taken_at=None).order_by("pk").values_list("pk", flat=True)[:BATCH])
    for delivery_id in pending:
        take_delivery(delivery_id)
    return len(pending)


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
        write_whole(folder("out") / message.file_name, message.content)
        message.state, message.sent_at = OutboundMessage.State.SENT, now()
        message.times_sent += 1
        message.save(update_fields=["state", "sent_at", "times_sent"])
    return len(chosen)


def write_whole(path: Path, content: str) -> None:
    """A file that nobody ever sees half written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
