/**
 * Draws views: a view is a pure function of the state that gives nodes of `h`, and `draw` changes what differs in the
 * document. Text goes in as text and handlers as functions: nothing here parses markup.
 */

type Value = string | number | boolean | null | undefined | object | ((event: never) => void);
export type Props = Record<string, Value>;
export type Child = VNode | string | number | false | null | undefined | readonly Child[];

export interface VNode {
  readonly tag: string;
  readonly props: Props;
  readonly children: readonly (VNode | string)[];
}

/**
 * A node to be: `h("button.link", {…}, "Mbyll")`. Its classes are its parts, for a page's own style sheet. `on…` are
 * handlers; `id` or `key` finds it again among its siblings; `made` is called with the new element; what is inside one with
 * `once` is somebody else's.
 */
export function h(name: string, props?: Props | null, ...children: readonly Child[]): VNode {
  const [tag = "", ...classes] = name.split(".");
  const style = classes.join(" ");
  const nodes = (children.flat(9) as Exclude<Child, readonly Child[]>[]).filter((child) => child || child === 0);
  return {
    tag,
    props: { ...(style && { class: style, part: style }), ...(tag === "button" && { type: "button" }), ...props },
    children: nodes.map((child) => (typeof child === "object" ? child! : String(child))),
  };
}

const drawn = new WeakMap<Node, VNode>();

function create(vnode: VNode): Element {
  const { tag } = vnode;
  const node = tag === "svg" || tag === "path" ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  update(node, vnode);
  (vnode.props.made as ((node: Element) => void) | undefined)?.(node);
  return node;
}

function update(node: Element, vnode: VNode): void {
  const before = drawn.get(node);
  if (before === vnode) return;
  drawn.set(node, vnode);
  for (const name of Object.keys({ ...before?.props, ...vnode.props })) {
    const value = vnode.props[name];
    if (before?.props[name] === value || name === "key" || name === "made" || name === "once") continue;
    if (name.startsWith("on")) (node as unknown as Props)[name] = value;
    else if (name.startsWith("aria")) node.setAttribute(name, String(value));
    else if (value === false || value == null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  if (!vnode.props.once) draw(node, vnode.children);
}

/** Makes the children of a node be these; what is already there is kept, with its focus and its value. */
export function draw(parent: ParentNode & Node, children: readonly (VNode | string)[]): void {
  const keys = new Set(children.map(keyOf));
  const keyed = new Map<unknown, ChildNode>();
  for (const node of [...parent.childNodes]) {
    const key = keyOf(drawn.get(node));
    if (key !== undefined && !keys.has(key)) node.remove();
    else keyed.set(key, node);
  }
  let at: ChildNode | null = parent.firstChild;
  for (const child of children) {
    const text = typeof child === "string";
    const key = keyOf(child);
    const there = at && drawn.get(at);
    const found = key !== undefined ? keyed.get(key) : text ? at instanceof Text && at : there && keyOf(there) === undefined && at;
    if (found && (text || drawn.get(found)?.tag === child.tag)) {
      if (found === at) at = at.nextSibling;
      else parent.insertBefore(found, at);
      if (!text) update(found as Element, child);
      else if ((found as Text).data !== child) (found as Text).data = child;
    } else parent.insertBefore(text ? new Text(child) : create(child), at);
  }
  while (at) {
    const after: ChildNode | null = at.nextSibling;
    at.remove();
    at = after;
  }
}

const keyOf = (vnode: VNode | string | undefined): unknown => (typeof vnode === "object" ? (vnode.props.key ?? vnode.props.id) : undefined);

export const chatPath = "M4 5h16v12H10l-4 3v-3H4zM8 9h8M8 13h5";
export const wavePath = "M2 10q3-5 7 0t6 0 7 0M2 16q3-5 7 0t6 0 7 0";
export const sendPath = "M5 12 3 4l18 8-18 8zm0 0h7";
export const shieldPath = "M12 3 5 6v6q0 6 7 9 7-3 7-9V6z";
export const clipPath = "m20 11-8 8a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 8";
export const agentPath = "M4 14v-2a8 8 0 0 1 16 0v2M4 13h4v6H4zm16 0h-4v6h4z";

/** A drawing of one of these paths, hidden from screen readers. */
export const icon = (path: string): VNode => h("svg.icon", { viewBox: "0 0 24 24", "aria-hidden": true }, h("path", { d: path }));

/** A letter that serves as a picture. */
export const glyph = (letter: string): VNode => h("span.glyph", { "aria-hidden": true }, letter);

/** True when moving the focus to a text field does not throw a keyboard over half the screen. */
export const hasFinePointer = (): boolean => matchMedia("(pointer: fine)").matches;
