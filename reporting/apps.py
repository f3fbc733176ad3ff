from django.apps import AppConfig

from erp.kernel.rooms import furnish


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        furnish(self.name)
