// node check.mjs < MANIFESTS: checks each document, and prints a line for each fault. Types find what doesn't exist, validators what has to be there and its form.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

const packages = join(import.meta.dirname, "node_modules");
const customResources = {
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api/gateway.networking.k8s.io",
  "keda.sh": "@kubernetes-models/keda/keda.sh",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator/monitoring.coreos.com",
};

function moduleOf(apiVersion, kind) {
  const [version, group] = apiVersion.split("/").reverse();
  const name = group ? `${customResources[group] ?? `kubernetes-models/${group.replace(/\.k8s\.io$/, "")}`}/${version}` : `kubernetes-models/${version}`;
  const found = [name, name.replace(/\/[^/]+$/, `.k8s.io/${version}`)].find((module) => existsSync(join(packages, module, `${kind}.d.ts`)));
  return found && `${found}/${kind}`;
}

async function faultsOf(document, text) {
  const module = moduleOf(document.apiVersion, document.kind);
  if (!module) return ["of this apiVersion there is no such kind"];
  const { [document.kind]: Model } = await import(module);
  const faults = [];
  try {
    new Model(document).validate();
  } catch (fault) {
    if (!fault.errors) throw fault;
    faults.push(...fault.errors.map(({ instancePath, message }) => `${instancePath}: ${message}`));
  }

  text.push(`import type { I${document.kind} as T${text.length} } from "${module}";\nexport const d${text.length}: T${text.length} = ${JSON.stringify(document)};`);
  return faults;
}

function typeFaults(text) {
  const folder = mkdtempSync(join(tmpdir(), "manifests-"));
  try {
    symlinkSync(packages, join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "manifests.ts"), text.join("\n"));
    execFileSync(join(packages, ".bin", "tsc"), ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--pretty", "false", "--noErrorTruncation", "manifests.ts"], { cwd: folder, encoding: "utf8" });
    return [];
  } catch (fault) {
    if (!fault.stdout) throw fault;
    // The second line of each document is its constant.
    return fault.stdout.split("\n").filter((line) => line.startsWith("manifests.ts")).map((line) => {
      const [, number, what] = /^manifests\.ts\((\d+),\d+\): (.*)$/.exec(line);
      return [Math.ceil(number / 2) - 1, what.replaceAll(/(.{400}).*/g, "$1…")];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const documents = parseAllDocuments(readFileSync(0, "utf8"), { strict: true, uniqueKeys: true });
const named = [];
const text = [];
for (const parsed of documents) {
  for (const error of parsed.errors) console.log(`YAML: ${error.message}`);
  const document = parsed.toJS();
  if (document === null) continue;
  const name = `${document.kind} ${document.metadata?.name}`;
  const before = text.length;
  for (const fault of await faultsOf(document, text)) console.log(`${name}: ${fault}`);
  if (text.length > before) named.push(name);
}
for (const [index, what] of typeFaults(text)) console.log(`${named[index]}: ${what}`);
console.log(`${documents.length} documents checked`);
