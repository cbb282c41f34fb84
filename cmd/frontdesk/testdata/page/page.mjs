// A browser uses the page of a running box while callers ring: what an owner does on the first day.
//
// It prints one line for each thing that was seen to be so, and ends with 1 when one was not. The environment names the box,
// its practice PBX and where pictures go; see page_native_test.go.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const env = (name) => process.env["FRONTDESK_" + name];
const url = env("URL");
const password = "purple kettle on the roof";
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

let faults = 0;
const see = (what, ok, detail = "") => {
  if (!ok) { faults++; }
  console.log(`${ok ? "ok  " : "FAIL"}  ${what}${ok || detail === "" ? "" : ": " + detail}`);
};

const browser = await chromium.launch({ executablePath: env("CHROMIUM") || "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, timezoneId: "America/Chicago" });
context.setDefaultTimeout(15000);
// What moved on the page although nobody touched it, as browsers count it.
await context.addInitScript(() => {
  window.shifted = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries()) { if (!e.hadRecentInput) { window.shifted += e.value; } } }).observe({ type: "layout-shift", buffered: true });
});
const page = await context.newPage();

// Nothing may leave the box, and nothing may go wrong in the browser.
let expected = 0; // answers that the browser complains of although they are meant: 401, 422
const watch = (p) => {
  p.on("request", (r) => { if (!r.url().startsWith(url) && !r.url().startsWith("data:")) { see("no request leaves the box", false, r.url()); } });
  p.on("pageerror", (e) => see("no error in a script", false, e.message));
  p.on("console", (m) => {
    if (m.type() !== "error") { return; }
    if (expected > 0 && m.text().includes("status of 4")) { expected--; return; }
    if (m.text().startsWith("htmx: htmx:error: Failed to fetch")) { return; } // a poll ends with the page that it belongs to
    see("no error on the browser's console", false, m.text());
  });
};
watch(page);

// ring lets the test caller play a scene and returns its report.
const ring = (scene) => new Promise((resolve, reject) => {
  const p = spawn(env("RINGER"), ["--pbx", env("PBX"), "--dial", env("EXTENSION"), "--out", env("OUT"), "-"], { stdio: ["pipe", "pipe", "inherit"] });
  let out = "";
  p.stdout.on("data", (d) => { out += d; });
  p.on("error", reject);
  p.on("close", (code) => {
    const call = out.trim().split("\n").map((l) => { try { return JSON.parse(l).call; } catch { return undefined; } }).find(Boolean);
    code === 0 && call ? resolve(call) : reject(new Error(`the test caller ended with ${code}`));
  });
  p.stdin.end(JSON.stringify([scene]));
});

// look checks a page with axe and takes its picture in both widths and both colours.
const look = async (name, address) => {
  for (const [width, scheme] of [[390, "light"], [390, "dark"], [1280, "dark"], [1280, "light"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    if (address) { await page.goto(url + address); }
    await page.screenshot({ path: path.join(env("OUT"), `${name}-${width}-${scheme}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    see(`${name} fits into ${width} px`, wide <= 0, `${wide} px too wide`);
    const small = await page.evaluate(() => [...document.querySelectorAll("main button, main select, main summary, main a.act, footer button, nav a")].map((e) => [e, e.getBoundingClientRect()]).filter(([e, b]) => b.width > 0 && (b.height < 24 || b.width < 24)).map(([e]) => e.textContent.trim()));
    see(`${name} has nothing too small for a finger at ${width} px`, small.length === 0, small.join(", "));
    const found = await page.evaluate(axe + "; axe.run()");
    const serious = found.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
    see(`${name} has nothing serious for axe at ${width} px, ${scheme}`, serious.length === 0,
      serious.map((v) => `${v.id} at ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`).join("; "));
  }
};

// has waits until the page has a text: what a click brings takes its time.
const has = (...texts) => page.waitForFunction((list) => list.some((t) => document.body?.innerText.includes(t)), texts, { timeout: 10000 }).then(() => true, () => false);
const count = (selector, n) => page.waitForFunction(([s, n]) => document.querySelectorAll(s).length === n, [selector, n], { timeout: 10000 }).then(() => true, () => false);

try {
  // First run.
  await page.goto(url + "/");
  see("a fresh box asks for its owner", page.url() === url + "/setup", page.url());
  await look("setup");
  const code = readFileSync(path.join(env("STATE"), "first-run-code"), "utf8").trim();
  const claim = async (c) => {
    await page.getByLabel("One-time code").fill(c);
    await page.getByLabel("Your name").fill("Maria");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("The password again").fill(password);
    await page.getByRole("button", { name: "Make my account" }).click();
  };
  expected++;
  await claim("AAAA-AAAA-AAAA");
  see("a wrong code is refused, in plain words", await has("That is not the code"));
  await claim(code);
  see("the right code lets the owner in", page.url() === url + "/", page.url());
  see("an empty day says so", await has("No open messages") && await has("Nobody is on the phone"));

  // Sign out and in.
  await page.getByRole("button", { name: "Sign out" }).click();
  see("signed out", page.url().includes("/signin"));
  expected++;
  await page.getByLabel("Your name").fill("Maria");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  see("a wrong password is refused", await has("Name or password is wrong"));
  await look("signin");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  see("the right one is not", page.url() === url + "/", page.url());

  // A call with live words, and the message that comes of it.
  await page.mouse.move(5, 5);
  const call = ring({
    name: "live", caller: "2175550182", display: "Anna Berger", voice: "flite:awb", snr_db: 30,
    steps: [
      { say: "What does a cleaning cost?", voice: "flite:slt" }, { say: "Please call me back." }, { say: "My name is Thomas Brown." }, { say: "Yes, please." },
      { say: "I have a question about my last invoice." }, { say: "Yes, please." }, { say: "No, thank you. Goodbye." },
    ],
  });
  await page.locator("#now [data-call]").waitFor({ timeout: 20000 });
  see("the call is on the page", true);
  await page.locator("#now .desk").first().waitFor({ timeout: 5000 });
  see("the greeting is on the page while it is spoken", true);
  await page.locator("#now .caller").first().waitFor({ timeout: 30000 });
  await page.locator("#now .desk", { hasText: "120" }).or(page.locator("#now .desk", { hasText: "hundred" })).first().waitFor({ timeout: 30000 });
  see("caller's and Frontdesk's words are on the page while they are said", true);
  await page.screenshot({ path: path.join(env("OUT"), "live-1280-light.png"), fullPage: true });
  await page.setViewportSize({ width: 390, height: 900 });
  await page.screenshot({ path: path.join(env("OUT"), "live-390-light.png"), fullPage: true });
  await page.setViewportSize({ width: 1280, height: 900 });
  await call;
  await page.locator("#now .nobody").waitFor({ timeout: 20000 });
  const shifted = await page.evaluate(() => window.shifted);
  see("nothing on the page moves by itself over a whole call", shifted < 0.02, `layout shift ${shifted}`);
  await page.locator(".message").first().waitFor({ timeout: 20000 });
  see("what waits is counted in the page's title", (await page.title()).startsWith("(1) "), await page.title());
  see("the message appears without a reload", await has("invoice"));

  // Done, and undone.
  await page.getByRole("button", { name: /^Done/ }).first().click();
  see("a message is done", await has("No open messages"));
  await page.getByRole("button", { name: "Undo" }).click();
  see("and open again", await has("invoice"));
  await look("today", "/");

  // Calling back: nobody picks up at the telephone system of this test, and that is said.
  await page.getByRole("link", { name: /^Call / }).first().click();
  await look("callback");
  await page.getByRole("button", { name: "Front desk, 200" }).click();
  await page.locator("p.flash, p.fault").first().waitFor({ timeout: 60000 });
  const outcome = await page.locator("p.flash, p.fault").first().innerText();
  see("what came of calling back is said", outcome === "Extension 200 did not answer.", outcome);

  // The call's page.
  await page.goto(url + "/calls");
  see("the list says what the call was about", await has("prices") && await has("left a message"));
  await page.getByLabel("Name, number or a word that was said").fill("invoice");
  await page.waitForURL(/q=invoice/);
  see("search finds a word that was said", await count(".rows a.row", 1));
  await look("calls", "/calls");
  await page.locator(".rows a.row").first().click();
  await page.waitForURL(/\/calls\/./);
  see("the call's page has the words and the times", await has("Frontdesk") && (await page.locator(".how").count()) > 2);
  await page.locator(".desk .how summary").first().click();
  see("and says why a reply was given", await has("understood"));
  await look("call", new URL(page.url()).pathname);
  await look("callers", "/callers");
  await page.locator(".rows a.row").first().click();
  await page.waitForURL(/\/callers\/./);
  await look("caller", new URL(page.url()).pathname);

  // A public holiday is closed with one tap, and open again with another.
  await page.goto(url + "/business/holidays");
  await page.getByRole("button", { name: /^Closed on Memorial Day/ }).click();
  see("a public holiday is closed with one tap", await count("[aria-pressed=true][aria-label^='Closed on Memorial Day']", 1));
  await look("holidays", "/business/holidays");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(url + "/business/holidays");
  await page.screenshot({ path: path.join(env("OUT"), "year-390-light.png") });
  await page.getByRole("button", { name: /^Open on Memorial Day/ }).click();
  see("and open again with another", await count("[aria-pressed=true][aria-label^='Open on Memorial Day']", 1));
  await page.setViewportSize({ width: 1280, height: 900 });

  // Another price: draft, try, publish, heard in the next call.
  await page.goto(url + "/business");
  await look("business", "/business");
  const ask = async () => {
    await page.getByLabel("What would a caller hear who asks").fill("What does a cleaning cost?");
    await page.getByRole("button", { name: "Try" }).click();
    await page.locator("#tried .desk").waitFor();
    return page.locator("#tried").innerText();
  };
  see("what is said is tried, with the field it comes from", /120|hundred and twenty|hundred twenty/.test(await ask()) && await has("From"));
  await page.locator("a.row", { hasText: "Services" }).click();
  await page.waitForURL(/\/business\/services/);
  await look("services", "/business/services");
  await page.locator("details.entry summary", { hasText: "teeth cleaning" }).click();
  const price = page.locator("input").filter({ visible: true });
  let changed = false;
  for (let i = 0; i < await price.count() && !changed; i++) {
    if (/^\$?120(\.00)?$/.test(await price.nth(i).inputValue())) { await price.nth(i).fill("135"); changed = true; }
  }
  see("the price of a cleaning can be changed", changed);
  await page.getByRole("button", { name: "Keep in the draft" }).click();
  see("kept in the draft", await has("Kept in the draft"));
  await page.goto(url + "/business");
  see("the draft says what it changes", await has("135"));
  see("the draft is tried before anybody hears it", /135|thirty.five/.test(await ask()));
  await page.getByRole("button", { name: "Publish" }).click();
  see("published", await page.getByRole("button", { name: "Publish" }).waitFor({ state: "hidden" }).then(() => true, () => false), page.url());
  await look("history", "/business/history");

  // The telephone account, with a wrong password; and recording, announced.
  await page.goto(url + "/phone");
  await look("phone", "/phone");
  await page.getByLabel("Password of the extension").fill("wrong password");
  await page.getByRole("button", { name: "Test only" }).click();
  await page.locator("#tested h3").waitFor();
  const verdict = await page.locator("#tested").innerText();
  see("a wrong password at the PBX is said in plain words", /password/i.test(verdict) && /wrong|refused|not accept/i.test(verdict), verdict);
  await page.screenshot({ path: path.join(env("OUT"), "phone-wrong-1280-light.png"), fullPage: true });
  await page.goto(url + "/phone");
  await page.getByLabel("Calls are recorded, and callers are told so first").check();
  await page.locator("form[action='/phone/recording'] button").click();
  await page.waitForLoadState();
  see("recording is on", await page.getByLabel("Calls are recorded, and callers are told so first").isChecked());

  // The next caller hears the new price, and that the call is recorded.
  // Who is misheard calls once more: people say it again, these callers cannot.
  let told = false;
  for (let i = 0; i < 2 && !told; i++) {
    await page.goto(url + "/");
    const next = ring({ name: "after", caller: "2175550147", voice: "flite:slt", snr_db: 30, steps: [{ say: "What does a cleaning cost?" }, { say: "No, thank you. Goodbye." }] });
    const over = next.then(() => false);
    const seen = page.locator("#now .desk", { hasText: /135|thirty.five/ }).first().waitFor({ timeout: 90000 }).then(() => true, () => false);
    told = await Promise.race([seen, over]);
    if (told) await page.screenshot({ path: path.join(env("OUT"), "office-1280-light.png"), clip: { x: 0, y: 0, width: 1280, height: 600 } });
    await next;
  }
  see("the new price is on the page while it is said", told);
  await page.goto(url + "/calls");
  await page.locator(".rows a.row").first().click();
  await page.waitForURL(/\/calls\/./);
  const length = () => page.evaluate(() => document.getElementById("player")?.duration || 0);
  await page.waitForFunction(() => document.getElementById("player")?.duration > 1);
  see("the recording can be heard", await length() > 5, `${await length()} s`);
  await page.locator("li[data-at]").last().click();
  await page.waitForFunction(() => document.getElementById("player").currentTime > 1);
  see("a click on a line plays it", true);
  await page.evaluate(() => document.getElementById("player").pause());
  await page.locator("h1").click();
  for (const key of [">", ">", "ArrowLeft", "ArrowRight"]) { await page.keyboard.press(key); }
  const player = await page.evaluate(() => [document.getElementById("player").playbackRate, document.getElementById("speed").value, document.getElementById("player").currentTime]);
  see("the recording is played faster and skipped by the keyboard", player[0] === 1.5 && player[1] === "1.5" && player[2] >= 5, player.join(", "));
  await page.locator(".mendit summary", { hasText: "Correct the words" }).first().click();
  await page.locator("textarea[name=words]").filter({ visible: true }).fill("What does a cleaning cost at Hillcrest");
  await page.getByRole("button", { name: "Correct it" }).click();
  see("a word of the transcript is corrected", await has("What does a cleaning cost at Hillcrest") && await has("Hillcrest."));
  await look("recorded");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: path.join(env("OUT"), "player-390-dark.png") });
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(url + "/system");
  see("the box still answers with the account it had", await has("Calls are answered"));
  await look("system", "/system");
  await look("account", "/account");
  await look("statistics", "/statistics");
  await look("requests", "/requests");
  await look("egress", "/egress");
  await look("start", "/start");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(url + "/start");
  await page.screenshot({ path: path.join(env("OUT"), "first-390-light.png") });
  await page.setViewportSize({ width: 1280, height: 900 });

  // Notices of the browser are there for who asks for them.
  await context.grantPermissions(["notifications"]);
  await page.goto(url + "/");
  await page.getByRole("button", { name: "Notices on this device" }).click();
  see("notices on this device are switched on", await has("No notices on this device any more"));
  await page.getByRole("button", { name: "No notices on this device any more" }).click();
  see("and off again", await page.getByRole("button", { name: "Notices on this device", exact: true }).waitFor().then(() => true, () => false));

  // A backup, with its key, and whether it is sound.
  await look("records", "/records");
  await page.getByRole("button", { name: "Make the recovery key" }).click();
  see("the recovery key has 24 words", await count(".words li", 24));
  await look("recovery-key");
  await page.goto(url + "/records");
  see("it is shown once", await count(".words li", 0));
  await page.getByRole("button", { name: "Make a backup now" }).click();
  await page.getByText("The backup is made").waitFor();
  await page.getByRole("button", { name: "Check", exact: true }).first().click();
  await page.getByText("The backup is sound").waitFor();
  see("a backup is made and found sound", true);
  await page.getByRole("button", { name: "Check the whole chain" }).click();
  see("the audit chain is whole", await has("nothing was changed, cut or moved"));
  await look("audit");

  // Contacts: what would be taken, taken, and taken back.
  await page.goto(url + "/contacts");
  await page.getByLabel("A table, vCards or JSON").setInputFiles({ name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from("Customer;Phone;Shop\nGrace Hopper;(217) 555-0181;Springfield\nAlan Turing;217 555 0183;Peoria\nNobody;12;\n") });
  await page.getByRole("button", { name: "Look at it" }).click();
  see("a table is shown before anything is done", await has("2 contacts", "3 contacts"));
  await look("contacts-plan");
  await page.getByRole("button", { name: /^Take/ }).click();
  await page.getByText("contacts taken over").waitFor();
  await page.goto(url + "/callers?q=hopper");
  see("a contact is known by name", await count(".rows a.row", 1));
  await page.goto(url + "/contacts");
  await look("contacts");
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByText("Taken back").first().waitFor();
  await page.goto(url + "/callers?q=hopper");
  see("and taken back", await count(".rows a.row", 0));
  await look("trust", "/trust");

  // Half as wide is what 200 % zoom leaves of a desk's screen: no page is wider than that.
  await page.setViewportSize({ width: 640, height: 450 });
  for (const address of ["/", "/calls", "/callers", "/business", "/business/hours", "/business/holidays", "/business/rules", "/business/learned", "/business/history", "/business/documents", "/phone", "/system", "/account", "/statistics", "/records", "/records/processing", "/requests", "/contacts", "/egress", "/start", "/trust"]) {
    await page.goto(url + address);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    see(`${address} fits at 200 % zoom`, wide <= 0, `${wide} px too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(url + "/business/rules");
  await page.locator("#number").fill("2175550147");
  await page.getByRole("button", { name: "Tell me" }).click();
  see("what would happen on a call is told", await has("Frontdesk answers for"));
  await look("rules", "/business/rules");
  await look("processing", "/records/processing");
  await page.goto(url + "/callers");
  await page.locator(".rows a.row").first().click();
  await page.waitForURL(/\/callers\/./);
  await page.locator("summary", { hasText: /^Erase$/ }).click();
  see("erasing says what stays, and asks for a word", await has("A receipt stays") && await page.locator("#erase-word").evaluate((e) => !e.checkValidity()));

  // By keyboard alone: the first stops lead to the content and through the places.
  await page.goto(url + "/");
  const stops = [];
  for (let i = 0; i < 6; i++) { await page.keyboard.press("Tab"); stops.push(await page.evaluate(() => document.activeElement.textContent.trim())); }
  see("the keyboard goes through the places", stops[0] === "To the content" && stops.includes("Calls"), stops.join(", "));

  // Without JavaScript everything but the live words works.
  const plain = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false, storageState: await context.storageState() });
  const without = await plain.newPage();
  await without.goto(url + "/");
  await without.getByRole("button", { name: /^Done/ }).first().click();
  see("without JavaScript a message is done", await without.getByText("No open messages").waitFor().then(() => true, () => false));
  await without.getByRole("button", { name: "Undo" }).click();
  await without.goto(url + "/calls?q=invoice");
  see("and calls are searched", await without.locator(".rows a.row").nth(1).waitFor({ state: "detached" }).then(() => true, () => false));
  await plain.close();

  // In German, as a browser asks for it: its words are longer, and they fit too.
  const german = await browser.newContext({ ignoreHTTPSErrors: true, locale: "de-DE", storageState: await context.storageState() });
  const deutsch = await german.newPage();
  for (const address of ["/", "/calls", "/callers", "/business", "/business/hours", "/business/holidays", "/business/rules", "/phone", "/system", "/account", "/statistics", "/records", "/requests", "/contacts", "/directories", "/engine-hosts", "/engine-hosts/speech", "/recipients", "/calendars", "/egress", "/start"]) {
    for (const width of [390, 1280]) {
      await deutsch.setViewportSize({ width, height: 900 });
      await deutsch.goto(url + address);
      await deutsch.screenshot({ path: path.join(env("OUT"), `de${address.replaceAll("/", "-")}-${width}-light.png`), fullPage: true });
      const [tongue, wide] = await deutsch.evaluate(() => [document.documentElement.lang, document.documentElement.scrollWidth - document.documentElement.clientWidth]);
      see(`${address} is in German and fits into ${width} px`, tongue === "de" && wide <= 0, `${tongue}, ${wide} px too wide`);
    }
    const found = await deutsch.evaluate(axe + "; axe.run()");
    const serious = found.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
    see(`${address} in German has nothing serious for axe`, serious.length === 0, serious.map((v) => v.id).join(", "));
  }
  await german.close();
} catch (e) {
  see("the test goes to its end", false, e.message);
  await page.screenshot({ path: path.join(env("OUT"), "fault.png"), fullPage: true });
} finally {
  await browser.close();
}
process.exit(faults === 0 ? 0 : 1);
