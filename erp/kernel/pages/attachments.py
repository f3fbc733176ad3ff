"""Adding, giving out and removing files of documents. A file is a download, never a page of ours."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..actor import Actor
from ..attachments import attach_file, content_of, kind_of, remove_attachment, store_file, visible_file
from ..command import By
from ..errors import BadInput, NotFound
from ..web import done, needs


@require_POST
@needs()
def add(request: HttpRequest, subject: str, pk: int) -> HttpResponse:
    """Put an uploaded file to a document that the reader sees."""
    try:
        kind = kind_of(subject)
    except NotFound:
        raise Http404 from None
    row = get_object_or_404(kind.model.objects.visible_to(request.user), pk=pk)
    given = request.FILES.get("file")
    if given is None:
        raise BadInput(field=_("file"), reason=_("choose one."))
    actor = Actor.of(request.user)
    actor.require(kind.attach)  # nothing is written for those who may not
    file = store_file(given.name or "file", given.read())
    attach_file(By(actor), subject=subject, subject_id=row.pk, file=file)
    return done(request, _("%(name)s is added") % {"name": file.name}, back=kind.page(row))


@require_GET
@needs()
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came: to be saved, not opened inside our pages."""
    found = visible_file(pk, user=request.user)
    if found is None:
        raise Http404
    file, _row = found
    response = HttpResponse(content_of(file), content_type=file.content_type)
    plain = (
        file.name.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_").replace("?", "_")
    )
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Download-Options"] = "noopen"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@needs()
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off its document."""
    found = visible_file(pk, user=request.user)
    if found is None:
        raise Http404
    file, row = found
    remove_attachment(By(Actor.of(request.user)), attachment_id=file.pk)
    return done(request, _("%(name)s is removed") % {"name": file.name}, back=kind_of(file.subject).page(row))
