import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from erp.kernel import heap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erp.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page and endpoint, which would otherwise wait for a request
heap.settle()
