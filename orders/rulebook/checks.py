"""What people enter as a rule, found sound and turned into what is stored: codes become ids, figures plain texts."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from erp.kernel.errors import BadInput
from masterdata.models import Customer, CustomerGroup, Item, ItemClass, Site
from orders.holds.rules import BY_RULE

from .models import OrderRule
from .policies import rush_codes
from .rules import AMONG, AMOUNT, DAYS, FIELDS, NO_RUSH, OPERATORS

CHANNELS = ("desk", "api", "csv", "edi", "mail")
HOW = ("preferred", "nearest", "named", "all_free")
MOST_CONDITIONS, MOST_VALUES, MOST_AMOUNT = 8, 200, Decimal(10) ** 9


def sound_conditions(entered: Sequence[Mapping[str, Any]], company_id: int) -> list[dict[str, Any]]:
    """Each entered {field, operator, values: text} as it is stored. Raises BadInput, which names the condition."""
    if len(entered) > MOST_CONDITIONS:
        raise BadInput(field="conditions", reason=_("at most %(n)s conditions.") % {"n": MOST_CONDITIONS})
    return [_condition(place, each, company_id) for place, each in enumerate(entered, 1)]


def _condition(place: int, entered: Mapping[str, Any], company_id: int) -> dict[str, Any]:
    name, operator = str(entered.get("field", "")), str(entered.get("operator", ""))

    def refuse(words: str) -> BadInput:
        label = FIELDS[name].label if name in FIELDS else name
        reason = _("condition %(n)s, %(fact)s: %(why)s") % {"n": place, "fact": label, "why": words}
        return BadInput(field=f"condition_{place}", reason=reason)

    if name not in FIELDS:
        raise refuse(_("there is no such fact. Known are: %(known)s.") % {"known": ", ".join(FIELDS)})
    kind = FIELDS[name].kind
    if operator not in OPERATORS[kind]:
        known = ", ".join(OPERATORS[kind])
        raise refuse(_("it is not compared so. Use one of: %(known)s.") % {"known": known})
    given = str(entered.get("values", ""))
    texts = list(dict.fromkeys(text for text in given.upper().replace(",", " ").replace(";", " ").split()))
    if not texts or len(texts) > MOST_VALUES:
        raise refuse(_("give from one to %(n)s values, with blanks between.") % {"n": MOST_VALUES})
    if kind in (AMOUNT, DAYS):
        if len(texts) > 1:
            raise refuse(_("give one figure."))
        figure = _figure(texts[0])
        if figure is None or (kind == DAYS and figure != figure.to_integral_value()):
            raise refuse(
                _("“%(text)s” is no figure; write 1200.50, days as whole numbers.") % {"text": given}
            )
        return {"field": name, "operator": operator, "values": [f"{figure:f}"]}
    if kind != AMONG:
        return {"field": name, "operator": operator, "values": texts}
    return {"field": name, "operator": operator, "values": _known(name, texts, company_id, refuse)}


def _known(
    name: str, texts: list[str], company_id: int, refuse: Callable[[str], BadInput]
) -> list[int] | list[str]:
    if name in ("channel", "rush", "country"):
        known = {"channel": [each.upper() for each in CHANNELS], "rush": [*rush_codes(company_id), NO_RUSH]}
        if unknown := [text for text in texts if not _is_word(text, known.get(name))]:
            raise refuse(_("%(codes)s is unknown.") % {"codes": ", ".join(unknown)})
        return [text.lower() for text in texts] if name == "channel" else texts
    ids = _ids(rows_of(name, company_id), CODE[name], texts)
    if missing := [text for text in texts if text not in ids]:
        raise refuse(_("%(codes)s is unknown.") % {"codes": ", ".join(missing)})
    return [ids[text] for text in texts]


def _is_word(text: str, known: Sequence[str] | None) -> bool:
    """Whether it is one of the known words; of countries, whether it may be one."""
    return text in known if known is not None else len(text) == 2 and text.isalpha()


CODE = {
    "customer": "party__code", "customer_class": "code", "site": "code", "item_class": "code", "item": "code",
}  # fmt: skip


def rows_of(name: str, company_id: int) -> QuerySet[Any]:
    """The masters that a fact's values are, or the services that a fee may be charged as."""
    match name:
        case "customer":
            return Customer.objects.filter(company=company_id)
        case "site":
            return Site.objects.filter(company=company_id, is_active=True)
        case "customer_class":
            return CustomerGroup.objects.all()
        case "item_class":
            return ItemClass.objects.all()
        case _:
            return Item.objects.filter(kind=Item.Kind.SERVICE, status=Item.Status.ACTIVE)


def _ids(rows: QuerySet[Any], code: str, texts: Sequence[str]) -> dict[str, int]:
    wanted = Q()
    for text in texts:
        wanted |= Q(**{f"{code}__iexact": text})
    return {str(found).upper(): pk for pk, found in rows.filter(wanted).values_list("pk", code)}


def sound_outcome(kind: str, entered: Mapping[str, Any], company_id: int) -> dict[str, Any]:
    """What a rule decides, as it is stored; fields of other kinds are left out. Raises BadInput."""
    match kind:
        case OrderRule.Kind.SITE:
            return _site(entered, company_id)
        case OrderRule.Kind.SHIP_RULE:
            return {"ship_rule": _among("ship_rule", entered, Customer.ShipRule.values)}
        case OrderRule.Kind.PRIORITY:
            priority = _figure(str(entered.get("priority", "")))
            if priority is None or priority not in range(1, 100):
                raise BadInput(field="priority", reason=_("a whole number from 1 (first) to 99."))
            return {"priority": int(priority)}
        case OrderRule.Kind.HOLD:
            reason = str(entered.get("reason", "")).strip()
            if not reason:
                raise BadInput(
                    field="reason", reason=_("say why the order waits; people read it on the hold.")
                )
            return {"hold": _among("hold", entered, BY_RULE), "reason": reason[:160]}
        case OrderRule.Kind.FEE:
            return _fee(entered, company_id)
    raise BadInput(field="kind", reason=_("one of: %(known)s.") % {"known": ", ".join(OrderRule.Kind.values)})


def _among(name: str, entered: Mapping[str, Any], known: Sequence[str]) -> str:
    value = str(entered.get(name, ""))
    if value not in known:
        raise BadInput(field=name, reason=_("one of: %(known)s.") % {"known": ", ".join(known)})
    return value


def _site(entered: Mapping[str, Any], company_id: int) -> dict[str, Any]:
    how = _among("how", entered, HOW)
    if how != "named":
        return {"how": how}
    code = str(entered.get("site", "")).strip().upper()
    found = _ids(rows_of("site", company_id), "code", [code]) if code else {}
    if code not in found:
        raise BadInput(field="site", reason=_("name an active site of the company."))
    return {"how": how, "site": found[code]}


def _fee(entered: Mapping[str, Any], company_id: int) -> dict[str, Any]:
    code = str(entered.get("item", "")).strip().upper()
    found = _ids(rows_of("item", company_id), "code", [code]) if code else {}
    if code not in found:
        raise BadInput(
            field="item", reason=_("name an active service: it says how the fee is taxed and booked.")
        )
    amount, percent = (_figure(str(entered.get(name) or "")) for name in ("amount", "percent"))
    if (amount is None) == (percent is None):
        raise BadInput(field="amount", reason=_("either an amount or a percentage of the goods."))
    if amount is not None:
        if not 0 < amount < MOST_AMOUNT or amount != round(amount, 2):
            raise BadInput(field="amount", reason=_("more than zero, with at most two decimals."))
        return {"item": found[code], "amount": f"{amount:f}"}
    assert percent is not None
    if not 0 < percent <= 100 or percent != round(percent, 4):
        raise BadInput(field="percent", reason=_("more than 0 and at most 100, with at most four decimals."))
    return {"item": found[code], "percent": f"{percent:f}"}


def _figure(text: str) -> Decimal | None:
    try:
        figure = Decimal(text.strip())
    except InvalidOperation:
        return None
    return figure if figure.is_finite() and abs(figure) < MOST_AMOUNT else None
