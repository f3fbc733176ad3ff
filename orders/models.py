"""The app's face: it only gathers the rooms' rows."""

from .blankets.models import BlanketLine, BlanketOrder, CallOff
from .channels.models import Delivery, IntakeDocument, OutboundMessage, ParkedLine
from .credit.models import CreditAccount
from .entry.models import LineDemand, LineSubstitution, OrderDraft, OrderLine, SalesOrder
from .exceptions.models import ExceptionNote, OrderException
from .holds.models import Hold
from .messages.models import DocumentMessage, OrderMessage
from .orchestration.models import (
    ReallocationItem,
    ReallocationLine,
    ReallocationRun,
    RuleTrial,
    RuleTrialLine,
)
from .partners.models import TradingPartner
from .pricing.models import FreeGoods, PriceDraw
from .proposals.models import PriceProposal, PriceProposalLine
from .quotes.models import Quote, QuoteLine, QuoteRevision
from .returns.models import CarrierClaim, CustomerReturn, ReturnDisposition, ReturnLine, ReturnReceipt
from .rulebook.models import OrderRule, RuleVersion

__all__ = [
    "BlanketLine", "BlanketOrder", "CallOff", "CarrierClaim", "CreditAccount", "CustomerReturn", "Delivery",
    "DocumentMessage", "ExceptionNote", "FreeGoods", "Hold", "IntakeDocument", "LineDemand", "LineSubstitution",
    "OrderDraft", "OrderException", "OrderLine", "OrderMessage", "OrderRule", "OutboundMessage", "ParkedLine",
    "PriceDraw", "PriceProposal", "PriceProposalLine", "Quote", "QuoteLine", "QuoteRevision",
    "ReallocationItem", "ReallocationLine", "ReallocationRun",
    "ReturnDisposition", "ReturnLine", "ReturnReceipt", "RuleTrial", "RuleTrialLine", "RuleVersion", "SalesOrder",
    "TradingPartner",
]  # fmt: skip
