"""Why an item is refused. `field` in the context names the entry to correct."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class CodeTaken(DomainError):
    code = "masterdata.item_code_taken"
    message = _("{value} is already {owner}. Choose another code.")


class BadGtin(DomainError):
    code = "masterdata.bad_gtin"
    message = "{reason}"
    status = 400


class GtinTaken(DomainError):
    code = "masterdata.gtin_taken"
    message = _("{gtin} is already the barcode of {owner}. Remove it there first.")


class MissingAttributes(DomainError):
    code = "masterdata.missing_attributes"
    message = _("Items of the class {item_class} also need: {names}.")
    status = 400


class BadFactor(DomainError):
    code = "masterdata.bad_unit_factor"
    message = "{reason}"
    status = 400


class UnitInUse(DomainError):
    code = "masterdata.unit_in_use"
    message = _("{unit} is the unit that {item} is {use} in. Choose another for that first.")


class NoSuchUnit(DomainError):
    code = "masterdata.no_such_unit"
    message = _("{item} has no unit {unit}. Add it with its content first.")
    status = 400


class ReferenceTaken(DomainError):
    code = "masterdata.reference_taken"
    message = _("{value} already means {owner} there. Remove it there first.")


class BadReference(DomainError):
    code = "masterdata.bad_reference"
    message = "{reason}"
    status = 400


class NumberJustTaken(DomainError):
    code = "masterdata.number_just_taken"
    message = _("Somebody has just said what one of these numbers means. Look again: it may be known by now.")


class ClassCodeTaken(DomainError):
    code = "masterdata.item_class_code_taken"
    message = _("{value} is already the code of the class {owner}. Choose another code.")


class ClassLoop(DomainError):
    code = "masterdata.item_class_loop"
    message = _("{parent} stands below {item_class}. Choose a class above it, or none.")


class UnitTaken(DomainError):
    code = "masterdata.unit_taken"
    message = _("{value} is already the unit {owner}. Change that one instead.")


class UnitCountedFiner(DomainError):
    code = "masterdata.unit_counted_finer"
    message = _("{items} items are kept in {unit}, so it stays counted to {decimals} decimals, or finer.")


class SubstituteTaken(DomainError):
    code = "masterdata.substitute_taken"
    message = _("{substitute} already stands in for {item} in that time. Change or end that rule.")


class SubstituteLoop(DomainError):
    code = "masterdata.substitute_loop"
    message = _("{substitute} is itself superseded by {item}. End that rule first.")


class ComponentTaken(DomainError):
    code = "masterdata.component_taken"
    message = _("{component} is already in {kit} in that time. Change or end that component.")
