// What outlives a reload, and how the page is arranged.
import { test, expect, example } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

/** The share of the window that the editor takes, in percent. */
const share = async (desk) => Number(await desk.divider.getAttribute("aria-valuenow"));

test("a reload keeps text, tab, Istio, colours and divider", async ({ desk, page }) => {
  await desk.paste(`# mine\n${example("make-before-break")}`);
  await desk.tab("Policies");
  await desk.istio.selectOption("1.1");
  await page.getByRole("button", { name: /^Colours: system/ }).click();
  await desk.divider.focus();
  await page.keyboard.press("ArrowRight");
  const before = await share(desk);
  // No pause for the page to write things down: leaving must be enough.
  await page.reload();
  await desk.settled();
  await desk.ready();
  await expect(desk.text).toContainText("# mine");
  await expect(page.getByRole("tab", { name: "Policies" })).toHaveAttribute("aria-selected", "true");
  await expect(desk.istio).toHaveValue("1.1");
  await expect(page.getByRole("button", { name: /^Colours: light/ })).toBeVisible();
  expect(await share(desk)).toBe(before);
});

test("the divider is dragged, moved by keys and put back by a double click", async ({ desk, page }) => {
  const first = await share(desk);
  const box = await desk.divider.boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(720, y, { steps: 5 });
  await page.mouse.up();
  expect(await share(desk)).toBe(50);
  const width = (await desk.editor.boundingBox()).width;
  expect(Math.abs(width - 720)).toBeLessThan(12);
  await page.mouse.move(200, y);
  expect(await share(desk)).toBe(50);
  await desk.divider.focus();
  await page.keyboard.press("Home");
  expect(await share(desk)).toBe(20);
  await page.keyboard.press("ArrowRight");
  expect(await share(desk)).toBe(22);
  await desk.divider.dblclick();
  expect(await share(desk)).toBe(first);
});

test("a browser that keeps nothing is told of, and the page works", async ({ browser, desk, baseURL }) => {
  // The desk's own page only watches; storage is denied before another one loads.
  const page = await browser.newPage({ baseURL, serviceWorkers: "block" });
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await page.goto("./");
  await expect(page.getByRole("table", { name: "Routes of shop.example.com", exact: true })).toBeVisible();
  await expect(page.getByText("This browser keeps nothing for the page")).toBeVisible();
  await page.close();
  await expect(desk.text).toBeVisible();
});
