"""Errors as the Bot API words them."""

from __future__ import annotations

from typing import Any

__all__ = ["ApiError", "bad_request", "conflict", "flood", "forbidden"]


class ApiError(Exception):
    """``{"ok": false, …}`` with this code and description; ``parameters`` as ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return document | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(what: str) -> ApiError:
    return ApiError(400, f"Bad Request: {what}")


def forbidden(what: str) -> ApiError:
    return ApiError(403, f"Forbidden: {what}")


def conflict(what: str) -> ApiError:
    return ApiError(409, f"Conflict: {what}")


def flood(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
