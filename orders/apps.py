from django.apps import AppConfig

from erp.kernel.rooms import furnish


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        furnish(self.name)
