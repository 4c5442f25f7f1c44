// What runs in the measured pages: finding things through shadow roots, reading what a person sees, clicking at once.
(() => {
  const find = (path) => {
    let at = document;
    for (const part of path.split(" >> ")) {
      at = (at.shadowRoot ?? at).querySelector(part);
      if (at === null) return null;
    }
    return at;
  };
  const usable = (path) => {
    const element = path ? find(path) : null;
    if (element === null || element.disabled) return null;
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0 ? element : null;
  };
  const lines = (root) =>
    [...root.childNodes].flatMap((node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data.trim() ? [node.data.trim()] : [];
      if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE"].includes(node.tagName)) return [];
      if (getComputedStyle(node).display === "none") return [];
      return [...(node.shadowRoot ? lines(node.shadowRoot) : []), ...lines(node)];
    });
  const bench = { violations: [], launcher: null, interactive: null, usable, lines: () => lines(document.body) };
  window.__bench = bench;
  document.addEventListener("securitypolicyviolation", (event) => bench.violations.push(event.effectiveDirective));

  // Clicks the launcher as soon as it is there, and again when that opened nothing for half a second.
  bench.race = (launcher, field) => {
    let clicked = -Infinity;
    const step = () => {
      const now = performance.now();
      if (usable(field)) { bench.interactive = now; return; }
      const button = usable(launcher);
      if (button) bench.launcher ??= now;
      if (button && now - clicked > 500) { clicked = now; button.click(); }
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };
})();
