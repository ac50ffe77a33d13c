// From the result to the YAML, and back.
import { test, expect } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

const line = (desk) => desk.editor.locator(".cm-activeLine");

test("a click on a route leads to its YAML", async ({ desk }) => {
  await desk.routes("shop.example.com").nth(1).locator("td.number").click();
  await expect(line(desk)).toContainText("prefix: /api }");
  await expect(desk.text).toBeFocused();
});

test("the origin of a route is a button for the keyboard", async ({ desk, page }) => {
  await desk.routes("shop.example.com").nth(2).getByRole("button", { name: /team-web\/web/ }).focus();
  await page.keyboard.press("Enter");
  await expect(line(desk)).toContainText("x-beta");
});

test("pointing at a route lights its YAML up", async ({ desk }) => {
  await desk.routes("shop.example.com").nth(1).hover();
  await expect(desk.editor.locator(".cm-lit").first()).toContainText("prefix: /api }");
});

test("a click on a finding leads to its YAML", async ({ desk }) => {
  await desk.tab("Findings");
  const finding = desk.findings.filter({ hasText: "undefined-subset" }).first();
  await finding.getByRole("heading").click();
  await expect(line(desk)).toContainText("subset: v2");
});

test("the cursor in the YAML shows which routes came from it", async ({ desk }) => {
  await desk.putCursor("prefix: /api }");
  const lit = desk.result.locator("tr.route.lit");
  await expect(lit).toHaveCount(1);
  await expect(lit).toContainText("team-catalog/catalog");
  await expect(lit).toContainText("at the cursor");
});

test("a finding is a squiggle with its message in the editor", async ({ desk, page }) => {
  const squiggle = desk.editor.locator(".cm-lintRange").first();
  await squiggle.hover();
  await expect(page.locator(".cm-tooltip-lint")).toBeVisible();
});

test("the bar in the gutter has the letter that the routes have", async ({ desk }) => {
  const origin = desk.routes("shop.example.com").first().locator(".letter");
  const letter = await origin.innerText();
  const bar = desk.editor.locator(".cm-origin", { hasText: letter }).first();
  await expect(bar).toBeVisible();
});
