"""Files of documents: photos of damage, drawings, letters. Kept as they came, given out only as downloads.

A room says in its `sections.py` which documents take files, with which rights and on which page:

    attachable(SalesOrder, view=VIEW_ORDER, attach=ATTACH, page=lambda order: reverse("orders:order", ...))
"""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from operator import attrgetter
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .batch import Batch
from .command import command
from .errors import BadInput, DomainError, NotFound
from .files import write_whole
from .models import Attachment

MOST_BYTES = 10 * 1024 * 1024
FOLDER = "attachments"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# By the end of the name: what it is given out as, and how its content begins. Nothing here can run in a browser.
TYPES = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "xlsx": (XLSX, (b"PK\x03\x04",)),
    "docx": (DOCX, (b"PK\x03\x04",)),
    "csv": ("text/csv", ()),
    "txt": ("text/plain", ()),
    "xml": ("text/plain", ()),  # as what it is a browser would run it
}
# What a document's timeline says of the decisions; their outcome has the file's `name`.
VERBS = {
    "kernel.attach_file": gettext_lazy("File added"),
    "kernel.remove_attachment": gettext_lazy("File removed"),
}


class FileNotTaken(DomainError):
    code = "kernel.file_not_taken"
    message = gettext_lazy("{name} is not taken: {reason}")
    status = 422


class FileThereAlready(DomainError):
    code = "kernel.file_there_already"
    message = gettext_lazy(
        "{document}: this very file is there already, as {name}. Remove that one to add it anew."
    )


class FileChanged(DomainError):
    code = "kernel.file_changed"
    message = gettext_lazy(
        "{name} is not the file any more that was added. Ask the administrator for the backup's."
    )


@dataclass(frozen=True, slots=True)
class Attachable:
    """A kind of document that takes files: who sees and who adds them, and the page of one."""

    model: Any
    view: str
    attach: str
    page: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was looked at and written: only its row is missing."""

    name: str
    content_type: str
    size: int
    sha256: str
    path: str


@dataclass(frozen=True, slots=True)
class Attached:
    attachment_id: int


_attachables: dict[str, Attachable] = {}


def attachable(model: type[Model], *, view: str, attach: str, page: Callable[[Any], str]) -> None:
    """Let documents of this model, which has SCOPE, take files."""
    _attachables[model._meta.label_lower] = Attachable(model, view, attach, page)


def kind_of(subject: str) -> Attachable:
    """The kind of document with this label. Raises NotFound."""
    if subject not in _attachables:
        raise NotFound(what=_("kind of document"), reference=subject)
    return _attachables[subject]


def store_file(name: str, content: bytes) -> StoredFile:
    """Look at a file and write it to its place, which its content names. Raises FileNotTaken."""
    name = _plain(name)
    if not content:
        raise FileNotTaken(name=name, reason=_("it is empty."))
    if len(content) > MOST_BYTES:
        raise FileNotTaken(name=name, reason=_("it has more than %(n)s MB.") % {"n": MOST_BYTES // 1024**2})
    content_type = _type_of(name, content)
    digest = hashlib.sha256(content).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}"
    place = Path(settings.MEDIA_ROOT) / path
    if not place.exists():
        write_whole(place, content)
    return StoredFile(name, content_type, len(content), digest, path)


def _plain(name: str) -> str:
    """The last part of the name, without signs that are no text."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    return "".join(sign for sign in last if sign.isprintable()).strip(" .")[-120:] or "file"


def _type_of(name: str, content: bytes) -> str:
    end = name.rpartition(".")[2].lower()
    if end not in TYPES:
        raise FileNotTaken(name=name, reason=_("one of these: %(ends)s.") % {"ends": ", ".join(TYPES)})
    content_type, beginnings = TYPES[end]
    if beginnings and not content.startswith(beginnings):
        raise FileNotTaken(name=name, reason=_("its content is not what its name says."))
    if not beginnings and not _is_text(content):
        raise FileNotTaken(name=name, reason=_("its content is not text (UTF-8)."))
    if end in ("xlsx", "docx") and _has_macros(content):
        raise FileNotTaken(name=name, reason=_("it has macros, or is damaged. Save it without them."))
    return content_type


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _has_macros(content: bytes) -> bool:
    try:
        names = zipfile.ZipFile(BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        return True
    return any(name.lower().endswith(".bin") and "vba" in name.lower() for name in names)


@command(
    "kernel.attach_file",
    conflicts={
        "attachment_once": lambda **given: FileThereAlready(
            document=_("The document"), name=given["file"].name
        )
    },
)
def attach_file(batch: Batch, *, subject: str, subject_id: int, file: StoredFile) -> Attached:
    """Put a stored file to a document. Raises NotFound, NotPermitted, FileThereAlready."""
    kind = kind_of(subject)
    row = _document(batch, kind, subject_id)
    known = Attachment.objects.filter(
        subject=subject, subject_id=subject_id, sha256=file.sha256, removed_at=None
    ).first()
    if known is not None:
        raise FileThereAlready(document=row, name=known.name)
    (made,) = batch.draw(kernel_attachment=1)["kernel_attachment"]
    batch.insert(
        Attachment,
        id=made,
        subject=subject,
        subject_id=subject_id,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        path=file.path,
        added_at=batch.now,
        added_by=batch.actor.name,
    )
    batch.decide(
        "kernel.attach_file", kind.model, subject_id, {"file": made, "name": file.name, "size": file.size}
    )
    return Attached(made)


@command("kernel.remove_attachment")
def remove_attachment(batch: Batch, *, attachment_id: int) -> None:
    """Take a file off its document; it stays kept. Removing twice changes nothing. Raises NotFound, NotPermitted."""
    found = Attachment.objects.filter(pk=attachment_id).select_for_update(no_key=True).first()
    if found is None:
        raise NotFound(what=_("file"), reference=attachment_id)
    kind = kind_of(found.subject)
    _document(batch, kind, found.subject_id)
    if found.removed_at is not None:
        return
    batch.update(Attachment, [found.pk], removed_at=batch.now, removed_by=batch.actor.name)
    batch.decide(
        "kernel.remove_attachment", kind.model, found.subject_id, {"file": found.pk, "name": found.name}
    )


def _document(batch: Batch, kind: Attachable, pk: int) -> Any:
    """The document, for an actor who may put files to it where it belongs."""
    row = kind.model.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(what=kind.model._meta.verbose_name, reference=pk)
    scope = {name: attrgetter(path.replace("__", "."))(row) for name, path in kind.model.SCOPE.items()}
    batch.actor.require(kind.attach, **scope)
    return row


def files_of(row: Model) -> QuerySet[Attachment]:
    """The document's files, newest first. Who may see the document may see its files."""
    rows = Attachment.objects.filter(subject=row._meta.label_lower, subject_id=row.pk, removed_at=None)
    return rows.order_by("-pk")


def visible_file(pk: int, *, user: Any) -> tuple[Attachment, Any] | None:
    """The file and its document, for a reader who may see that document; removed ones are nobody's."""
    found = Attachment.objects.filter(pk=pk, removed_at=None).first()
    if found is None or found.subject not in _attachables:
        return None
    kind = _attachables[found.subject]
    if not user.has_perm(kind.view):
        return None
    row = kind.model.objects.visible_to(user).filter(pk=found.subject_id).first()
    return (found, row) if row is not None else None


def content_of(file: Attachment) -> bytes:
    """The file as it came. Raises FileChanged when its digest differs, BadInput when it is gone."""
    place = Path(settings.MEDIA_ROOT) / file.path
    if not place.exists():
        raise BadInput(field=_("file"), reason=_("it is not kept here. Ask for the backup's."))
    content = place.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileChanged(name=file.name)
    return content


def panel(request: Any, row: Model) -> dict[str, Any]:
    """What `erp/_attachments.html` shows of a document."""
    kind = _attachables[row._meta.label_lower]
    return {
        "files": files_of(row),
        "files_subject": row._meta.label_lower,
        "files_id": row.pk,
        "may_attach": request.user.has_perm(kind.attach),
        "file_ends": ",".join(f".{end}" for end in TYPES),
        "file_megabytes": MOST_BYTES // 1024**2,
    }
