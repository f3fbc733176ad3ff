"""Refusals of catalogues."""

from django.utils.translation import gettext_lazy as _

from erp.kernel.errors import DomainError


class CatalogueRefused(DomainError):
    code = "masterdata.catalogue_refused"
    message = _("{count} rows cannot be taken, the first is row {row}: {reason}")
    status = 422


class SetUpAlready(DomainError):
    code = "masterdata.catalogue_item_set_up"
    message = _("{code} of {supplier} is our item {item} already.")


class ClassUnknown(DomainError):
    code = "masterdata.catalogue_class_unknown"
    message = _(
        "Nobody has said of which class {code} of {supplier} is. Sell it from its page in Catalogues, or set the "
        "policy “Class of items from catalogues”."
    )


class NotPromoted(DomainError):
    code = "masterdata.not_promoted"
    message = _("{item} cannot be put in stock: {reason}")
