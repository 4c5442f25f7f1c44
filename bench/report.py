"""The bench's figures as a Markdown table."""

from __future__ import annotations

from typing import Any

__all__ = ["table"]


def _cell(value: object) -> str:
    return "–" if value is None else str(value)


def table(result: dict[str, Any]) -> str:
    """Ours, stock Rasa, and stock divided by ours where both are there."""
    ours, stock = result["ndihma"], result["stock"] or {}
    rows: list[tuple[str, Any, Any]] = [
        ("set-up of a fresh clone, s", ours["setup_s"], None),
        ("training, s", ours["training_s"], stock.get("training_s")),
        ("engine ready, s", ours["engine_ready_s"], stock.get("engine_ready_s")),
        ("everything ready, s", ours["all_ready_s"], None),
        *(
            (f"memory of the {name}, MiB", value, (stock.get("memory_mib") or {}).get(name))
            for name, value in sorted(ours["memory_mib"].items())
        ),
        ("engine's reply, median ms", ours["engine_reply"]["p50_ms"], (stock.get("engine_reply") or {}).get("p50_ms")),
        ("engine's reply, p95 ms", ours["engine_reply"]["p95_ms"], (stock.get("engine_reply") or {}).get("p95_ms")),
        ("whole way through the gateway, median ms", ours["whole_reply"]["p50_ms"], None),
        ("whole way through the gateway, p95 ms", ours["whole_reply"]["p95_ms"], None),
    ]
    lines = ["| | Ndihma | stock Rasa | stock ÷ Ndihma |", "|---|---|---|---|"]
    for name, mine, theirs in rows:
        ratio = f"{theirs / mine:.1f}×" if mine and theirs else "–"
        lines.append(f"| {name} | {_cell(mine)} | {_cell(theirs)} | {ratio} |")
    return "\n".join(lines)
