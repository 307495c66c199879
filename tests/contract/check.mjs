// Judges the exchanges that `cargo test --test contract` wrote into a folder: node check.mjs FOLDER

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Description } from "./description.mjs";
import { Judge } from "./judge.mjs";
import { selftest } from "./selftest.mjs";

const SHOWN = 60;

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node check.mjs FOLDER");
  process.exit(2);
}
const description = Description.installed();

const { cases, failed } = selftest(description);
for (const line of failed) console.log(`self-test: ${line}`);

const allowed = JSON.parse(readFileSync(new URL("allowed.json", import.meta.url), "utf8"));
const judge = new Judge(description, allowed);
let exchanges = 0;
for (const file of readdirSync(folder).sort()) {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  for (const [at, line] of lines.entries()) {
    if (line === "") continue;
    exchanges += 1;
    judge.exchange(JSON.parse(line), `${file}:${at + 1}`);
  }
}

// The same complaint about many exchanges is shown once, with where it was met first.
const complaints = new Map();
for (const { place, name, what, line } of judge.violations) {
  const key = `${name}\n${line.replace(/\/\d+(?=\/| )/g, "/*")}`;
  const known = complaints.get(key);
  if (known) known.times += 1;
  else complaints.set(key, { text: `${place} ${what}\n    ${line}`, times: 1, ours: what.endsWith("request") });
}
// Ours first: what we send matters more than what the sandbox answers.
const sorted = [...complaints.values()].sort((a, b) => b.ours - a.ours);
for (const { text, times } of sorted.slice(0, SHOWN)) {
  console.log(times > 1 ? `${text} (${times} times)` : text);
}
if (complaints.size > SHOWN) console.log(`… and ${complaints.size - SHOWN} more`);
const idle = judge.idle();
for (const entry of idle) console.log(`allowed.json has an exception that nothing needs: ${entry}`);

const rows = [...judge.operations].sort(([a], [b]) => (a < b ? -1 : 1));
const width = Math.max(...rows.map(([name]) => name.length), 9);
const sum = (of) => rows.reduce((total, [, count]) => total + of(count), 0);
console.log(`${"operation".padEnd(width)}  requests  others  wrong  answers`);
for (const [name, { requests, others, statuses, violations }] of rows) {
  const answers = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}×${times}`);
  const numbers = [[requests, 8], [others, 6], [violations, 5]].map(([number, size]) => String(number).padStart(size));
  console.log(`${name.padEnd(width)}  ${numbers.join("  ")}  ${answers.join(" ")}`);
}
console.log(
  `GitHub's OpenAPI description ${description.version}: ${exchanges} exchanges, ${rows.length} operations, ` +
    `${sum(({ requests }) => requests)} requests of pm-sync checked, ` +
    `${sum(({ statuses }) => [...statuses.values()].reduce((a, b) => a + b, 0))} answers checked, ` +
    `${judge.violations.length} violations; self-test: ${cases - failed.length} of ${cases}`,
);
const good = judge.violations.length === 0 && failed.length === 0 && idle.length === 0 && exchanges > 0;
process.exit(good ? 0 : 1);
