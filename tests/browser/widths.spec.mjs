// Wide, medium and narrow windows.
import { test, expect } from "./desk.mjs";

for (const width of [1440, 900, 390]) {
  test(`nothing is cut off at ${width} pixels`, async ({ desk, page }) => {
    await page.setViewportSize({ width, height: 844 });
    await desk.open();
    const check = async () => {
      const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overhang).toBeLessThanOrEqual(0);
    };
    await check();
    if (width < 600) await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Result" }).click();
    for (const tab of ["Routes", "Findings", "Policies", "Listeners", "Rollout", "Envoy"]) {
      await desk.tab(tab);
      await expect(page.getByRole("tab", { name: tab })).toHaveAttribute("aria-selected", "true");
      await check();
      const cut = await desk.panel.evaluate((panel) => {
        const visible = [...panel.querySelectorAll("*")].filter((part) => !part.closest(".unseen"));
        const over = visible.filter((part) => part.getBoundingClientRect().right > innerWidth + 1);
        return over.map((part) => `${part.tagName} ${part.className} ${part.textContent.slice(0, 40)}`);
      });
      expect(cut, tab).toEqual([]);
    }
  });
}

test("a narrow window shows one pane, and changes between them", async ({ desk, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await desk.open();
  const panes = page.getByRole("navigation", { name: "Panes" });
  await expect(desk.text).toBeInViewport();
  await expect(desk.result).not.toBeInViewport();
  await panes.getByRole("button", { name: "Result" }).click();
  await expect(desk.routes("shop.example.com").first()).toBeInViewport();
  await expect(desk.text).not.toBeInViewport();
  // A route leads to its YAML, in the other pane.
  await desk.routes("shop.example.com").nth(1).getByRole("button", { name: /team-catalog\/catalog/ }).click();
  await expect(desk.editor.locator(".cm-activeLine")).toContainText("prefix: /api }");
  await expect(desk.text).toBeInViewport();
});
