// What the YAML does not say: who is older, which Istio reads it; and the same result in Envoy's words.
import { test, expect } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

test("who is older can be said without writing it into the YAML", async ({ desk }) => {
  const before = await desk.table("shop.example.com");
  const text = await desk.text.textContent();
  await desk.panel.getByText("order: by name, no timestamps").click();
  await desk.panel.locator("details.order li", { hasText: "team-web/web" }).getByRole("button").click();
  await expect(desk.panel.getByText("order: as you have set it")).toBeVisible();
  await expect.poll(async () => (await desk.table("shop.example.com"))[0]).toContain("x-beta");
  expect(await desk.text.textContent()).toBe(text);
  await desk.panel.getByRole("button", { name: "As the YAML says" }).click();
  await expect.poll(() => desk.table("shop.example.com")).toEqual(before);
});

test("another Istio says in one line what it makes otherwise", async ({ desk, page }) => {
  await desk.picker.selectOption("https-port-names");
  await desk.settled();
  await desk.istio.selectOption("1.1");
  await expect(page.getByText(/^Istio 1\.1: .*duplicate-https-port-name/)).toBeVisible();
});

test("the result in Envoy's words leads to the YAML as well", async ({ desk }) => {
  await desk.tab("Envoy");
  const host = desk.panel.locator("section").filter({ hasText: "shop.example.com:443" });
  await expect(host.getByText('"prefix": "/api/cart"')).toBeVisible();
  await expect(host.getByRole("button", { name: /team-cart\/cart/ }).first()).toBeVisible();
  await expect(host.getByRole("button", { name: "Copy" })).toBeVisible();
});
