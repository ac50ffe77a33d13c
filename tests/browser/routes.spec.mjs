// The result: who has which routes, in which order, from where, and what has no effect and why.
import { test, expect, example } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

test("the merged routes of a gateway, in the order in which they are tried", async ({ desk }) => {
  const rows = (await desk.table("shop.example.com")).map((row) => row.split(" | "));
  expect(rows.map(([place]) => parseInt(place))).toEqual([1, 2, 3, 4, 5]);
  const written = ["team-cart/cart", "team-catalog/catalog", "team-web/web", "team-cart/cart", "team-web/web"];
  rows.forEach(([, , , origin], at) => expect(origin).toContain(written[at]));
  expect(rows[0][1]).toContain("prefix /api/cart");
  expect(rows[0][2]).toMatch(/v1.*90 %.*v2.*10 %/);
  expect(rows[1][1]).toContain("prefix /api");
  expect(rows[2][1]).toContain("x-beta");
  expect(rows[3][1]).toContain("everything else");
  expect(rows[3][1]).toContain("moved to the end");
  expect(rows[4][1]).toContain("never");
  const lines = example("one-host-three-teams").split("\n");
  const line = Number(rows[1][3].match(/:(\d+)$/)[1]);
  expect(lines[line - 1]).toContain("prefix: /api }");
});

test("a mark gives its reason with the id of Istio's rule", async ({ desk }) => {
  const moved = desk.routes("shop.example.com").nth(3).getByRole("button", { name: "moved to the end" });
  await moved.click();
  await expect(moved).toHaveAttribute("aria-expanded", "true");
  const reason = desk.result.locator("tr.reason");
  await expect(reason).toContainText("RDS-5");
  await moved.click();
  await expect(reason).toHaveCount(0);
});

test("a destination that is not there is marked with what the caller gets", async ({ desk }) => {
  await expect(desk.routes("shop.example.com").first()).toContainText("503");
});

test("sidecars have routes of their own", async ({ desk }) => {
  await desk.picker.selectOption("sidecars-never-merge");
  await desk.proxy(/warehouse/);
  const rows = await desk.table("stock.warehouse.svc.cluster.local");
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row).toContain("warehouse/stock-canary");
  const lost = desk.result.locator("section", { has: desk.page.getByRole("heading", { name: "Without effect here" }) });
  await expect(lost).toContainText("warehouse/stock-timeouts");
});

test("merged DestinationRules, and what merging discards", async ({ desk }) => {
  await desk.picker.selectOption("merged-destination-rules");
  await desk.tab("Policies");
  await expect(desk.panel).toContainText("merged from 2 DestinationRules");
  const subsets = desk.panel.getByRole("table", { name: "Subsets" }).locator("tbody tr");
  await expect(subsets).toHaveCount(3);
  await expect(subsets.nth(1)).toContainText("payments/payments-release");
  const discarded = desk.panel.locator("section", { has: desk.page.getByRole("heading", { name: "Discarded in merging" }) });
  await expect(discarded.last()).toContainText("v2");
  await expect(discarded.last()).toContainText("payments/payments-resilience");
});

test("listeners, and the server that Istio 1.1 drops", async ({ desk }) => {
  await desk.picker.selectOption("https-port-names");
  await desk.tab("Listeners");
  const chains = desk.panel.getByRole("table", { name: "What is done with connections" }).locator("tbody tr");
  await expect(chains).toHaveCount(2);
  await desk.istio.selectOption("1.1");
  await expect(chains).toHaveCount(1);
  await expect(desk.panel).toContainText("Servers without effect");
  await expect(desk.panel).toContainText("istio-system/bank");
});

test("a kind that is not modelled is said so", async ({ desk, page }) => {
  await desk.paste("apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: extra, namespace: shop}\nspec: {}\n");
  await page.getByRole("button", { name: "1 not modelled" }).click();
  await expect(desk.panel).toContainText("EnvoyFilter");
  await expect(desk.panel).toContainText("shop/extra");
});
