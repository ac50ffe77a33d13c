// Whatever is pasted: the page says what is wrong with it, and goes on.
import { test, expect, example } from "./desk.mjs";

test.beforeEach(async ({ desk }) => desk.open());

/** That the text stands, its error is told, and good YAML is then answered. */
async function expectRecovery(desk) {
  await desk.paste(example("make-before-break"));
  await expect(desk.routes("library.example.com")).toHaveCount(2);
}

test("no YAML at all", async ({ desk }) => {
  await desk.paste("Dear team,\n\tplease find: the routes: below: {\n");
  await expect(desk.status).toContainText("error");
  await desk.tab("Findings");
  await expect(desk.findings.first()).toBeVisible();
  await desk.tab("Routes");
  await expectRecovery(desk);
});

test("prose that happens to be YAML", async ({ desk }) => {
  await desk.paste("The routes are in the other file.\n");
  await desk.tab("Findings");
  await expect(desk.findings.first()).toBeVisible();
});

test("half a document beside whole ones", async ({ desk, page }) => {
  const whole = example("make-before-break");
  await desk.paste(`${whole}---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: half\nspec:\n  hosts: [library.exam`);
  await expect(desk.status).toContainText("error");
  const rest = page.getByRole("button", { name: "Show the rest" });
  if (await rest.isVisible()) await rest.click();
  await expect(desk.routes("library.example.com")).toHaveCount(2);
});

test("a paste of five megabytes", async ({ desk, page }) => {
  test.slow();
  const service = (n) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: service-${n}\n  namespace: team-${n % 50}\nspec:\n  ports:\n  - name: http\n    port: 8080\n---\n`;
  let text = `# large\n${example("make-before-break")}---\n`;
  for (let n = 0; text.length < 5_000_000; n++) text += service(n);
  await desk.paste(text);
  const wait = page.getByRole("button", { name: "Let it run for up to a minute" });
  await expect(desk.routes("library.example.com").first().or(wait)).toBeVisible({ timeout: 60_000 });
  if (await wait.isVisible()) await wait.click();
  await expect(desk.routes("library.example.com")).toHaveCount(2, { timeout: 60_000 });
  await expect(page.getByText("too long to be kept over a reload")).toBeVisible();
  await desk.text.click();
  await page.keyboard.press("ControlOrMeta+Home");
  await expect(desk.text).toContainText("# large");
  await expectRecovery(desk);
});

test("hostile host names are shown as text", async ({ desk, page }) => {
  const hosts = ["<img src=x onerror=alert(1)>", "\u202Egnp.exe", "x".repeat(10_000)];
  const documents = hosts.map((host, at) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: "hostile-${at}", namespace: shop}
spec:
  hosts: [${JSON.stringify(host)}]
  gateways: [istio-system/public]
  http:
  - route: [{destination: {host: ${JSON.stringify(host)}}}]
`);
  page.on("dialog", () => { throw new Error("a dialog opened"); });
  await desk.paste(`${example("make-before-break")}---\n${documents.join("---\n")}`);
  await expect(desk.status).toContainText(/error|warning/);
  await desk.tab("Findings");
  await expect(desk.findings.first()).toBeVisible();
  await expect(desk.result.locator("img")).toHaveCount(0);
  expect(await desk.result.innerText()).not.toContain("\u202E");
  const { clientWidth, scrollWidth } = await desk.panel.evaluate(({ clientWidth, scrollWidth }) => ({ clientWidth, scrollWidth }));
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
});

test("lone surrogates, NUL and control characters", async ({ desk }) => {
  await desk.paste(`# \uD800 \u0000 \u0007 \uDFFF\n${example("make-before-break")}`);
  await expect(desk.status).toContainText(/error/);
  await desk.tab("Findings");
  await expect(desk.findings.first()).toBeVisible();
  await desk.tab("Routes");
  await expectRecovery(desk);
});

test("ten thousand brackets", async ({ desk }) => {
  await desk.paste("[".repeat(10_000));
  await expect(desk.status).toContainText("1 error");
  await expectRecovery(desk);
});

test("an alias bomb", async ({ desk }) => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const lines = names.map((name, at) => `${name}: &${name} [${Array(9).fill(at ? `*${names[at - 1]}` : "x").join(", ")}]`);
  await desk.paste(`${lines.join("\n")}\n`);
  await expect(desk.status).toContainText("error");
  await expectRecovery(desk);
});

test("a wrong version, a spec that is a list, and none", async ({ desk }) => {
  await desk.paste(`apiVersion: networking.istio.io/v9
kind: VirtualService
metadata: {name: old, namespace: shop}
spec: {hosts: [a.example.com]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: list, namespace: shop}
spec: [1, 2]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: none, namespace: shop}
`);
  await desk.tab("Findings");
  await expect(desk.findings.filter({ hasText: "v9" })).not.toHaveCount(0);
  await expect(desk.findings.filter({ hasText: "list" })).not.toHaveCount(0);
  await expect(desk.findings.filter({ hasText: "none" })).not.toHaveCount(0);
});

test("a pattern that RE2 refuses, and one that grows too large", async ({ desk }) => {
  const service = (name, regex) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: library}
spec:
  hosts: [library.example.com]
  gateways: [istio-system/library]
  http:
  - match: [{uri: {regex: ${JSON.stringify(regex)}}}]
    route: [{destination: {host: shelves}}]
`;
  await desk.paste(`${example("make-before-break")}---\n${service("ahead", "/(?=x).*")}---\n${service("large", "/(\\pL{100}){100}")}`);
  await desk.tab("Findings");
  await expect(desk.findings.filter({ hasText: "ahead" }).first()).toBeVisible();
  await expect(desk.findings.filter({ hasText: "large" }).first()).toBeVisible();
});
