// What helps while YAML is written: completion, hover, go to definition, rename; all of it by keyboard.
import AxeBuilder from "@axe-core/playwright";
import { test, expect } from "./desk.mjs";

const world = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: cart
  namespace: shop
spec:
  host: cart
  subsets:
  - name: stable
    labels: { version: v1 }
  - name: canary
    labels: { version: v2 }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public
  namespace: edge
spec:
  selector: { istio: ingressgateway }
  servers:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: [shop.example.com]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
  namespace: shop
spec:
  hosts: [shop.example.com]
  gateways: [edge/public]
  http:
  - route:
    - destination:
        host: cart
        subset: stable
`;

const list = (desk) => desk.editor.getByRole("listbox");
const options = (desk) => desk.editor.getByRole("option");
const box = (desk) => desk.editor.locator(".cm-explained");

/** Puts the cursor on the last letter of a line. */
async function on(desk, page, line) {
  await desk.putCursor(line);
  await page.keyboard.press("ArrowLeft");
}

test.beforeEach(async ({ desk }) => {
  await desk.open();
  await desk.paste(world);
  await expect(desk.routes("shop.example.com")).toHaveCount(1);
});

test("a new line offers the fields that are not set, and Enter takes one", async ({ desk, page }) => {
  await desk.putCursor("subset: stable");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+Space");
  await expect(options(desk)).toHaveText([/^port/]);
  await page.keyboard.press("Escape");
  await expect(list(desk)).toHaveCount(0);
  await page.keyboard.type("po");
  await expect(options(desk)).toHaveText([/^port/]);
  await expect(desk.editor.locator(".cm-completionInfo")).toContainText("a service with several ports needs it");
  // A list that has only just come takes no Enter yet, which may be meant for the line.
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  await expect.poll(() => desk.kept()).toBe(`${world.trimEnd()}\n        port:\n`);
});

test("a value offers what the input knows: subsets of this host alone", async ({ desk, page }) => {
  await desk.putCursor("subset: stable");
  for (let at = 0; at < "stable".length; at++) await page.keyboard.press("Backspace");
  await page.keyboard.press("ControlOrMeta+Space");
  await expect(options(desk)).toHaveText([/^stable/, /^canary/]);
  await page.keyboard.type("c");
  await expect(options(desk)).toHaveText([/^canary/]);
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  await expect.poll(() => desk.kept()).toBe(world.replace("subset: stable", "subset: canary"));
});

test("nothing is offered in a comment, and Tab leaves the editor as before", async ({ desk, page }) => {
  await desk.putCursor("subset: stable");
  await page.keyboard.type(" # ho");
  await page.keyboard.press("ControlOrMeta+Space");
  await expect.poll(() => desk.kept()).toContain("stable # ho");
  await expect(list(desk)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(desk.text).not.toBeFocused();
});

test("Escape closes the list first, and the editor keeps the keyboard", async ({ desk, page }) => {
  await desk.putCursor("subset: stable");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+Space");
  await expect(list(desk)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(list(desk)).toHaveCount(0);
  await expect(desk.text).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(desk.text).not.toBeFocused();
});

test("a key and a name are explained, by pointer and by keyboard", async ({ desk, page }) => {
  await desk.editor.locator(".cm-line", { hasText: "destination:" }).getByText("destination").hover();
  await expect(box(desk)).toContainText("HTTPRouteDestination.destination");
  await expect(box(desk)).toContainText("The service that gets the requests.");
  await page.mouse.move(0, 0);
  await expect(box(desk)).toHaveCount(0);

  await on(desk, page, "subset: stable");
  await page.keyboard.press("ControlOrMeta+i");
  await expect(box(desk)).toContainText("A part of cart.shop.svc.cluster.local.");
  await expect(box(desk).getByRole("button")).toHaveText(/DestinationRule shop\/cart · .*:9$/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(box(desk)).toHaveCount(0);
  await expect(desk.text).toBeFocused();
});

test("F12 and a click lead to what defines a name", async ({ desk, page }) => {
  const active = desk.editor.locator(".cm-activeLine");
  await on(desk, page, "subset: stable");
  await page.keyboard.press("F12");
  await expect(active).toContainText("- name: stable");
  const line = desk.editor.locator(".cm-line", { hasText: "gateways: [edge/public]" });
  // The line is wider than its text: the word is in the middle of the last piece.
  const { x, y } = await line.evaluate((node) => {
    const range = document.createRange();
    range.selectNodeContents(node.lastChild);
    const { x, y, width, height } = range.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
  await page.keyboard.down("ControlOrMeta");
  await page.mouse.click(x, y);
  await page.keyboard.up("ControlOrMeta");
  await expect(active).toContainText("name: public");
  await on(desk, page, "subset: stable");
  await page.keyboard.press("Home");
  await page.keyboard.press("F12");
  await expect(box(desk)).toHaveText("Nothing in this input defines what stands here.");
});

test("F2 renames a subset wherever it is named, and one undo takes it back", async ({ desk, page }) => {
  await on(desk, page, "subset: stable");
  await page.keyboard.press("F2");
  const field = desk.editor.getByRole("textbox", { name: /^New name of stable/ });
  await expect(field).toBeFocused();
  await expect(desk.editor.locator(".cm-rename")).toContainText("in 2 places");
  await page.keyboard.type("canary");
  await page.keyboard.press("Enter");
  await expect(desk.editor.locator(".cm-rename").getByRole("status")).toHaveText(
    "canary is there already, in DestinationRule shop/cart",
  );
  await field.fill("steady");
  await page.keyboard.press("Enter");
  await expect.poll(() => desk.kept()).toBe(world.replaceAll("stable", "steady"));
  await expect(desk.editor.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => desk.kept()).toBe(world);
});

test("what has no name to change says so", async ({ desk, page }) => {
  await on(desk, page, "host: cart");
  await page.keyboard.press("F2");
  await expect(box(desk)).toHaveText(/^Only the names of subsets and gateways can be changed everywhere/);
});
