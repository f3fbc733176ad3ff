"""The app's face: it only gathers the rooms' rows."""

from .agreements.models import Allowance, Coupon, CustomerPriceScope, Price, PriceScope, SupplierRebate
from .catalogue.models import CatalogueItem, Promotion
from .freight.models import FreightRate, FreightTariff
from .items.models import Item, ItemClass, ItemReference, ItemUnit, KitComponent, Substitute, Unit
from .parties.models import (
    Customer,
    CustomerGroup,
    EInvoiceProfile,
    Party,
    PaymentTerms,
    ShipTo,
    Supplier,
)
from .places.models import AccountingPeriod, Bin, Company, Holiday, SellerDetails, Site, Zone
from .policies.models import PolicyValue
from .tax.models import TaxCode, TaxRule

__all__ = [
    "AccountingPeriod", "Allowance", "Bin", "CatalogueItem", "Company", "Coupon", "Customer", "CustomerGroup",
    "CustomerPriceScope", "EInvoiceProfile", "FreightRate", "FreightTariff", "Holiday",
    "Item", "ItemClass", "ItemReference", "ItemUnit", "KitComponent", "Party", "PaymentTerms", "PolicyValue", "Price",
    "PriceScope", "Promotion",
    "SellerDetails", "ShipTo", "Site", "Substitute", "Supplier", "SupplierRebate", "TaxCode", "TaxRule", "Unit", "Zone",
]  # fmt: skip
