"""The app's face: it only gathers the rooms' rows."""

from .channels.models import IntakeDocument, ParkedLine
from .credit.models import CreditAccount
from .entry.models import LineDemand, OrderDraft, OrderLine, SalesOrder
from .holds.models import Hold
from .messages.models import OrderMessage
from .orchestration.models import ReallocationItem, ReallocationLine, ReallocationRun
from .returns.models import CarrierClaim, CustomerReturn, ReturnDisposition, ReturnLine, ReturnReceipt

__all__ = [
    "CarrierClaim", "CreditAccount", "CustomerReturn", "Hold", "IntakeDocument", "LineDemand", "OrderDraft",
    "OrderLine", "OrderMessage", "ParkedLine", "ReallocationItem", "ReallocationLine", "ReallocationRun",
    "ReturnDisposition", "ReturnLine", "ReturnReceipt", "SalesOrder",
]  # fmt: skip
