// Builds the styles, behaviours, font and icons into the package's static folder, named by content.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const home = join(here, "..", "src", "nimbus", "web", "static");
const out = join(here, "node_modules", ".static"); // Made here and moved at the end, so pages never see half a build.
const FIRST_FONT = "inter-latin-wght-normal.woff2";

// A font that comes late waits for the next page, since taking it in would move the text of this one.
const steady = {
  name: "steady",
  setup(build) {
    build.onLoad({ filter: /wght\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: text.replaceAll("font-display: swap", "font-display: optional"), loader: "css" };
    });
  },
};

async function bundle() {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["css/app.css", "js/app.js"],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome123", "firefox125", "safari17.5"],
    outdir: out,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    plugins: [steady],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  const names = {};
  for (const [file, made] of Object.entries(result.metafile.outputs)) {
    const hashed = basename(file);
    if (made.entryPoint) names[basename(made.entryPoint)] = hashed;
    else if (Object.keys(made.inputs).some((from) => from.endsWith(FIRST_FONT))) names["inter.woff2"] = hashed;
  }
  return names;
}

async function place(logical, text) {
  const [stem, end] = logical.split(".");
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const hashed = `${stem}-${hash}.${end}`;
  await writeFile(join(out, hashed), text);
  return { [logical]: hashed };
}

async function sprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
      const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

// Text is stored compressed beside itself, so that serving it costs nothing.
async function compress() {
  for (const name of await readdir(out)) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const text = await readFile(join(out, name));
    await writeFile(join(out, `${name}.gz`), gzipSync(text, { level: 9 }));
    const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    await writeFile(join(out, `${name}.br`), brotliCompressSync(text, best));
  }
}

async function build() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const manifest = {
    ...(await bundle()),
    ...(await place("icons.svg", await sprite())),
    ...(await place("favicon.svg", await readFile(join(here, "favicon.svg"), "utf8"))),
  };
  await compress();
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of ["app.css", "app.js"]) {
    const size = gzipSync(await readFile(join(out, manifest[name])), { level: 9 }).length;
    console.log(`${name}  ${(size / 1024).toFixed(1)} KB gzip`);
  }
  await rm(home, { recursive: true, force: true });
  await rename(out, home);
}

await build();
if (process.argv.includes("--watch")) {
  const { watch } = await import("node:fs");
  let waiting;
  for (const folder of ["css", "js"]) {
    watch(join(here, folder), () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => build().catch((error) => console.error(error.message)), 80);
    });
  }
}
