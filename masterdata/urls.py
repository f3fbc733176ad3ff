"""Every page of the app: each room's urls.py, gathered."""

from .agreements.urls import urlpatterns as agreements
from .catalogue.urls import urlpatterns as catalogue
from .freight.urls import urlpatterns as freight
from .items.urls import urlpatterns as items
from .parties.urls import urlpatterns as parties
from .places.urls import urlpatterns as places
from .policies.urls import urlpatterns as policies
from .tax.urls import urlpatterns as tax

app_name = "masterdata"
urlpatterns = [*items, *parties, *agreements, *places, *tax, *freight, *catalogue, *policies]
