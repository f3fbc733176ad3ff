from django.apps import AppConfig

from erp.kernel.rooms import furnish


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        furnish(self.name)
