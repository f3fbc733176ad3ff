"""Changing a record that others may change meanwhile: locked, compared with what its form was opened on."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet
from django.utils.translation import gettext as _

from erp.kernel.audit import filed_under, history_of
from erp.kernel.errors import BadInput, NotFound, StaleVersion

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], pk: int | str) -> M:
    """The row, locked. Raises NotFound, also for rows outside of `rows`."""
    found = rows.filter(pk=pk).select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise NotFound(what=rows.model._meta.verbose_name, reference=pk)
    return found


def locked_at(
    rows: QuerySet[M], pk: int | str, version: int, changes: Mapping[str, Any], **parts: Mapping[str, Any]
) -> M:
    """The row, locked, if it still has the version that the changes were made on.

    `parts` are changes of rows it refers to and that are edited with it (party={"name": …}). Raises NotFound, and
    StaleVersion with each field that would be overwritten: label, mine, theirs.
    """
    row = locked(rows, pk)
    if row.version != version:  # type: ignore[attr-defined]
        newest = next(iter(history_of(type(row), filed_under(row), limit=1)), None)
        edited = [(row, changes), *((getattr(row, part), wanted) for part, wanted in parts.items())]
        differing = [
            {"label": label(one, name), "mine": words(one, name, mine), "theirs": words(one, name, theirs)}
            for one, wanted in edited
            for name, mine in wanted.items()
            if (theirs := getattr(one, name)) != mine
        ]
        raise StaleVersion(
            document=str(row),
            actor=newest.actor if newest else _("somebody"),
            version=row.version,  # type: ignore[attr-defined]
            changes=differing,
        )
    return row


def write(row: Model, changes: Mapping[str, Any], *also: str) -> bool:
    """Save what differs, and the fields `also` that the caller has set, under the next version; whether any did."""
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    if not changed and not also:
        return False
    row.version += 1  # type: ignore[attr-defined]
    row.save(update_fields=[*(_field(row, name).name for name in changed), *also, "version"])
    return True


def end_on(row: Any, on: date) -> None:
    """End a locked, dated row: `on` is the first day without it. One that had not begun goes; the history keeps it.

    Raises BadInput where it ends before.
    """
    if row.valid_to is not None and row.valid_to <= on:
        raise BadInput(field="on", reason=_("it ends before that day already."))
    if on <= row.valid_from:
        row.delete()
        return
    row.valid_to = on
    counted = hasattr(row, "version")
    if counted:
        row.version += 1
    row.save(update_fields=["valid_to", "version"] if counted else ["valid_to"])


def only(allowed: frozenset[str], changes: Mapping[str, Any]) -> None:
    """Refuse fields that are not for changing."""
    for name in changes:
        if name not in allowed:
            raise BadInput(field=name, reason=_("this cannot be changed here."))


def label(row: Model, name: str) -> str:
    """What people call the field."""
    return str(_field(row, name).verbose_name).capitalize()


def words(row: Model, name: str, value: Any) -> str:
    """A field's value as people read it."""
    field = _field(row, name)
    if value in (None, ""):
        return "–"
    if isinstance(field, ForeignKey):
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{key} {text}" for key, text in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(dict(field.flatchoices).get(value, value))


def _field(row: Model, name: str) -> Any:
    try:
        return row._meta.get_field(name)
    except FieldDoesNotExist:
        return row._meta.get_field(name.removesuffix("_id"))
