"""The made-up operator: an ASGI app that serves the resources of lines, pages and filters, and fails on demand."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ndihma.accounts.model import Line
from tests.support.tmforum.encode import TICKET, Resource, resources

Fault = Callable[[Request], Response | None]
"""Answers in the server's place; None: as usual."""

_OWN = {"fields", "offset", "limit"}


@dataclass(frozen=True)
class Seen:
    """A request that came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None


@dataclass
class Operator:
    """``collections``: path of a collection → id → resource."""

    collections: dict[str, dict[str, Resource]] = field(default_factory=lambda: defaultdict(dict))
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    """Path of a collection (``""``: any) → what happens to the next requests, one each."""
    always: Fault | None = None
    """What happens to every request, when nothing else was planned for it."""
    seen: list[Seen] = field(default_factory=list)
    answers: list[tuple[str, bool, Any]] = field(default_factory=list)
    """Collection, whether a list, and document of every good answer that was not planned."""
    page_cap: int = 100
    tells_total: bool = True
    honours_filters: bool = True
    honours_fields: bool = True

    def put(self, lines: Iterable[Line]) -> None:
        """Serve these lines, each in the place of what was there before."""
        for line in lines:
            key = line.msisdn.e164.removeprefix("+")
            for collection in self.collections.values():
                for resource_id in [i for i in collection if i.startswith((f"{key}-", f"B-{key}"))]:
                    del collection[resource_id]
            for path, resource in resources(line):
                self.collections[path][resource["id"]] = resource

    def change(self, path: str, **attributes: object) -> None:
        """Set attributes of every resource of a collection; None takes one away."""
        for resource in self.collections[path].values():
            for name, value in attributes.items():
                resource.pop(name, None)
                if value is not None:
                    resource[name] = value

    def plan(self, path: str, *faults: Fault | Response) -> None:
        """What the next requests of a collection get, one each; a Response is what they get."""
        self.faults[path].extend(_always(fault) if isinstance(fault, Response) else fault for fault in faults)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/{base:path}/v4/{kind}/{id}", self._one, methods=["GET", "PATCH"]),
                Route("/{base:path}/v4/{kind}", self._collection, methods=["GET", "POST"]),
            ]
        )

    async def _collection(self, request: Request) -> Response:
        path = _path(request)
        body: Any = await request.json() if request.method == "POST" else None
        planned = self._planned(path, request, body)
        if planned is not None:
            return planned
        if request.method == "POST":
            return self._made(path, body)
        query = request.query_params
        filters = {k: v for k, v in query.items() if k not in _OWN} if self.honours_filters else {}
        found = [resource for resource in self.collections[path].values() if _matches(resource, filters)]
        offset, limit = int(query.get("offset", 0)), min(int(query.get("limit", self.page_cap)), self.page_cap)
        page = [self._selected(resource, query.get("fields")) for resource in found[offset : offset + limit]]
        headers = {"X-Result-Count": str(len(page))} | ({"X-Total-Count": str(len(found))} if self.tells_total else {})
        self.answers.append((path, True, page))
        return JSONResponse(page, 206 if len(page) < len(found) else 200, headers=headers)

    async def _one(self, request: Request) -> Response:
        path = _path(request)
        body: Any = await request.json() if request.method == "PATCH" else None
        planned = self._planned(path, request, body)
        if planned is not None:
            return planned
        resource = self.collections[path].get(request.path_params["id"])
        if resource is None:
            return JSONResponse({"code": "60", "reason": "Resource not found"}, 404)
        if body is not None:  # a merge patch (RFC 7396) of first-level attributes: a list replaces the list
            resource.update(body)
        document = self._selected(resource, request.query_params.get("fields"))
        self.answers.append((path, False, document))
        return JSONResponse(document)

    def _made(self, path: str, body: Resource) -> Response:
        made = {"id": f"T-{len(self.collections[path]) + 1}", "status": "acknowledged"} | body
        if path == TICKET:
            made |= {"href": f"/{TICKET}/{made['id']}", "@type": "TroubleTicket"}
        self.collections[path][made["id"]] = made
        self.answers.append((path, False, made))
        return JSONResponse(made, 201)

    def _planned(self, path: str, request: Request, body: Any) -> Response | None:
        self.seen.append(Seen(request.method, path, dict(request.query_params), dict(request.headers), body))
        for key in (path, ""):
            if self.faults[key]:
                return self.faults[key].popleft()(request)
        return self.always(request) if self.always else None

    def _selected(self, resource: Resource, fields: str | None) -> Resource:
        """First-level attributes by name (TMF630); id, href and @type are always told."""
        if fields is None or not self.honours_fields:
            return resource
        wanted = {*fields.split(","), "id", "href", "@type"}
        return {name: value for name, value in resource.items() if name in wanted}


def _path(request: Request) -> str:
    return f"{request.path_params['base']}/v4/{request.path_params['kind']}"


def _matches(resource: Resource, filters: Mapping[str, str]) -> bool:
    """``a=x`` and ``a.b=x``; all conditions on one list have to hold for the same element of it."""
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for name, value in filters.items():
        first, _, rest = name.partition(".")
        groups[first][rest] = value
    for first, conditions in groups.items():
        attribute = resource.get(first)
        elements = attribute if isinstance(attribute, list) else [attribute]
        if not any(_fulfils(element, conditions) for element in elements):
            return False
    return True


def _fulfils(element: Any, conditions: Mapping[str, str]) -> bool:
    return all(
        str(element.get(name) if name and isinstance(element, dict) else element) == wanted
        for name, wanted in conditions.items()
    )


def _always(response: Response) -> Fault:
    return lambda _request: response


def broken_json(_request: Request) -> Response:
    return Response(b'[{"id": "P-1", ', media_type="application/json")


def answer(status: int, document: Any = None, **headers: str) -> Response:
    body = json.dumps(document if document is not None else {"code": str(status), "reason": "planned"}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, headers=named, media_type="application/json")
