// What can be done about a finding: seen before it is done, done at once, and taken back with one step.
import AxeBuilder from "@axe-core/playwright";
import { test, expect } from "./desk.mjs";

const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public
  namespace: istio-system
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 80
      name: http
      protocol: HTTP
    hosts:
    - shop.example.com
`;

const misspelt = `${gateway}---
# the team's own words stay
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
  namespace: shop
spec:
  hosts:
  - shop.example.com
  gateways:
  - istio-system/public
  http:
  - match:
    - uri:
        prefix: /cart # a cart
    rewrte:
      uri: /basket
    route:
    - destination:
        host: web
`;

/** All lines of the editor, as the page knows them. */
const text = (desk) => desk.kept();

test.beforeEach(async ({ desk }) => desk.open());

test("a fix shows what it changes, is applied, and one undo brings the text back to the byte", async ({ desk, page }) => {
  await desk.paste(misspelt);
  await desk.tab("Findings");
  const card = desk.findings.filter({ hasText: "rewrte" });
  const fix = card.getByRole("button", { name: /rewrite/ });
  await expect(fix).toHaveAttribute("aria-expanded", "false");
  await fix.click();
  const preview = card.getByRole("group", { name: "What it changes" });
  await expect(preview.locator("del")).toHaveText(/^goes: {5}rewrte:/);
  await expect(preview.locator("ins")).toHaveText(/^comes: {5}rewrite:/);
  await expect.poll(() => text(desk)).toBe(misspelt);
  await preview.getByRole("button", { name: "Apply" }).click();
  await expect(card).toHaveCount(0);
  await expect.poll(() => text(desk)).toBe(misspelt.replace("rewrte", "rewrite"));
  await expect(desk.text).toBeFocused();
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => text(desk)).toBe(misspelt);
  await expect(card).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+y");
  await expect(card).toHaveCount(0);
});

const catchAll = `${gateway}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
  namespace: shop
spec:
  hosts:
  - shop.example.com
  gateways:
  - istio-system/public
  http:
  - route:
    - destination:
        host: web
  - match:
    - uri:
        prefix: /cart
    route:
    - destination:
        host: cart
`;

test("what may not be meant is marked as a guess", async ({ desk }) => {
  await desk.paste(catchAll);
  await desk.tab("Findings");
  const guesses = desk.findings.getByRole("button", { name: /a guess$/ });
  await expect(guesses.first()).toBeVisible();
  await guesses.first().click();
  await expect(desk.panel).toContainText("This is a guess, as what you mean cannot be known");
});

test("everything can be done with the keyboard, from the finding", async ({ desk, page }) => {
  await desk.paste(misspelt);
  await desk.tab("Findings");
  const fix = desk.findings.getByRole("button", { name: /rewrite/ });
  await fix.focus();
  await page.keyboard.press("Enter");
  await expect(fix).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Tab");
  const apply = page.getByRole("button", { name: "Apply" });
  while (!(await apply.evaluate((node) => node === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => text(desk)).toBe(misspelt.replace("rewrte", "rewrite"));
});

test("the squiggle offers the same, with the mouse and with the keyboard", async ({ desk, page }) => {
  await desk.paste(misspelt);
  const squiggle = desk.editor.locator(".cm-lintRange", { hasText: "rewrte" });
  await expect(squiggle).toBeVisible();
  await squiggle.hover();
  const action = desk.editor.locator(".cm-tooltip").getByRole("button", { name: /rewrite/ });
  await expect(action).toBeVisible();
  await action.click();
  await expect.poll(() => text(desk)).toBe(misspelt.replace("rewrte", "rewrite"));
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => text(desk)).toBe(misspelt);

  await desk.putCursor("rewrte");
  await page.keyboard.press("ControlOrMeta+.");
  const list = desk.editor.getByRole("listbox");
  await expect(list).toBeFocused();
  const button = list.locator(".cm-diagnosticAction").first();
  await expect(button).toBeVisible();
  // The letter that is underlined takes the action.
  await page.keyboard.press((await button.locator("u").innerText()).toLowerCase());
  await expect.poll(() => text(desk)).toBe(misspelt.replace("rewrte", "rewrite"));
});

test("nothing about it fails axe", async ({ desk, page }) => {
  await desk.paste(catchAll);
  await desk.tab("Findings");
  await desk.findings.getByRole("button", { name: /a guess$/ }).first().click();
  await expect(page.getByRole("group", { name: "What it changes" })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
});
