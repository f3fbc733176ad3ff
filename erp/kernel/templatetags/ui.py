"""The vocabulary of our templates: icons, chips, figures, fields, why-records, timelines. `{% load ui %}`"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lucide.templatetags.lucide import lucide

from erp.kernel.formats import DASH, write_amounts, write_day, write_number, write_quantity

register = template.Library()

TONES = frozenset({"ok", "warn", "bad", "info", "mute"})


@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> str:
    spoken = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return lucide(name, size=size, **{"class": "i", "stroke_width": "1.75"}, **spoken)


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> str:
    """An inline Lucide icon; decorative unless it is given a label."""
    return _icon(str(name), size, str(label))


@register.simple_tag
def chip(text: Any, tone: str = "mute") -> SafeString:
    """A state in a word, with its tone: from the state's table in Python, never from a template."""
    if tone not in TONES:
        raise ValueError(f"There is no tone {tone!r}.")
    return format_html('<span class="chip chip-{}">{}</span>', tone, text)


@register.filter
def money(value: Any, places: int = 2) -> str:
    """An amount in the reader's number format; a dash when there is none."""
    return DASH if value in (None, "") else write_number(Decimal(value), places)


@register.filter
def amounts(sentence: Any) -> str:
    """A kept sentence with its amounts in the reader's number format."""
    return write_amounts(str(sentence))


@register.filter
def unit_price(value: Any) -> str:
    """A price per unit: two decimals, and up to six where it has them."""
    if value in (None, ""):
        return DASH
    amount = Decimal(value)
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return write_number(amount, places)


@register.filter
def signed(value: Any, places: int = 2) -> str:
    """A difference: with plus or minus."""
    if value in (None, ""):
        return DASH
    return ("+" if Decimal(value) > 0 else "") + write_number(Decimal(value), places)


@register.filter
def qty(value: Any) -> str:
    """A quantity without trailing zeros; nothing when there is none."""
    return "" if value in (None, "") else write_quantity(Decimal(value))


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """`27.8 %` of 27.8; a dash when there is none."""
    return DASH if value in (None, "") else f"{write_number(Decimal(value), places)}\u00a0%"


@register.filter
def day(value: date | None) -> str:
    """`27 Nov 2026`; a dash when there is none."""
    return write_day(value) if value else DASH


@register.simple_tag
def age(since: datetime | date | None, warn: int = 10, bad: int = 20) -> SafeString | str:
    """Days since, coloured from `warn` and `bad` days on, the instant itself in the title."""
    if since is None:
        return DASH
    now = timezone.now()
    days = (now - since).days if isinstance(since, datetime) else (now.date() - since).days
    tone = "bad" if days > bad else "warn" if days > warn else "mute"
    return format_html(
        '<span class="age {}" title="{}">{}</span>', tone, _absolute(since), _("%(n)s d") % {"n": days}
    )


@register.simple_tag
def when(moment: datetime | None) -> SafeString | str:
    """Relative under a day, else date and time; always absolute in the title."""
    if moment is None:
        return DASH
    seconds = (timezone.now() - moment).total_seconds()
    local = timezone.localtime(moment)
    if 0 <= seconds < 60:
        text = _("just now")
    elif 0 <= seconds < 3600:
        minutes = int(seconds // 60)
        text = ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    elif 0 <= seconds < 86400:
        hours = int(seconds // 3600)
        text = ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    else:
        text = date_format(local, "j M Y, H:i")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), _absolute(moment), text
    )


def _absolute(moment: datetime | date) -> str:
    if isinstance(moment, datetime):
        return date_format(timezone.localtime(moment), "j M Y, H:i:s e")
    return write_day(moment)


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The present query string with some parameters replaced; None removes one. Cursors never survive."""
    params = context["request"].GET.copy()
    for name in ("after", "before", "part", "export"):
        params.pop(name, None)
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = value
    return "?" + params.urlencode()


@register.simple_tag
def qs_only(**params: Any) -> str:
    """A query string of these parameters alone."""
    return "?" + urlencode({name: value for name, value in params.items() if value not in (None, "")})


@register.filter
def value_of(mapping: Any, name: str) -> Any:
    """The mapping's value under a name that the template holds in a variable."""
    return mapping.get(name, "")


@register.filter
def split_words(text: str) -> list[str]:
    """The words of a text, to loop over."""
    return text.split()


@register.inclusion_tag("erp/_field.html")
def field(bound: Any, hint: Any = "", classes: str = "") -> dict[str, Any]:
    """Label, control, hint and errors of one bound form field."""
    described = [f"{bound.id_for_label}-h"] if hint or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.id_for_label}-e")
    attrs = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    widget = bound.field.widget
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "hint": hint or bound.help_text,
        "classes": classes,
        "is_check": getattr(widget, "input_type", "") == "checkbox",
    }


@register.inclusion_tag("erp/_errors.html")
def errors(form: Any) -> dict[str, Any]:
    """The summary card above a form: what was refused, each entry linking to its field."""
    entries = [(bound.id_for_label, bound.label, message) for bound in form for message in bound.errors]
    return {"form": form, "general": form.non_field_errors(), "entries": entries}


@register.inclusion_tag("erp/_crumbs.html")
def crumbs(*steps: Any) -> dict[str, Any]:
    """Where the page stands: label, address, label, address, and last the place itself without an address."""
    pairs = [(steps[i], steps[i + 1] if i + 1 < len(steps) else "") for i in range(0, len(steps), 2)]
    return {"steps": pairs}


@register.inclusion_tag("erp/_crumbs.html")
def crumbs_of(steps: Iterable[Any]) -> dict[str, Any]:
    """The same from a list of (label, address) pairs; the place itself has no address."""
    return {"steps": steps}


@register.inclusion_tag("erp/_why.html")
def why(decision: Any, sentence: Any = "") -> dict[str, Any]:
    """A why-record in one sentence, with a fold for its steps.

    `decision.outcome` may hold `sentence` and `steps` ([{label, value, note}]); rooms with words of their
    own pass the sentence.
    """
    outcome = decision.outcome if decision is not None else {}
    return {
        "decision": decision,
        "sentence": sentence or outcome.get("sentence", ""),
        "steps": outcome.get("steps", []),
    }


@register.inclusion_tag("erp/_timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What happened, newest first: entries with `what`, `who`, `at`, and maybe `text`, `before`, `after`."""
    return {"entries": entries}


@register.inclusion_tag("erp/_empty.html")
def empty_state(
    title: Any, text: Any = "", icon: str = "circle-check", url: str = "", action: Any = ""
) -> dict[str, Any]:
    """An empty state: said plainly, with the first action where there is one."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}
