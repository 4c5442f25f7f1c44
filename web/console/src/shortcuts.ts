/** Single letters that do something, while no field has the focus; they can be switched off (WCAG 2.1.4). */

import { useEffect, useRef, useState } from "preact/hooks";

import type { Pressed } from "./model";

const KEPT = "ndihma.console.shortcuts";
const ACTIONS: Record<string, Pressed> = { h: "suggestions", m: "take", r: "reply", n: "note", w: "whisper", b: "hand-back", t: "transfer", s: "snooze", x: "close", o: "reopen" };

export interface Commands {
  /** What was pressed after `g`; says whether there is such an area. */
  area(letter: string): boolean;
  /** What the key means in the area that is shown, when it is not the inbox; undefined in the inbox. */
  local: ((key: string) => boolean) | undefined;
  act(action: Pressed): void;
  /** By number, from 0. */
  place(index: number): void;
  step(by: 1 | -1): void;
  presence(): void;
  sheet(): void;
  /** Out of a field. */
  out(): void;
}

/** Whether letters are on, and what switches them. */
export function useShortcuts(commands: Commands): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => read() !== "off");
  const going = useRef(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
      const typing = event.target instanceof HTMLElement && event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
      if (typing) {
        if (event.key === "Escape") commands.out();
        return;
      }
      const key = event.key.toLowerCase();
      const goes = going.current;
      going.current = on && !goes && key === "g";
      if (event.key === "?" || going.current || (on && (goes ? commands.area(key) : run(key, commands)))) {
        event.preventDefault();
        if (event.key === "?") commands.sheet();
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
  const choose = (wanted: boolean): void => {
    setOn(wanted);
    try {
      localStorage.setItem(KEPT, wanted ? "on" : "off");
    } catch {
      // a browser that keeps nothing: until the page is left
    }
  };
  return [on, choose];
}

function run(key: string, commands: Commands): boolean {
  if (key === "p") return commands.presence(), true;
  if (commands.local) return commands.local(key);
  const action = ACTIONS[key];
  if (action) commands.act(action);
  else if (/^[1-7]$/.test(key)) commands.place(Number(key) - 1);
  else if (key === "j" || key === "k") commands.step(key === "j" ? 1 : -1);
  else return false;
  return true;
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
