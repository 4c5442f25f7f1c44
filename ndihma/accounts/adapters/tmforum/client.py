"""The operator's TM Forum APIs: one resource, a whole list of them page by page, a new or changed one."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, NoReturn
from urllib.parse import quote

from ndihma.accounts.adapters.tmforum.auth import Authorization
from ndihma.accounts.adapters.tmforum.breaker import CircuitBreaker, NotCounted
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer, OperatorTrouble, Trouble
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.stripping import without_secrets
from ndihma.accounts.adapters.tmforum.transport import Answer, Request, Transport

__all__ = ["TmfClient"]

_TRIES: Final = 3
_BACK_OFF_S: Final = 0.05
"""Before the second try; twice as long before the third. Up to as much again is added by chance."""
_AGAIN: Final = frozenset({Trouble.DEAD, Trouble.BUSY, Trouble.FAILED, Trouble.LATE})
_MAX_PAGES: Final = 20
_MAX_COUNT_DIGITS: Final = 10

Document = Mapping[str, Any]


class TmfClient:
    """Asks through a circuit breaker, one circuit an API. Only GET is tried again (up to three times, within the
    deadline). Secrets of SIM cards are dropped from every answer before it is returned (``stripping``)."""

    def __init__(
        self,
        url: str,
        *,
        mapping: TmfMapping,
        transport: Transport,
        authorization: Authorization,
        breaker: CircuitBreaker,
    ) -> None:
        self._url = url.rstrip("/")
        self._mapping = mapping
        self._transport = transport
        self._authorization = authorization
        self._breaker = breaker

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def one(self, api: Api, kind: str, resource_id: str, fields: str, deadline: Deadline) -> Document:
        """The resource with this id. Raises OperatorTrouble, NoSuchResource, BrokenAnswer."""
        path = f"{kind}/{quote(resource_id, safe='')}"
        document = self._document(api, await self._get(api, path, {"fields": fields}, deadline))
        if not isinstance(document, dict) or document.get("id") != resource_id:
            raise BrokenAnswer(f"{api.value}: not the {kind} that was asked for")
        return document

    async def all(self, api: Api, kind: str, query: Mapping[str, str], fields: str, deadline: Deadline) -> list[Any]:
        """Every resource that ``query`` finds, in the server's order, each once. None is left out silently.

        Paging as in TMF630: ``offset`` and ``limit``, 206 for a part, ``X-Total-Count`` when the server tells it; it
        may send fewer than asked for. Raises OperatorTrouble and BrokenAnswer, this also when there are more than 20
        pages or fewer resources than announced.
        """
        found: dict[str, Any] = {}
        received = 0
        for _ in range(_MAX_PAGES):
            asked: dict[str, str | int] = {
                **query,
                "fields": fields,
                "offset": received,
                "limit": self._mapping.page_size,
            }
            answer = await self._get(api, kind, asked, deadline)
            page = self._page(api, answer)
            received += len(page)
            found |= {item["id"]: item for item in page}
            total = _total(api, answer)
            if total is None and not _is_last(answer, len(page), self._mapping.page_size):
                continue
            if total is not None and page and received < total:
                continue
            if total is not None and len(found) < total:
                raise BrokenAnswer(f"{api.value}: fewer resources than announced")
            return list(found.values())
        raise BrokenAnswer(f"{api.value}: too many resources")

    async def create(self, api: Api, kind: str, body: Document, deadline: Deadline) -> Document:
        """Post a new resource, once. Raises OperatorTrouble (it may have been made all the same), BrokenAnswer."""
        request = Request("POST", self._address(api, kind), json=body)
        document = self._document(api, await self._authorized(api, request, deadline))
        if not isinstance(document, dict):
            raise BrokenAnswer(f"{api.value}: not the {kind} that was made")
        return document

    async def update(self, api: Api, kind: str, resource_id: str, changes: Document, deadline: Deadline) -> Document:
        """Patch a resource, once; a list replaces the whole list (TMF630, merge patch). Raises as ``create``, and
        NoSuchResource."""
        path = f"{kind}/{quote(resource_id, safe='')}"
        request = Request("PATCH", self._address(api, path), json=changes)
        document = self._document(api, await self._authorized(api, request, deadline))
        if not isinstance(document, dict) or document.get("id") != resource_id:
            raise BrokenAnswer(f"{api.value}: not the {kind} that was changed")
        return document

    async def _get(self, api: Api, path: str, query: Mapping[str, str | int], deadline: Deadline) -> Answer:
        request = Request("GET", self._address(api, path), query=query)
        for attempt in range(1, _TRIES):
            try:
                return await self._authorized(api, request, deadline)
            except OperatorTrouble as trouble:
                by_chance = 1 + random.random()  # noqa: S311  (spreads the tries of many, hides nothing)
                wait_s = max(_BACK_OFF_S * attempt * by_chance, trouble.retry_after_s or 0.0)
                if trouble.trouble not in _AGAIN or wait_s >= deadline.left_s():
                    raise
            await asyncio.sleep(wait_s)
        return await self._authorized(api, request, deadline)

    async def _authorized(self, api: Api, request: Request, deadline: Deadline) -> Answer:
        """Once, or twice when the token is not taken (then nothing was done) and another can be had."""
        header = await self._authorization.header(deadline)
        if deadline.left_s() == 0:  # another system has used it up: this one is not asked, and has not failed
            raise OperatorTrouble(api.value, Trouble.LATE)
        try:
            return await self._breaker.call(api.value, lambda: self._unless_refused(api, request, header, deadline))
        except NotCounted:
            renewed = await self._authorization.header(deadline)
        return await self._breaker.call(api.value, lambda: self._once(api, request, renewed, deadline))

    async def _unless_refused(self, api: Api, request: Request, header: str | None, deadline: Deadline) -> Answer:
        """Raises NotCounted when the token is not taken and another may be: that is no failure of the system, whose
        circuit all who are under way with a token that ended early would open."""
        try:
            return await self._once(api, request, header, deadline)
        except OperatorTrouble as trouble:
            if trouble.trouble is not Trouble.REFUSED or not self._authorization.refused(header):
                raise
        raise NotCounted

    async def _once(self, api: Api, request: Request, header: str | None, deadline: Deadline) -> Answer:
        signed = replace(request, headers={"Authorization": header}) if header else request
        return await self._transport.exchange(api.value, signed, deadline)

    def _address(self, api: Api, path: str) -> str:
        return f"{self._url}/{self._mapping.base_paths[api].strip('/')}/{path}"

    def _page(self, api: Api, answer: Answer) -> list[dict[str, Any]]:
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # asked past the end of the list
            return []
        items = self._document(api, answer)
        if not isinstance(items, list) or not all(_is_resource(item) for item in items):
            raise BrokenAnswer(f"{api.value}: no list of resources")
        return items

    def _document(self, api: Api, answer: Answer) -> object:
        try:
            parsed = json.loads(answer.body, parse_float=Decimal, parse_constant=_refuse_constant)
            return without_secrets(parsed, self._mapping.secret_names)
        except (ValueError, ArithmeticError, RecursionError):
            pass
        # Raised here: a JSON error holds the whole answer.
        raise BrokenAnswer(f"{api.value}: no JSON")


def _is_resource(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str)


def _total(api: Api, answer: Answer) -> int | None:
    value = answer.headers.get("x-total-count")
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < _MAX_COUNT_DIGITS):
        raise BrokenAnswer(f"{api.value}: X-Total-Count is no count")
    return int(value)


def _is_last(answer: Answer, count: int, page_size: int) -> bool:
    """Whether a page without a total ends the list: a full 200 may have been cut, a 206 was."""
    return count == 0 or (answer.status == HTTPStatus.OK and count < page_size)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
