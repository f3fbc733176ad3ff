"""From a day on, another tax code applies to a treatment and a tax class."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.items.models import Item
from masterdata.parties.models import Customer
from masterdata.records import locked

from ..models import TaxCode, TaxRule
from ..permissions import CHANGE_TAX


@dataclass(frozen=True, slots=True)
class TaxRuleSet:
    rule_id: int


@command("masterdata.set_tax_rule")
def set_tax_rule(
    batch: Batch, *, tax_code_id: int, tax_treatment: str, tax_class: str, valid_from: date
) -> TaxRuleSet:
    """Choose the code for this treatment and class from `valid_from` on; documents keep what they were taxed with.

    Raises NotFound, BadInput.
    """
    code = locked(TaxCode.objects.all(), tax_code_id)
    batch.actor.require(CHANGE_TAX, company=code.company_id)
    if tax_treatment not in Customer.TaxTreatment.values:
        raise BadInput(field="tax_treatment", reason=_("one of the customers' tax treatments."))
    if tax_class not in Item.TaxClass.values:
        raise BadInput(field="tax_class", reason=_("one of the items' tax classes."))
    rule, _made = TaxRule.objects.update_or_create(
        company_id=code.company_id, tax_treatment=tax_treatment, tax_class=tax_class, valid_from=valid_from,
        defaults={"tax_code": code},
    )  # fmt: skip
    return TaxRuleSet(rule.pk)
