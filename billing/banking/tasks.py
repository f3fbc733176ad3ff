"""A large bank file with progress: taken whole, then looked at entry by entry."""

from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.banking.actions.match_entries import match_entries
from billing.banking.actions.take_bank_file import CHUNK, take_bank_file
from billing.banking.models import BankEntry
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.jobs import JobRun, job, start_job
from erp.kernel.models import Job, User

BANK_FILE = "billing.bank_file"
INLINE_BYTES = 512 * 1024  # a second's work; more is a job


def start_bank_file(name: str, content: bytes, user: User) -> Job:
    """Put the file aside and have a worker take it."""
    path = default_storage.save(f"bank/{uuid4()}", ContentFile(content))
    return start_job(BANK_FILE, _("Bank file %(name)s") % {"name": name}, {"path": path, "name": name}, user)


@job(BANK_FILE, queue="billing")
def take_large_file(run: JobRun) -> str:
    """Take the file and look at its entries, chunk by chunk; a second run goes on where the first one stopped."""
    user, path = run.requested_by, run.params["path"]
    assert user is not None, "a file is taken for somebody"
    with default_storage.open(path) as file:
        content = bytes(file.read())
    by = By(Actor.of(user), key=f"job-{run.job_id}")
    taken = take_bank_file(by, name=run.params["name"], content=content)
    run.total(taken.entries)
    ids = BankEntry.objects.filter(statement__in=taken.statement_ids).order_by("pk")
    while not run.cancelled:
        after = run.position.get("after", 0)
        chunk = list(ids.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            break
        fresh = ids.filter(pk__in=chunk, state=BankEntry.State.NEW).values_list("pk", flat=True)
        match_entries(By(Actor.system("banking")), entry_ids=list(fresh))
        run.cursor({"after": chunk[-1]})
        run.advance(len(chunk))
    default_storage.delete(path)
    waiting = ids.filter(state__in=BankEntry.OPEN).count()
    return ngettext(
        "%(n)d entry taken, %(waiting)d to work", "%(n)d entries taken, %(waiting)d to work", taken.entries
    ) % {"n": taken.entries, "waiting": waiting}
