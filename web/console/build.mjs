// Builds the console. `node build.mjs` writes its page, script and style sheet below dist/; `--out FOLDER` writes them there;
// `--tests` bundles the unit tests for `node --test`.
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const common = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  jsx: "automatic",
  jsxImportSource: "preact",
};

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
  });
} else {
  const at = process.argv.lastIndexOf("--out");
  const folder = at === -1 ? join(here, "dist") : process.argv[at + 1];
  await mkdir(folder, { recursive: true });
  await build({ ...common, entryPoints: { console: "src/main.tsx" }, outdir: folder, minify: true, target: "es2022" });
  await build({ ...common, entryPoints: { console: "src/styles.css" }, outdir: folder, minify: true, target: "chrome123" });
  await copyFile(join(here, "src/index.html"), join(folder, "index.html"));
}
