// Opens finished reports in a browser: node check.mjs BROWSER FOLDER [PICTURES]
//
// Every `*.html` of FOLDER must be readable by everybody and need nothing: no request, no message on the console, no finding of axe
// in light, dark and with more contrast, nothing wider than a phone, and a keyboard that reaches everything. With PICTURES, pictures
// of the pages are left there for people to look at.
//
// With --self-test it breaks a page in every way that it looks for, in FOLDER, and passes where it finds them all.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const asked = process.argv.slice(2);
const selfTest = asked[0] === "--self-test";
const [browserPath, folder, pictures] = selfTest ? asked.slice(1) : asked;
if (!browserPath || !folder) {
  console.error("usage: node check.mjs [--self-test] BROWSER FOLDER [PICTURES]");
  process.exit(2);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const problems = [];
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
// The narrowest that WCAG 1.4.10 asks for.
const NARROWEST = { width: 320, height: 640 };

const SIZES = [["desktop", DESKTOP], ["phone", PHONE]];
const LOOKS = [["light", "no-preference"], ["dark", "no-preference"], ["light", "more"], ["dark", "more"]];

const browser = await chromium.launch({
  executablePath: browserPath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
let passed;
try {
  passed = selfTest ? await selfTested() : await checked();
} finally {
  await browser.close();
}
process.exit(passed ? 0 : 1);

async function checked() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".html")).sort();
  if (files.length === 0) problems.push(`${folder} has no pages`);
  for (const file of files) await check(folder, file);
  for (const problem of problems) console.log(problem);
  console.log(problems.length === 0 ? "report-page: every page is fine" : `report-page: ${problems.length} problems`);
  return problems.length === 0;
}

// What is done to a page, and what must be said of it then.
async function selfTested() {
  const good = readFileSync(join(folder, "pages", "en.html"), "utf8");
  const unruled = good.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
  const broken = {
    request: [unruled.replace("</main>", '<img src="https://example.invalid/a.png" alt="a"></main>'), "asks for https://example.invalid"],
    refused: [good.replace("</main>", '<img src="https://example.invalid/a.png" alt="a"></main>'), "Content Security Policy"],
    script: [unruled.replace("</main>", "<script>console.log('hi')</script></main>"), "says on the console: hi"],
    style: [good.replace("<style>", "<style> "), "the style sheet was refused"],
    contrast: [unruled.replaceAll("--soft: #565c65", "--soft: #b5b9c0"), "color-contrast"],
    table: [good.replace(/ role="region" aria-labelledby="[^"]*" tabindex="0"/g, ""), "scrolls, and no key reaches it"],
    language: [good.replace(' lang="en"', ""), "html-has-lang"],
    chart: [good.replace(' role="img"', ""), "charts have no name"],
    wide: [unruled.replace("<main", '<p style="width: 50rem">x</p><main'), "on a screen of 390"],
    focus: [unruled.replace(":focus-visible { outline: 3px", ":focus-visible { outline: 0 none; --was: 3px"), "can't be seen"],
    skip: [good.replace('class="skip" href="#report"', 'class="skip" href="#nowhere"'), "leads nowhere"],
    paper: [unruled.replaceAll("@media screen and", "@media"), "prints in"],
  };
  const scratch = join(folder, "broken");
  mkdirSync(scratch);
  let missed = 0;
  for (const [name, [page, said]] of Object.entries(broken)) {
    problems.length = 0;
    writeFileSync(join(scratch, `${name}.html`), page);
    await check(scratch, `${name}.html`);
    if (page === good || !problems.some((problem) => problem.includes(said))) {
      missed += 1;
      console.log(`self-test: ${name} was not noticed; said was:\n${problems.map((problem) => `  ${problem.slice(0, 200)}`).join("\n")}`);
    }
  }
  console.log(`report-page: ${Object.keys(broken).length - missed} of ${Object.keys(broken).length} faults noticed`);
  return missed === 0;
}

async function check(folder, file) {
  const name = file.replace(/\.html$/, "");
  const wrong = (text) => problems.push(`${file}: ${text}`);
  const context = await browser.newContext({ viewport: DESKTOP, deviceScaleFactor: pictures ? 1.5 : 1 });
  const page = await context.newPage();
  const url = pathToFileURL(resolve(folder, file)).href;
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) wrong(`asks for ${request.url()}`);
  });
  page.on("console", (message) => wrong(`says on the console: ${message.text()}`));
  page.on("pageerror", (error) => wrong(`fails: ${error}`));
  page.on("dialog", (dialog) => {
    wrong(`opens a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.goto(url);

  // The policy must let the style in, and nothing else.
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector("footer")).borderTopStyle);
  if (styled !== "solid") wrong("the style sheet was refused");
  const strange = await page.evaluate(() =>
    [...document.querySelectorAll("script, img, iframe, object, embed, form, input, base, link, [style], [onclick], [onload], [onerror]")]
      .map((element) => element.outerHTML.slice(0, 80)));
  for (const element of strange) wrong(`holds ${element}`);

  for (const [scheme, contrast] of selfTest ? LOOKS.slice(0, 1) : LOOKS) {
    await page.emulateMedia({ colorScheme: scheme, contrast });
    for (const [size, viewport] of SIZES) {
      await page.setViewportSize(viewport);
      await findings(page, `${scheme}, contrast ${contrast}, ${size}`, wrong);
      if (pictures && contrast !== "more") {
        await page.screenshot({ path: join(pictures, `${name}-${scheme}-${size}.png`), fullPage: true });
      }
    }
  }
  await page.emulateMedia({ colorScheme: "light", contrast: "no-preference" });

  for (const viewport of [PHONE, NARROWEST]) {
    await page.setViewportSize(viewport);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > viewport.width) wrong(`is ${width} px wide on a screen of ${viewport.width}`);
    const unreached = await page.evaluate(() =>
      [...document.querySelectorAll("main *")]
        .filter((element) => element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX === "auto")
        .filter((element) => element.tabIndex < 0 || !element.getAttribute("role"))
        .map((element) => element.textContent.trim().slice(0, 40)));
    for (const text of unreached) wrong(`scrolls, and no key reaches it: ${text}`);
  }

  await page.setViewportSize(PHONE);
  await keyboard(page, wrong);

  // Charts have a name, and only one of two widths is there for a screen reader.
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("svg")].filter((svg) => svg.getAttribute("role") !== "img" || !svg.querySelector(":scope > title")).length);
  if (nameless > 0) wrong(`${nameless} charts have no name`);

  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const paper = await page.evaluate(() => getComputedStyle(document.body).color);
  if (paper !== "rgb(27, 30, 34)") wrong(`prints in ${paper}, which is not the ink of paper`);
  if (pictures) await page.pdf({ path: join(pictures, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
  await context.close();
}

async function findings(page, where, wrong) {
  // Evaluated by the debugger: the policy refuses it to everybody else.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
  for (const violation of found.violations) {
    for (const node of violation.nodes) {
      wrong(`(${where}) ${violation.id}: ${violation.help}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`);
    }
  }
}

async function keyboard(page, wrong) {
  await page.keyboard.press("Tab");
  const skip = await page.evaluate(() => {
    const link = document.activeElement;
    const box = link.getBoundingClientRect();
    return { text: link.className, shown: box.top >= 0 && box.height > 10 };
  });
  if (skip.text !== "skip" || !skip.shown) wrong("the first stop of the keyboard is not the link past the heading, in sight");
  await page.keyboard.press("Enter");
  const main = await page.evaluate(() => document.activeElement?.id);
  if (main !== "report") wrong("the link past the heading leads nowhere");
  const total = await page.evaluate(() => document.querySelectorAll("main a[href], main [tabindex='0']").length);
  const seen = new Set();
  for (let stop = 0; stop < total; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const all = [...document.querySelectorAll("main a[href], main [tabindex='0']")];
      const style = getComputedStyle(document.activeElement);
      return { place: all.indexOf(document.activeElement), outlined: style.outlineStyle !== "none" };
    });
    if (!at.outlined) wrong(`stop ${at.place} of the keyboard can't be seen`);
    seen.add(at.place);
  }
  seen.delete(-1);
  await page.evaluate(() => document.activeElement?.blur());
  if (seen.size !== total) wrong(`the keyboard reaches ${seen.size} of ${total} links and tables`);
}
