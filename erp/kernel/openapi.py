"""What every operation of the OpenAPI document shares: the problem it answers with, the key it asks for."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem. Match on `code`; `detail` is for people and `context` has its numbers.",
    "required": ["type", "title", "status", "code", "detail", "context", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "example": "kernel.invalid"},
        "detail": {"type": "string"},
        "context": {"type": "object", "additionalProperties": True},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail", "code"],
                "properties": {
                    "field": {"type": "string", "example": "lines.3.quantity"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
READ = {
    "400": "The request could not be understood.",
    "401": "Not signed in.",
    "403": "A right is missing.",
    "404": "There is no such record, or not for this caller.",
    "429": "Too many requests in this minute; see Retry-After.",
    "503": "The database is away or the request took too long; see Retry-After.",
}
WRITE = {
    "409": "A rule says no, someone else is changing the same records, or the version is stale.",
    "413": "The body is larger than 1 MB.",
    "422": "The idempotency key was used for a different request.",
}
METHODS = ("get", "post", "put", "patch", "delete")


class KernelSchema(AutoSchema):
    """Adds the Idempotency-Key header to commands. A view whose POST only asks says `needs_key = False`."""

    def get_override_parameters(self) -> list[Any]:
        if self.method != "POST" or not getattr(self.view, "needs_key", True):
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="Your own value for this command. A retry with it does nothing twice.",
            )
        ]


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes the token."""

    target_class = "erp.kernel.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token that an administrator issued."}


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: every operation names the problems it may answer with."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        f"Problem{status}": {"description": text, "content": body} for status, text in (READ | WRITE).items()
    }
    for operations in result["paths"].values():
        for method in METHODS:
            if operation := operations.get(method):
                for status in READ if method == "get" else READ | WRITE:
                    operation["responses"].setdefault(
                        status, {"$ref": f"#/components/responses/Problem{status}"}
                    )
    return result
