// Builds dist: types by tsc, which also checks the sources, and three minified scripts by esbuild.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
rmSync(`${folder}dist`, { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc"], { cwd: folder, stdio: "inherit" });
for (const [source, target, format] of [
  ["ssefabric", "ssefabric", "esm"],
  ["global", "ssefabric.global", "iife"],
  ["worker", "worker", "iife"],
]) {
  await build({
    absWorkingDir: folder,
    entryPoints: [`src/${source}.ts`],
    outfile: `dist/${target}.js`,
    format,
    bundle: true,
    minify: true,
    target: "es2022",
    logLevel: "warning",
  });
}
