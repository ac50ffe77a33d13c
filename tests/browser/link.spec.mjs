// The address bar is the link; what it is given is opened, whatever it is.
import fs from "node:fs";
import { test, expect, example } from "./desk.mjs";

/** What stands behind the # of the address. */
const fragment = (page) => page.evaluate(() => location.hash);

/** Waits until the address holds a link, and gives it. */
async function linked(page, other = "") {
  await expect.poll(() => fragment(page)).toMatch(/^#v1\../);
  await expect.poll(() => fragment(page)).not.toBe(other);
  return fragment(page);
}

const mine = `# mine\n${example("make-before-break")}`;
const theirs = `# theirs\n${example("sidecars-never-merge")}`;

/** The link to a text, made by the page in a window of its own. */
async function linkTo(browser, baseURL, text) {
  const context = await browser.newContext({ baseURL, serviceWorkers: "block" });
  const page = await context.newPage();
  await page.addInitScript((text) => {
    localStorage.setItem("pilothouse.files", JSON.stringify([{ name: "theirs.yaml", text }]));
  }, text);
  await page.goto("./");
  const link = await linked(page);
  await context.close();
  return link;
}

test("an example as it is has no link, or a short one", async ({ desk, page }) => {
  await desk.open();
  expect(await fragment(page)).toBe("");
  await desk.picker.selectOption("order-between-teams");
  await expect.poll(() => fragment(page)).toBe("#example=order-between-teams");
  await desk.tab("Policies");
  await expect.poll(() => fragment(page)).toBe("#example=order-between-teams&tab=policies");
});

test("the address follows the text, without a step in the history", async ({ desk, page }) => {
  await desk.open();
  const steps = await page.evaluate(() => history.length);
  await desk.paste(mine);
  const first = await linked(page);
  await desk.text.pressSequentially("# more");
  const second = await linked(page, first);
  await desk.tab("Findings");
  await linked(page, second);
  expect(await page.evaluate(() => history.length)).toBe(steps);
});

test("a link shows another person what it was made of", async ({ browser, desk, page, baseURL }) => {
  await desk.open();
  await desk.paste(mine);
  await desk.istio.selectOption("1.1");
  await desk.tab("Listeners");
  const field = page.getByRole("combobox", { name: /^URL/ });
  await field.fill("https://library.example.com/shelves");
  await expect(page.locator(".answer strong")).toBeVisible();
  // The last change has come into the address once it stays as it is.
  let settled = await linked(page);
  await expect.poll(async () => {
    await page.waitForTimeout(900);
    const before = settled;
    settled = await fragment(page);
    return settled === before && settled.startsWith("#v1.");
  }).toBe(true);
  const other = await browser.newContext({ baseURL, serviceWorkers: "block" });
  const there = await other.newPage();
  await there.goto(`./${settled}`);
  await expect(there.getByRole("region", { name: "YAML" }).getByRole("textbox")).toContainText("# mine");
  await expect(there.getByRole("combobox", { name: "Which Istio is modelled" })).toHaveValue("1.1");
  await expect(there.getByRole("tab", { name: "Listeners" })).toHaveAttribute("aria-selected", "true");
  await expect(there.getByRole("combobox", { name: /^URL/ })).toHaveValue("https://library.example.com/shelves");
  await expect(there.getByText("This text came from a link")).toHaveCount(0);
  await other.close();
});

test("a link leaves one's own text alone, and gives it back", async ({ browser, desk, page, baseURL }) => {
  const link = await linkTo(browser, baseURL, theirs);
  await desk.open();
  await desk.paste(mine);
  await expect.poll(() => desk.kept()).toBe(mine);
  await page.goto("about:blank");
  await page.goto(`./${link}`);
  await desk.settled();
  await desk.ready();
  await expect(desk.text).toContainText("# theirs");
  await expect(page.getByText("This text came from a link. Your own is kept.")).toBeVisible();
  // The edit is not lost where the reload comes before its link is made.
  await page.evaluate(() => sessionStorage.removeItem("pilothouse.fragment"));
  await desk.text.pressSequentially("# edited");
  await page.reload();
  await desk.settled();
  await desk.ready();
  await expect(desk.text).toContainText("# edited");
  expect(await desk.kept()).toBe(mine);
  await page.getByRole("button", { name: "Back to my text" }).click();
  await expect(desk.text).toContainText("# mine");
  await expect(page.getByText("This text came from a link")).toHaveCount(0);
});

test("a link pasted into the address of an open page is opened, and the way back works", async ({ browser, desk, page, baseURL }) => {
  const link = await linkTo(browser, baseURL, theirs);
  await desk.open();
  await desk.paste(mine);
  await linked(page);
  // As whoever pastes it before the text was kept.
  await page.evaluate((link) => { location.hash = link; }, link);
  await expect(desk.text).toContainText("# theirs");
  await expect.poll(() => desk.kept()).toBe(mine);
  await page.goBack();
  await expect(desk.text).toContainText("# mine");
});

test("a link can be kept in place of one's own text", async ({ browser, desk, page, baseURL }) => {
  const link = await linkTo(browser, baseURL, theirs);
  await desk.open();
  await desk.paste(mine);
  await linked(page);
  await page.evaluate((link) => { location.hash = link; }, link);
  await page.getByRole("button", { name: "Keep this one instead" }).click();
  await expect.poll(() => desk.kept()).toBe(theirs);
  await page.getByRole("button", { name: "Take my text back" }).click();
  await expect(desk.text).toContainText("# mine");
});

test("a link that was cut off is told, stays, and gives what is left of it", async ({ browser, desk, page, baseURL }) => {
  const link = await linkTo(browser, baseURL, theirs);
  const cut = link.slice(0, link.length / 2);
  await page.goto(`./${cut}`);
  await desk.settled();
  await expect(page.getByText("The link is cut off: its end is missing.")).toBeVisible();
  await page.waitForTimeout(1000);
  expect(await fragment(page)).toBe(cut);
  await page.getByRole("button", { name: "Open what could be read" }).click();
  await desk.ready();
  await expect(desk.text).toContainText("# theirs");
  await expect(page.getByText("The link is cut off")).toHaveCount(0);
});

for (const [link, says] of [
  ["#v9.abcdef", "This link was made by a newer Pilothouse than this one."],
  ["#v1.%3Cscript%3Ealert(1)%3C/script%3E", "which no link does"],
  ["#example=nothing", "There is no example"],
  ["#somewhere", "This is no link of Pilothouse"],
  [`#v1.${"A".repeat(5_000_000)}`, "The link was changed on its way"],
]) {
  test(`a link that cannot be read: ${link.slice(0, 20)}`, async ({ desk, page }) => {
    page.on("dialog", () => { throw new Error("a dialog opened"); });
    await desk.open();
    await desk.paste(mine);
    await linked(page);
    await page.evaluate((link) => { location.hash = link; }, link);
    await expect(page.getByText(says)).toBeVisible();
    await expect(page.getByRole("button", { name: "Copy what was in it" })).toBeVisible();
    await expect(desk.text).toContainText("# mine");
    await page.getByRole("button", { name: "Open empty" }).click();
    await expect(desk.text).not.toContainText("# mine");
    await expect(page.getByText(says)).toHaveCount(0);
    await page.getByRole("button", { name: "Back to my text" }).click();
    await expect(desk.text).toContainText("# mine");
  });
}

test("a text too long for a link says so in the menu, and its address is bare", async ({ desk, page }) => {
  test.slow();
  await desk.open();
  let text = mine;
  for (let n = 1; text.length < 200_000; n++) text += `# ${(n * 2654435761) % 4294967296}\n`;
  await desk.paste(text);
  await page.getByRole("button", { name: "Share" }).click();
  const menu = page.getByRole("region", { name: "Share" });
  await expect(menu.getByText("too long for a link")).toBeVisible();
  await expect(menu.getByRole("button", { name: "Copy link" })).toHaveCount(0);
  expect(await fragment(page)).toBe("");
});

test.describe("the share menu", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });
  const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

  test("copies the link, Markdown, a command line and the text of an issue", async ({ desk, page }) => {
    await desk.open();
    await desk.paste(mine);
    const link = await linked(page);
    await page.getByRole("button", { name: "Share" }).click();
    const menu = page.getByRole("region", { name: "Share" });
    const copy = async (name) => {
      await menu.getByRole("button", { name }).click();
      await expect(menu.getByText("copied").last()).toBeVisible();
      return clipboard(page);
    };
    expect(await copy("Copy link")).toBe(page.url().split("#")[0] + link);
    await expect.poll(() => copy("Copy as Markdown")).toContain("```yaml\n# mine");
    await expect.poll(() => copy("Copy for an issue")).toContain("## What should happen");
    await expect.poll(() => copy("Copy as a command")).toMatch(/^pilothouse request - '.*' <<'YAML'\n# mine/);
  });

  test("is worked by keys, and Escape gives the focus back", async ({ desk, page }) => {
    await desk.open();
    const button = page.getByRole("button", { name: "Share" });
    await button.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("region", { name: "Share" })).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Copy link" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("region", { name: "Share" })).toHaveCount(0);
    await expect(button).toBeFocused();
    await button.click();
    await page.locator(".status").click();
    await expect(page.getByRole("region", { name: "Share" })).toHaveCount(0);
  });

  test("points out what looks like a secret and takes nothing out", async ({ desk, page }) => {
    await desk.open();
    await desk.paste(`${mine}---\napiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: b }\nstringData: { a: b }\n`);
    await linked(page);
    await page.getByRole("button", { name: "Share" }).click();
    const menu = page.getByRole("region", { name: "Share" });
    await expect(menu.getByText("looks like the data of a Secret")).toBeVisible();
    await menu.getByRole("button", { name: "Copy as Markdown" }).click();
    await expect.poll(() => clipboard(page)).toContain("stringData: { a: b }");
  });
});

test("where copying is denied, the text is shown selected", async ({ desk, page }) => {
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
  });
  await desk.open();
  await page.getByRole("button", { name: "Share" }).click();
  const menu = page.getByRole("region", { name: "Share" });
  await menu.getByRole("button", { name: "Copy link" }).click();
  const field = menu.getByRole("textbox");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(page.url());
  const selected = await field.evaluate((node) => node.value.slice(node.selectionStart, node.selectionEnd));
  expect(selected).toBe(page.url());
});

test("the files of an old link are all there, to choose from", async ({ desk, page }) => {
  const golden = fs.readFileSync(new URL("../../crates/report/tests/links/v1.txt", import.meta.url), "utf8");
  const lines = golden.split("\n").filter((line) => line.startsWith("v1."));
  const [link, files] = lines
    .map((line) => [line.split(" ", 1)[0], JSON.parse(line.slice(line.indexOf(" "))).files ?? []])
    .find(([, files]) => files.length === 8);
  await page.goto(`./#${link}`);
  await desk.settled();
  await desk.ready();
  const names = desk.editor.getByRole("group", { name: "Files" }).getByRole("button");
  await expect(names).toHaveText(files.map(([name]) => name));
  await names.nth(2).click();
  await desk.ready();
  await expect(desk.text).toContainText("# title: Guideline 4");
  // A finding in another text leads there.
  await desk.tab("Findings");
  await desk.findings.first().locator(".origin").first().click();
  await expect(names.nth(2)).toHaveAttribute("aria-pressed", "false");
});
