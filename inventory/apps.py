from django.apps import AppConfig

from erp.kernel.rooms import furnish


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        furnish(self.name)
