"""Text with markup: HTML as the Bot API reads it, and entities held to the text they lie in.

Offsets and lengths are counted in UTF-16 code units, as everywhere in the Bot API.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.telegram.errors import ApiError, bad_request

__all__ = ["Formatted", "check_entities", "formatted", "utf16_length"]

MAX_TEXT = 4096
MAX_CAPTION = 1024

_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TAG = re.compile(r"<(/?)([^\s/>]*)((?:\s+[^\s=>]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_ENTITY_TYPES_IN_WORDS: Final = (
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote"
    " expandable_blockquote code pre text_link text_mention custom_emoji date_time"
)
_ENTITY_TYPES: Final = frozenset(_ENTITY_TYPES_IN_WORDS.split())


@dataclass(frozen=True)
class Formatted:
    """What a reader sees."""

    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def formatted(
    text: str, parse_mode: str | None, entities: Sequence[dict[str, Any]], *, what: str = "text"
) -> Formatted:
    """The text as shown; ``what`` is text or caption. Raises ApiError as the Bot API."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise bad_request("strings must be encoded in UTF-8")
    if entities:
        check_entities(text, entities)
        shown = Formatted(text, [dict(entity) for entity in entities])
    elif parse_mode is None or parse_mode == "":
        shown = Formatted(text)
    elif parse_mode.lower() == "html":
        shown = _parsed_html(text)
    else:
        raise bad_request(f"unsupported parse_mode {parse_mode!r}")
    limit, empty, long = (
        (MAX_TEXT, "message text is empty", "message is too long")
        if what == "text"
        else (MAX_CAPTION, None, "message caption is too long")
    )
    if empty and not shown.text.strip():
        raise bad_request(empty)
    if utf16_length(shown.text) > limit:
        raise bad_request(long)
    return shown


def check_entities(text: str, entities: Sequence[dict[str, Any]]) -> None:
    """Every entity lies inside the text and begins and ends between its characters. Raises ApiError."""
    edges, at = {0}, 0
    for char in text:
        at += utf16_length(char)
        edges.add(at)
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["type"] not in _ENTITY_TYPES:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if entity["length"] <= 0 or start < 0 or start >= at:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
        if end > at:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            )
        if start not in edges:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {start}")
        if end not in edges:
            raise bad_request(
                f"entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol at UTF-16 offset {end}"
            )


def _parsed_html(text: str) -> Formatted:
    shown: list[str] = []
    open_tags: list[tuple[str, dict[str, Any]]] = []
    entities: list[dict[str, Any]] = []
    length = position = 0
    while position < len(text):
        char = text[position]
        if char == "&" and (reference := _REFERENCE.match(text, position)):
            char = html.unescape(reference[0])
            position = reference.end()
        elif char == "<":
            tag = _TAG.match(text, position)
            if tag is None:
                raise _unparsed("Unclosed start tag", text, position)
            _take_tag(tag, text, length, open_tags, entities)
            position = tag.end()
            continue
        else:
            position += 1
        shown.append(char)
        length += utf16_length(char)
    if open_tags:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1][0]}\"")
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted("".join(shown), entities)


def _take_tag(
    tag: re.Match[str],
    text: str,
    length: int,
    open_tags: list[tuple[str, dict[str, Any]]],
    entities: list[dict[str, Any]],
) -> None:
    name = tag[2].lower()
    if tag[1]:
        if not open_tags:
            raise _unparsed("Unexpected end tag", text, tag.start())
        expected, entity = open_tags.pop()
        if name not in {"", expected}:
            byte = len(text[: tag.start()].encode())
            raise bad_request(
                f'can\'t parse entities: Unmatched end tag at byte offset {byte}, expected "</{expected}>",'
                f' found "</{name}>"'
            )
        entity["length"] = length - entity["offset"]
        if entity["length"]:
            entities.append(entity)
        return
    attributes = {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag[3])}
    if name not in _TAGS or (name == "span" and attributes.get("class") != "tg-spoiler"):
        raise _unparsed(f'Unsupported start tag "{name}"', text, tag.start())
    entity = {"type": _TAGS[name], "offset": length, "length": 0}
    if name == "a":
        entity["url"] = attributes.get("href", "")
    elif name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    elif name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    open_tags.append((name, entity))


def _unparsed(what: str, text: str, position: int) -> ApiError:
    return bad_request(f"can't parse entities: {what} at byte offset {len(text[:position].encode())}")
