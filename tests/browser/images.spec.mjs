// The pictures of the page. They are taken on every run, into target/playwright/images; with UPDATE_IMAGES=1 those of
// the README are taken anew.
import { test, expect } from "./desk.mjs";

const kept = process.env.UPDATE_IMAGES ? "docs/images" : "target/playwright/images";

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[1440, 900], [900, 800], [390, 844]]) {
    test(`${colorScheme}, ${width} pixels wide`, async ({ desk, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height });
      await desk.open();
      if (width < 600) await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Result" }).click();
      await expect(desk.routes("shop.example.com").first()).toBeVisible();
      // The README has the wide ones only.
      const folder = width === 1440 ? kept : "target/playwright/images";
      const name = width === 1440 ? `page-${colorScheme}.png` : `page-${width}-${colorScheme}.png`;
      const picture = await page.screenshot({ path: `${folder}/${name}`, animations: "disabled", caret: "hide" });
      expect(picture.length).toBeGreaterThan(10_000);
    });
  }
}
