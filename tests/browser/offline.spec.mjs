// After the first visit the page needs no network.
import { test, expect } from "./desk.mjs";

test.use({ serviceWorkers: "allow" });

test("a reload without a network", async ({ desk, page, context }) => {
  await desk.open();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await desk.settled();
  await desk.ready();
  await expect(desk.routes("shop.example.com")).toHaveCount(5);
  await page.goto("./index.html?from=a#link");
  await expect(desk.routes("shop.example.com")).toHaveCount(5);
});
