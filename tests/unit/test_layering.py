"""Imports go one way (docs/architecture.md): edges → services → domain. Those inside functions count too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

WEB = {"aiogram", "httpx", "sanic", "starlette", "uvicorn"}
SQL = {"aiosqlite", "alembic", "psycopg", "sqlalchemy"}
DIALOGUE = {"rasa", "rasa_sdk"}
EDGES = {
    "actions",
    "engine",
    "ndihma.bootstrap",
    "ndihma.cli",
    "ndihma.console",
    "ndihma.demo",
    "ndihma.gateway",
    "ndihma.supervision",
}

DOMAIN = (
    "ndihma.assist.canned_variables",
    "ndihma.assist.knowledge",
    "ndihma.assist.lately",
    "ndihma.assist.model",
    "ndihma.assist.newest",
    "ndihma.assist.next_action",
    "ndihma.accounts.clubs",
    "ndihma.accounts.history",
    "ndihma.accounts.importer",
    "ndihma.accounts.lifecycle",
    "ndihma.accounts.messages",
    "ndihma.accounts.model",
    "ndihma.accounts.msisdn",
    "ndihma.accounts.ports",
    "ndihma.accounts.puk",
    "ndihma.accounts.reconnection",
    "ndihma.accounts.selfcare",
    "ndihma.accounts.summary",
    "ndihma.accounts.timeline",
    "ndihma.desk.errors",
    "ndihma.desk.events",
    "ndihma.desk.hub",
    "ndihma.desk.images",
    "ndihma.desk.ports",
    "ndihma.staff.model",
    "ndihma.staff.oidc.model",
    "ndihma.staff.policy",
    "ndihma.staff.totp",
    "ndihma.verification.messages",
    "ndihma.verification.model",
    "ndihma.verification.policy",
    "ndihma.verification.vault",
)
"""Rules and values: no HTTP, SQL, Rasa, Telegram, and nothing of the app that needs them."""

RULES = (
    *((module, WEB | SQL | DIALOGUE | EDGES | {"ndihma.accounts.adapters", "ndihma.db", "typer"}) for module in DOMAIN),
    ("ndihma.accounts", {"ndihma.desk", "ndihma.verification"}),
    ("ndihma.verification", {"ndihma.desk", "ndihma.accounts.adapters"}),
    ("ndihma.desk", {"ndihma.accounts.adapters", "ndihma.engine_client"}),
    *((service, WEB | DIALOGUE | EDGES) for service in ("ndihma.accounts", "ndihma.verification", "ndihma.desk")),
    (
        "ndihma.assist",
        WEB | DIALOGUE | EDGES | {"ndihma.accounts.adapters", "ndihma.engine_client", "ndihma.verification"},
    ),
    ("ndihma.staff", WEB | DIALOGUE | EDGES | {"ndihma.accounts.adapters", "ndihma.desk", "ndihma.verification"}),
    ("ndihma.engine_client", DIALOGUE | EDGES),
    ("ndihma.audit", WEB | DIALOGUE | EDGES | {"ndihma.desk", "ndihma.verification", "ndihma.accounts.adapters"}),
    ("ndihma.privacy", WEB | DIALOGUE | EDGES),
    *(
        (service, {"ndihma.privacy"})
        for service in (
            "ndihma.accounts",
            "ndihma.verification",
            "ndihma.desk",
            "ndihma.puk",
            "ndihma.staff",
            "ndihma.assist",
            "ndihma.audit",
        )
    ),
    ("ndihma.redaction", {"ndihma"}),
    *(
        (edge, {"ndihma.accounts.adapters", "ndihma.engine_client", "actions"})
        for edge in ("ndihma.gateway", "ndihma.console")
    ),
    ("ndihma", DIALOGUE | {"engine"}),
    ("actions", {"ndihma.bootstrap", "ndihma.cli", "ndihma.engine_client", "ndihma.gateway", "rasa", "engine"}),
    ("engine", {"actions", "ndihma"}),
)

SPEAK_HTTP = {"ndihma.accounts.adapters.tmforum", "ndihma.staff.oidc.provider", "ndihma.verification.senders.kannel"}
"""Adapters of services to systems that are reached over HTTP: they may know a client of it."""

PROJECT = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("ndihma", "actions", "engine")
    for path in (ROOT / package).rglob("*.py")
}


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def allowed(module: str) -> set[str]:
    return {"httpx"} if any(within(module, adapter) for adapter in SPEAK_HTTP) else set()


def imports(path: Path) -> Iterator[str]:
    """The modules that a file names; for ``from a import b`` both ``a`` and ``a.b``, of which one may be no module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute here"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


IMPORTS = {module: set(imports(path)) for module, path in PROJECT.items()}


@pytest.mark.parametrize(("package", "forbidden"), RULES, ids=[package for package, _ in RULES])
def test_imports_go_one_way(package: str, forbidden: set[str]) -> None:
    modules = [module for module in PROJECT if within(module, package)]
    assert modules, "the rule names a package that is gone"
    wrong = {
        f"{module} imports {name}"
        for module in modules
        for name in IMPORTS[module]
        if any(within(name, banned) for banned in forbidden - allowed(module)) and not within(name, package)
    }
    assert not wrong


def test_what_actions_start_with_never_reaches_the_gateway() -> None:
    """Also by way of other modules: an action server must not load the public edge."""
    reached, waiting = set[str](), [module for module in PROJECT if within(module, "actions")]
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += IMPORTS[module] & PROJECT.keys()
    assert not {module for module in reached if within(module, "ndihma.gateway")}


def test_only_the_wiring_knows_the_gateway() -> None:
    knows = {module for module in PROJECT if any(within(name, "ndihma.gateway") for name in IMPORTS[module])}
    edges = ("ndihma.gateway", "ndihma.console", "ndihma.demo")  # the demo stands where agents' consoles stand
    assert {module for module in knows if not any(within(module, edge) for edge in edges)} <= {"ndihma.bootstrap"}


def test_every_module_of_the_accounts_package_is_domain_or_known_not_to_be() -> None:
    outside = ("ndihma.accounts.adapters", "ndihma.accounts.cli", "ndihma.accounts.demo")
    unknown = {
        module
        for module in PROJECT
        if module.startswith("ndihma.accounts.") and not any(within(module, known) for known in (*DOMAIN, *outside))
    }
    assert not unknown
