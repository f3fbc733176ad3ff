"""Every page of the app: each room's urls.py, gathered."""

from django.urls import URLPattern, URLResolver

from .banking import urls as banking
from .closing import urls as closing
from .collections import urls as collections
from .disputes import urls as disputes
from .dunning import urls as dunning
from .einvoice import urls as einvoice
from .exceptions import urls as exceptions
from .invoicing import urls as invoicing
from .ledger import urls as ledger
from .payables import urls as payables
from .payments import urls as payments
from .receivables import urls as receivables

app_name = "billing"
urlpatterns: list[URLPattern | URLResolver] = [
    *banking.urlpatterns,
    *closing.urlpatterns,
    *collections.urlpatterns,
    *disputes.urlpatterns,
    *dunning.urlpatterns,
    *einvoice.urlpatterns,
    *exceptions.urlpatterns,
    *invoicing.urlpatterns,
    *payables.urlpatterns,
    *payments.urlpatterns,
    *receivables.urlpatterns,
    *ledger.urlpatterns,
]
