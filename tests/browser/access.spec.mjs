// For people who use a keyboard, a screen reader, or other colours.
import AxeBuilder from "@axe-core/playwright";
import { test, expect } from "./desk.mjs";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function expectNoViolations(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join("\n    ")}`);
  expect(told).toEqual([]);
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    test(`no violation, ${colorScheme}, ${width} pixels wide`, async ({ desk, page }) => {
      test.slow();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await desk.open();
      await expectNoViolations(page);
      if (width < 600) await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Result" }).click();
      await desk.picker.selectOption("all-five-at-once");
      for (const tab of ["Routes", "Findings", "Policies", "Listeners", "Rollout", "Envoy"]) {
        await desk.tab(tab);
        await expectNoViolations(page);
      }
    });
  }
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    test(`no violation in the share menu and the banners of links, ${colorScheme}, ${width} pixels wide`, async ({ desk, page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await desk.open();
      await desk.paste("# own\npassword: hunter22\n");
      await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/^#v1/);
      await page.getByRole("button", { name: "Share" }).click();
      await expect(page.getByText("looks like a password")).toBeVisible();
      await expectNoViolations(page);
      await page.keyboard.press("Escape");
      for (const link of ["#v9.x", "#example=order-between-teams"]) {
        await page.evaluate((link) => { location.hash = link; }, link);
        await expect(page.getByText(/made by a newer|Your own is kept/)).toHaveCount(1);
        await expectNoViolations(page);
      }
    });
  }
}

test("no violation in an empty page and with broken YAML", async ({ desk, page }) => {
  await desk.open();
  await desk.paste("a: [");
  await expect(desk.status).toContainText("1 error");
  await expectNoViolations(page);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect(page.getByRole("heading", { name: "Paste your YAML" })).toBeVisible();
  await expectNoViolations(page);
});

test("Tab alone goes through the page and out of the editor", async ({ desk, page }) => {
  await desk.open();
  await desk.picker.focus();
  const seen = new Set();
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press("Tab");
    seen.add(await page.evaluate(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.getAttribute("aria-label") ?? active?.textContent?.trim().slice(0, 40) ?? "";
    }));
  }
  const stops = [...seen].join("\n");
  for (const stop of [/Which Istio/, /^Colours/m, /^YAML/m, /Width of the editor/, /^Routes/m, /team-cart\/cart/]) {
    expect(stops).toMatch(stop);
  }
});

test("Escape and Tab leave the editor after typing", async ({ desk, page }) => {
  await desk.open();
  await desk.text.click();
  await page.keyboard.type("# ");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(desk.text).not.toBeFocused();
});

test("the arrow keys go through the views", async ({ desk, page }) => {
  await desk.open();
  await page.getByRole("tab", { name: "Routes" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Findings" })).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("tab", { name: "Envoy" })).toHaveAttribute("aria-selected", "true");
});
