// Tests that people keep: a request and what is to come of it, run while they type.
import AxeBuilder from "@axe-core/playwright";
import { test, expect } from "./desk.mjs";

/** The parts of the view. */
const parts = (page) => ({
  url: page.getByLabel("URL, or a pasted line of curl"),
  expectThis: page.getByRole("button", { name: "Expect this" }),
  writeThese: page.getByRole("button", { name: "Write tests for these" }),
  verdict: page.locator(".tests > .answer"),
  rows: page.getByRole("list", { name: "Tests" }).locator(":scope > li"),
  left: page.getByRole("region", { name: "Routes without a test" }),
  field: page.getByRole("textbox", { name: "Tests" }),
  problems: page.locator("#test-problems li"),
});

async function expectNoViolations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`)).toEqual([]);
}

const wrong = `tests:
- name: nobody answers here
  request:
    url: https://none.example.com/
  expect:
    destination: cart
`;

test("expect this keeps the request of the bar as a test that passes", async ({ desk, page }) => {
  await desk.open();
  const { url, expectThis, verdict, rows, field } = parts(page);
  await url.fill("https://none.example.com/");
  await expect(desk.result.locator(".answer").first()).toContainText("Handshake fails");
  await expectThis.click();
  await expect(verdict).toHaveText("The test passes");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("passes");
  await expect(field).toHaveValue(/^tests:\n- name: /);
});

test("an edit of the YAML tells what was expected and what there is, and what cannot be read", async ({ desk, page }) => {
  await desk.open();
  await desk.tab("Tests");
  const { verdict, rows, field, problems } = parts(page);
  await field.fill(wrong);
  await expect(verdict).toHaveText("1 of 1 test fails");
  await expect(rows.first()).toContainText("nobody answers here");
  await expect(rows.first().getByRole("definition")).toHaveText(["cart", /./]);
  await field.fill(wrong.replace("destination", "destinaton"));
  await expect(problems).toHaveText([/^6:5 destinaton is no field of expect; did you mean destination\?/]);
  await expect(verdict).toContainText("The text has 1 problem.");
});

test("routes without a test are listed, and tests for them are written", async ({ desk, page }) => {
  await desk.open();
  await desk.tab("Tests");
  const { field, writeThese, left, rows, verdict } = parts(page);
  await field.fill("tests: []\n");
  await expect(left).toContainText(/\d+ of \d+ routes are reached by no test/);
  await writeThese.click();
  await expect(verdict).toHaveText(/^All \d+ tests pass/);
  expect(await rows.count()).toBeGreaterThan(1);
});

test("a test leads to its request, and is removed and had back", async ({ desk, page }) => {
  await desk.open();
  await desk.tab("Tests");
  const { field, rows } = parts(page);
  await field.fill(wrong);
  await rows.getByRole("button", { name: "nobody answers here", exact: true }).click();
  await expect(parts(page).url).toHaveValue("https://none.example.com/");
  await page.getByRole("button", { name: "Remove nobody answers here" }).click();
  await expect(field).toHaveValue("tests:\n");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(field).toHaveValue(wrong);
});

test("tests outlive a reload, and are in the link", async ({ desk, page, browser, baseURL }) => {
  await desk.open();
  await desk.tab("Tests");
  const { field } = parts(page);
  await field.fill(wrong);
  await expect(page).toHaveURL(/#v1\./);
  await page.reload();
  await expect(field).toHaveValue(wrong);
  const address = page.url();
  const other = await browser.newContext({ baseURL });
  const theirs = await other.newPage();
  await theirs.goto(address);
  await expect(parts(theirs).field).toHaveValue(wrong);
  await expect(parts(theirs).verdict).toHaveText("1 of 1 test fails");
  await other.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`the view is accessible and as wide as a phone in ${colorScheme}`, async ({ desk, page }) => {
    await page.emulateMedia({ colorScheme });
    await desk.open();
    const { expectThis, field, verdict, rows } = parts(page);
    await expectThis.click();
    await expect(rows).toHaveCount(1);
    await expect(field).toHaveValue(/^tests:/);
    await field.fill((await field.inputValue()) + wrong.replace("tests:\n", "") + "- nme: x\n");
    await expect(verdict).toContainText("1 of 2 tests fails");
    await expectNoViolations(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await desk.showResult();
    await expect(verdict).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await expectNoViolations(page);
  });
}
