// The requests that were sent last: offered again, kept over a reload, and forgotten on request.
import AxeBuilder from "@axe-core/playwright";
import { test, expect } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

const bar = (page) => page.getByRole("combobox", { name: /^URL/ });
const button = (page) => page.getByRole("button", { name: "Recent requests" });
const menu = (page) => page.getByRole("region", { name: "Recent requests" });

async function send(page, url) {
  await bar(page).fill(url);
  await bar(page).press("Enter");
}

test("a request that was sent is offered again, also after a reload", async ({ desk, page }) => {
  await expect(button(page)).toHaveCount(0);
  await send(page, "https://shop.example.com/api/cart/7");
  await send(page, "https://shop.example.com/help");
  await page.reload();
  await desk.settled();
  await button(page).click();
  const rows = menu(page).getByRole("listitem");
  await expect(rows).toHaveText([/GET https:\/\/shop\.example\.com\/help.*from the internet/, /cart\/7/]);
  await rows.nth(1).getByRole("button").first().click();
  await expect(bar(page)).toHaveValue("https://shop.example.com/api/cart/7");
  await expect(menu(page)).toHaveCount(0);
  await expect(button(page)).toBeFocused();
});

test("what is half typed is not kept", async ({ page }) => {
  await bar(page).fill("https://shop.example.com/hal");
  await expect(button(page)).toHaveCount(0);
  await send(page, "shop.example.com");
  await expect(button(page)).toHaveCount(0);
});

test("requests are forgotten one by one and all at once, by keyboard too", async ({ page }) => {
  for (const path of ["a", "b", "c"]) await send(page, `https://shop.example.com/${path}`);
  await button(page).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(menu(page).getByRole("listitem")).toHaveCount(2);
  await page.keyboard.press("Escape");
  await expect(menu(page)).toHaveCount(0);
  await expect(button(page)).toBeFocused();
  await button(page).click();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await menu(page).getByRole("button", { name: "Forget all" }).click();
  await expect(button(page)).toHaveCount(0);
  await expect(bar(page)).toBeFocused();
});

test("the menu fits a narrow window", async ({ desk, page }) => {
  await send(page, `https://shop.example.com/${"long/".repeat(40)}`);
  await page.setViewportSize({ width: 390, height: 844 });
  await desk.showResult();
  await button(page).click();
  const box = await menu(page).boundingBox();
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
});
