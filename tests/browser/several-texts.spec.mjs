// Names that lead from one text to another, and changes of several texts that are one step.
import { test, expect } from "./desk.mjs";

const rule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: cart
  namespace: shop
spec:
  host: cart
  subsets:
  - name: stable
    labels: { version: v1 }
`;

const route = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
  namespace: shop
spec:
  hosts: [cart]
  http:
  - route:
    - destination:
        host: cart
        subset: stable
`;

const texts = (page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem("pilothouse.files") ?? "[]").map((file) => file.text));

test.beforeEach(async ({ desk, page }) => {
  await page.addInitScript(
    ([route, rule]) => {
      if (localStorage.getItem("pilothouse.files")) return;
      const files = [{ name: "route.yaml", text: route }, { name: "rule.yaml", text: rule }];
      localStorage.setItem("pilothouse.files", JSON.stringify(files));
    },
    [route, rule],
  );
  await desk.open();
  await desk.putCursor("subset: stable");
  await page.keyboard.press("ArrowLeft");
});

test("F12 opens the text that defines the name", async ({ desk, page }) => {
  await page.keyboard.press("F12");
  await expect(desk.editor.locator(".cm-activeLine")).toContainText("- name: stable");
  await expect(desk.editor.getByRole("button", { name: "rule.yaml" })).toHaveAttribute("aria-pressed", "true");
});

test("a rename changes both texts, and undo and redo take both along", async ({ desk, page }) => {
  await page.keyboard.press("F2");
  await desk.editor.getByRole("textbox", { name: /^New name/ }).fill("steady");
  await page.keyboard.press("Enter");
  const [before, after] = [[route, rule], [route, rule].map((text) => text.replace("stable", "steady"))];
  await expect.poll(() => texts(page)).toEqual(after);
  await page.keyboard.press("ControlOrMeta+z");
  await expect.poll(() => texts(page)).toEqual(before);
  await page.keyboard.press("ControlOrMeta+y");
  await expect.poll(() => texts(page)).toEqual(after);
});
