"""Static files: what is collected, and how it is named."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticConfig(StaticFilesConfig):
    """Collect only what pages load: the unused htmx builds break module hashing."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "ext", "htmax-*", "htmx-4*", "htmx-2.js"]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for everything, including ES module imports between our own files."""

    support_js_module_import_aggregation = True
