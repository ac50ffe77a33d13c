// Light, dark, and as the system has it.
import { test, expect } from "./desk.mjs";

/** How light the page's ground is, from 0 to 255. */
const ground = (page) =>
  page.evaluate(() => {
    const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
    return (red + green + blue) / 3;
  });

test("the system's colours hold until others are chosen", async ({ desk, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await desk.open();
  expect(await ground(page)).toBeGreaterThan(200);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await ground(page)).toBeLessThan(60);

  const button = page.getByRole("button", { name: /^Colours:/ });
  await button.click();
  await expect(button).toHaveAccessibleName(/^Colours: light/);
  expect(await ground(page)).toBeGreaterThan(200);
  await page.emulateMedia({ colorScheme: "light" });
  await button.click();
  await expect(button).toHaveAccessibleName(/^Colours: dark/);
  expect(await ground(page)).toBeLessThan(60);
  await button.click();
  await expect(button).toHaveAccessibleName(/^Colours: system/);
  expect(await ground(page)).toBeGreaterThan(200);
});

test("a chosen theme is there before the first paint", async ({ desk, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await desk.open();
  const button = page.getByRole("button", { name: /^Colours:/ });
  await button.click();
  await button.click();
  await expect(button).toHaveAccessibleName(/^Colours: dark/);
  // Without its program the page keeps the colours it has at first.
  await page.route("**/*.wasm", (route) => new Promise((done) => setTimeout(() => done(route.continue()), 1500)));
  await page.reload({ waitUntil: "commit" });
  await page.waitForSelector("body");
  await expect.poll(() => ground(page), { timeout: 1000 }).toBeLessThan(60);
  await desk.settled();
});
