// The engine's worker may die at any time; the text may not.
import { test, expect, example } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

/** That the page answers to an edit again. */
async function expectAlive(desk) {
  await desk.paste(`# alive\n${example("shared-certificate")}`);
  await expect(desk.routes("mail.example.com")).toHaveCount(1);
}

test("an error that ends the worker", async ({ desk, page, expected }) => {
  expected.push(/killed/);
  const [worker] = page.workers();
  await worker.evaluate(() => setTimeout(() => { throw new Error("killed"); }));
  await expect(page.getByText(/started again/)).toBeVisible();
  await expect(desk.text).toContainText("One host, three teams");
  await expectAlive(desk);
});

test("a worker that ends itself without a word", async ({ desk, page }) => {
  await page.workers()[0].evaluate(() => self.close());
  await desk.putCursor("name: public");
  await page.keyboard.type(" ");
  await expectAlive(desk);
});

test("a run of more than two seconds is ended, and the next edit is answered", async ({ desk, page }) => {
  const [worker] = page.workers();
  // Not awaited: it never ends by itself.
  worker.evaluate(() => { for (;;); }).catch(() => {});
  await desk.paste(`# slow\n${example("shared-certificate")}`);
  await expect(page.getByText(/took too long|started again/).first()).toBeVisible({ timeout: 10_000 });
  await expect(desk.text).toContainText("# slow");
  await expectAlive(desk);
});

test("a hundred edits in a row end with the answer to the last", async ({ desk, page }) => {
  await desk.paste(example("make-before-break").replace("uri: { prefix: /search }", "uri:\n        prefix: /search"));
  await desk.putCursor("prefix: /search");
  await page.keyboard.type("x".repeat(100), { delay: 5 });
  await expect(desk.routes("library.example.com").first()).toContainText(`/search${"x".repeat(100)}`);
});
