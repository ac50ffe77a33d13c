// Keys: the palette, the list of keys, and from finding to finding.
import AxeBuilder from "@axe-core/playwright";
import { test, expect, header } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

const palette = (page) => page.getByRole("dialog", { name: "Find anything by its name" });
const keys = (page) => page.getByRole("dialog", { name: "Keys" });
const field = (page) => palette(page).getByRole("combobox");
const rows = (page) => palette(page).getByRole("option");

test("a view, an example and a resource are found by name", async ({ desk, page }) => {
  await page.keyboard.press("ControlOrMeta+k");
  await expect(field(page)).toBeFocused();
  await field(page).fill("polic");
  await expect(rows(page).first()).toHaveText(/View\s*Policies/);
  await page.keyboard.press("Enter");
  await expect(palette(page)).toHaveCount(0);
  await expect(page.getByRole("tab", { name: "Policies" })).toHaveAttribute("aria-selected", "true");

  await page.keyboard.press("ControlOrMeta+k");
  await field(page).fill(header("order-between-teams", "title"));
  await page.keyboard.press("Enter");
  await expect(desk.picker).toHaveValue("order-between-teams");

  await page.keyboard.press("ControlOrMeta+k");
  await field(page).fill("virtualservice");
  const name = (await rows(page).nth(1).locator(".name").innerText()).split("/").at(-1);
  await page.keyboard.press("ArrowDown");
  await expect(rows(page).nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(desk.editor.locator(".cm-activeLine")).toBeVisible();
  await expect(desk.editor).toContainText(name);
});

test("the palette closes by Escape and gives the focus back; what is not there is said", async ({ page }) => {
  const tab = page.getByRole("tab", { name: "Routes" });
  await tab.focus();
  await page.keyboard.press("ControlOrMeta+k");
  await field(page).fill("no such thing at all");
  await expect(palette(page).getByText("Nothing is called so.")).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toHaveCount(0);
  await expect(tab).toBeFocused();
});

test("F8 goes from finding to finding, from the editor too", async ({ desk, page }) => {
  await desk.picker.selectOption("all-five-at-once");
  await desk.tab("Findings");
  const count = await desk.findings.count();
  expect(count).toBeGreaterThan(2);
  await page.keyboard.press("F8");
  await expect(page.getByText(/^1 of \d+: /)).toBeVisible();
  await desk.text.click();
  await page.keyboard.press("F8");
  await expect(page.getByText(/^2 of \d+: /)).toBeVisible();
  await page.keyboard.press("Shift+F8");
  await page.keyboard.press("Shift+F8");
  await expect(page.getByText(new RegExp(`^${count} of `))).toBeVisible();
});

test("a question mark lists the keys, but not in a text", async ({ desk, page }) => {
  await desk.text.click();
  await page.keyboard.type("?");
  await expect(keys(page)).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+z");
  await page.getByRole("tab", { name: "Routes" }).focus();
  await page.keyboard.press("?");
  await expect(keys(page)).toContainText("Go to the next finding");
  await page.keyboard.press("Escape");
  await expect(keys(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Keys" }).click();
  await keys(page).getByRole("button", { name: "Close" }).click();
  await expect(keys(page)).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    test(`palette and keys break no rule, ${colorScheme}, ${width} pixels wide`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const [key, dialog] of [["ControlOrMeta+k", palette], ["?", keys]]) {
        await page.evaluate(() => document.activeElement?.blur());
        await page.keyboard.press(key);
        await expect(dialog(page)).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
        await page.keyboard.press("Escape");
      }
    });
  }
}
