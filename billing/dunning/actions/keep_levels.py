"""Keep a company's levels of dunning, and what their letters say."""

from dataclasses import dataclass
from decimal import Decimal

from billing.dunning.errors import LevelOutOfOrder, UnknownPlaceholder
from billing.dunning.models import DunningLevel, DunningText
from billing.dunning.permissions import CHANGE_DUNNING
from billing.dunning.rules import PLACEHOLDERS, unknown_placeholder
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.places.models import Company
from masterdata.records import locked, locked_at, write


@dataclass(frozen=True, slots=True)
class LevelKept:
    """The level."""

    level_id: int


@command("billing.save_dunning_level")
def save_dunning_level(
    batch: Batch,
    *,
    company_id: int,
    level: int,
    name: str,
    days: int,
    fee: Decimal = Decimal(0),
    version: int | None = None,
) -> LevelKept:
    """Create a level, or change it (`version`: the one that was looked at); the next run follows it.

    A fee is asked for in the letter, in the company's currency, and is no open item. Raises LevelOutOfOrder where a
    higher level would come sooner than a lower one, StaleVersion, BadInput.
    """
    locked(Company.objects.all(), company_id)  # two levels are compared with each other
    batch.actor.require(CHANGE_DUNNING, company=company_id)
    if not 1 <= level <= 9:
        raise BadInput(field="level", reason="from 1 to 9.")
    if not 1 <= days <= 3650:
        raise BadInput(field="days", reason="from 1 to 3650.")
    if fee < 0 or fee != round(fee, 2):
        raise BadInput(field="fee", reason="an amount of at least zero with at most 2 decimals.")
    if not name.strip():
        raise BadInput(field="name", reason="give it a name.")
    rows = DunningLevel.objects.filter(company=company_id)
    for other in rows.exclude(level=level).order_by("level"):
        if (other.days >= days) != (other.level > level) or other.days == days:
            raise LevelOutOfOrder(level=level, days=days, other=other.level, other_days=other.days)
    found = rows.filter(level=level).first()
    values = {"name": name.strip()[:40], "days": days, "fee": fee}
    if found is None:
        found = DunningLevel.objects.create(company_id=company_id, level=level, **values)
    else:
        row = locked_at(rows, found.pk, version if version is not None else found.version, values)
        write(row, values)
    batch.decide("billing.save_dunning_level", DunningLevel, found.pk, {"level": level, **values})
    return LevelKept(found.pk)


@command("billing.save_dunning_text")
def save_dunning_text(
    batch: Batch, *, level_id: int, language: str, subject: str, body: str, version: int | None = None
) -> LevelKept:
    """Say what a level's letter says in a language. Raises UnknownPlaceholder, StaleVersion, BadInput."""
    level = locked(DunningLevel.objects.all(), level_id)
    batch.actor.require(CHANGE_DUNNING, company=level.company_id)
    if not language.strip() or len(language.strip()) > 8:
        raise BadInput(field="language", reason="a language's code, such as en.")
    values = {"subject": subject.strip()[:120], "body": body.strip()}
    for field, text in values.items():
        if not text:
            raise BadInput(field=field, reason="a letter says something.")
        if (unknown := unknown_placeholder(text)) is not None:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise UnknownPlaceholder(name=unknown, known=known)
    rows = DunningText.objects.filter(level=level)
    found = rows.filter(language=language.strip().lower()).first()
    if found is None:
        DunningText.objects.create(level=level, language=language.strip().lower(), **values)
    else:
        row = locked_at(rows, found.pk, version if version is not None else found.version, values)
        write(row, values)
    batch.decide("billing.save_dunning_text", DunningLevel, level.pk, {"language": language, **values})
    return LevelKept(level.pk)
