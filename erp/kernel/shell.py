from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, object]:
    return {"brand": "Meridian"}
