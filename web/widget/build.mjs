// Builds the widget. `node build.mjs` writes a bundle for each language below dist/; `--tests` bundles the unit tests for
// `node --test`; `--out FOLDER` writes the bundles there.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const LANGUAGES = { sq: "widget.js", sr: "widget.sr.js", en: "widget.en.js" };

/**
 * Names of fields and methods that the widget alone knows, made short. None may be a name of the API, of the page's own
 * objects as used here, of the element's public methods, or of what is kept in a storage (src/types.ts, `Entry`): those are
 * spoken with somebody who has the long name.
 */
const INTERNAL = (
  "add adopt again alerts always announce api begin call cards change children chosen choose composer copied copy cover does drop dropped edit empty end ends endsAt exclusive fill follow forget " +
  "fresh gone handoff hurry items keep latest leave load local menu messages newer notification out own passing pause phase problem progress proof props raise rated reason redacted " +
  "redraw renew replies restart retry retryAt save scrolled selector serial sound step sync tell ticking told toAgent toggleNotification toggleSound tone topics touch tries typing unavailable unread " +
  "view wait write"
).split(" ");

/** `import css from "./x.css"` gives the minified text, for adoptedStyleSheets. */
const styleText = {
  name: "style-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      // Custom properties keep their spaces otherwise.
      return { contents: code.trim().replace(/(--[\w-]+): /g, "$1:").replace(/(light-dark\([^,]+), /g, "$1,"), loader: "text" };
    });
  },
};

/** One language's words in a bundle. */
const words = (language) => ({
  name: "words",
  setup({ onLoad }) {
    onLoad({ filter: /i18n[\\/]words\.ts$/ }, () => ({ contents: `export * from "./${language}"`, loader: "ts", resolveDir: join(here, "src/i18n") }));
  },
});

const common = { absWorkingDir: here, bundle: true, format: "esm", charset: "utf8", legalComments: "none", logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const tests = (await readdir(join(here, "tests"))).filter((name) => name.endsWith(".test.ts"));
  await rm(join(here, "dist/tests"), { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: tests.map((name) => join("tests", name)),
    outdir: "dist/tests",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: "node18",
    plugins: [styleText],
  });
} else {
  const at = process.argv.lastIndexOf("--out");
  const folder = at === -1 ? join(here, "dist") : process.argv[at + 1];
  await mkdir(folder, { recursive: true });
  for (const [language, name] of Object.entries(LANGUAGES)) {
    const { outputFiles } = await build({
      ...common,
      entryPoints: ["src/index.ts"],
      write: false,
      minify: true,
      target: "es2022",
      plugins: [styleText, words(language)],
    });
    // A second pass makes it 3 % smaller still.
    const compress = { passes: 2, sequences: false, ecma: 2020, unsafe: true, unsafe_arrows: true, unsafe_math: true, pure_getters: true };
    // Not esbuild's `mangleProps`: it would take the catalogue's exports for properties.
    const mangle = { properties: { builtins: true, regex: new RegExp(`^(${INTERNAL.join("|")})$`) } };
    const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress, mangle, format: { comments: false } });
    await writeFile(join(folder, name), code + "\n");
  }
}
