"""Where a user is signed in, and signing out elsewhere."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module

from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ..web import needs

BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session of the user. `handle` names it in forms without giving its key away."""

    key: str
    device: str
    address: str
    began_at: datetime | None
    seen_at: datetime | None
    present: bool

    @property
    def handle(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()[:24]


@needs()
def sessions(request: HttpRequest) -> HttpResponse:
    entries = _sessions_of(request)
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        ending = [entry for entry in entries if not entry.present and wanted in (entry.handle, "others")]
        store = import_module(settings.SESSION_ENGINE).SessionStore
        for entry in ending:
            store(entry.key).delete()
        messages.success(request, _("Signed out: %(n)s") % {"n": len(ending)})
        return redirect("sessions")
    return render(request, "erp/sessions.html", {"entries": entries})


def _sessions_of(request: HttpRequest) -> list[SignedIn]:
    """The user's live sessions, the last seen first. Reads them all: they live twelve hours at most."""
    mine = str(request.user.pk)
    entries = []
    for row in Session.objects.filter(expire_date__gt=timezone.now()):
        data = row.get_decoded()
        if data.get("_auth_user_id") == mine:
            entries.append(
                SignedIn(
                    key=row.session_key,
                    device=device(str(data.get("agent", ""))),
                    address=str(data.get("address", "")),
                    began_at=_instant(data.get("began_at")),
                    seen_at=_instant(data.get("seen_at")),
                    present=row.session_key == request.session.session_key,
                )
            )
    return sorted(entries, key=lambda entry: (entry.present, entry.seen_at or entry.began_at), reverse=True)


def device(agent: str) -> str:
    """`Chrome on Windows` of a browser's own description."""
    browser = next((name for mark, name in BROWSERS if mark in agent), _("A browser"))
    system = next((name for mark, name in SYSTEMS if mark in agent), "Linux" if "Linux" in agent else "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser


def _instant(stamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, tz=UTC) if stamp else None
