"""An uploaded file between the look and the taking: stored under a generated name, named by a signed token."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from erp.kernel.tabular import FileRefused

FOLDER, SALT = "intake", "orders.intake"
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file: where it lies, what its user called it, which company receives it."""

    path: str
    name: str
    company_id: int

    def read(self) -> bytes:
        """Its content. Raises FileRefused when it is no longer kept."""
        if not default_storage.exists(self.path):
            raise FileRefused(reason=_("it is not kept any more. Choose it again."))
        with default_storage.open(self.path) as file:
            return bytes(file.read())

    def forget(self) -> None:
        default_storage.delete(self.path)


def keep_upload(content: bytes, name: str, company_id: int, user: Any) -> tuple[Upload, str]:
    """Store an upload outside the web root; the token opens it for this user, for a day."""
    _forget_old()
    path = default_storage.save(f"{FOLDER}/{uuid.uuid4()}", ContentFile(content))
    upload = Upload(path, name[:120], company_id)
    return upload, signing.dumps([path, upload.name, company_id, user.pk], salt=SALT, compress=True)


def kept_upload(token: str, user: Any) -> Upload:
    """The upload that a token names. Raises FileRefused for one that is old, forged or somebody else's."""
    try:
        path, name, company_id, owner = signing.loads(token, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        owner = None
    if owner != user.pk:
        raise FileRefused(reason=_("it is not kept any more. Choose it again."))
    return Upload(path, name, company_id)


def _forget_old() -> None:
    """What was looked at and never taken goes after a day."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if timezone.now() - default_storage.get_created_time(path) > KEPT:
            default_storage.delete(path)
