"""What the fake of the chat API keeps and says."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

__all__ = ["CODE", "GREETING", "PUK", "SOURCE", "TOPICS", "ZONE", "Failure", "Session", "moment"]

ZONE: Final = ZoneInfo("Europe/Belgrade")
CODE: Final = "482913"
PUK: Final = "73915264"
GREETING: Final = "Mirë se vini! Jam Ndihma, asistenti i Valës. Shkruani pyetjen tuaj ose zgjidhni një temë."
TOPICS: Final = (
    ("c_price", "Çmimi i SIM kartelës"),
    ("c_status", "Statuset e numrit"),
    ("c_puk", "Kodi PUK"),
    ("c_reconnect", "Rikyçja pas mospagesës"),
    ("c_selfcare", "Portali Selfcare"),
    ("c_account", "Llogaria ime"),
)
SOURCE: Final = {"text": "Pyetjet e shpeshta, SIM kartela", "reviewed": "2026-11-22"}


@dataclass(frozen=True)
class Failure:
    """An answer to give instead of the right one."""

    status: int
    code: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def response(self) -> Response:
        error = {"code": self.code, "message": self.message, **self.extra}
        return JSONResponse({"error": error}, self.status, headers=self.headers)


@dataclass
class Session:
    id: str
    token: str = ""
    previous: str | None = None
    """Good in place of the token until that is first used, as the gateway has it (docs/api.md, Token)."""
    events: list[dict[str, Any]] = field(default_factory=list)
    by_client_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    tries_left: int = 5
    level: int = 0
    alive: bool = True

    def rotate(self, previous: str | None) -> None:
        """A new token; ``previous`` stays good until it is used."""
        self.previous, self.token = previous, secrets.token_hex(16)

    def opens(self, token: str) -> bool:
        """Whether it is this session's token."""
        if not self.alive:
            return False
        if token == self.token:
            self.previous = None
            return True
        return token == self.previous


def moment(after_s: float = 0) -> str:
    """A moment from now, as the API writes it."""
    return (datetime.now(UTC) + timedelta(seconds=after_s)).astimezone(ZONE).isoformat()
