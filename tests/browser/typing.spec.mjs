// A person's own YAML: routes and findings follow what is pasted and typed.
import { test, expect, example } from "./desk.mjs";

const virtualService = (path, host = "shop.example.com") => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
  namespace: shop
spec:
  hosts:
  - ${host}
  gateways:
  - istio-system/public
  http:
  - match:
    - uri:
        prefix: ${path}
    route:
    - destination:
        host: web
        port:
          number: 8080
`;

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

test.beforeEach(async ({ desk }) => desk.open());

/** What the table of the host says of a text, by its first columns. */
async function expectRoute(desk, path) {
  await expect(desk.routes("shop.example.com")).toHaveCount(1);
  await expect(desk.routes("shop.example.com").first()).toContainText(path);
}

test("several documents", async ({ desk }) => {
  await desk.paste(`${gateway}---\n${virtualService("/docs")}`);
  await expectRoute(desk, "/docs");
});

test("the output of kubectl: a List with status and managed fields", async ({ desk }) => {
  const indent = (text) => text.split("\n").map((line) => (line ? `  ${line}` : line)).join("\n");
  const item = (text, uid) =>
    indent(text.replace("metadata:\n", `metadata:\n  uid: ${uid}\n  resourceVersion: "1"\n  creationTimestamp: "2026-01-01T00:00:00Z"\n`))
      .replace("  apiVersion", "- apiVersion");
  const list = `apiVersion: v1\nitems:\n${item(gateway, "a")}${item(virtualService("/list"), "b")}kind: List\nmetadata:\n  resourceVersion: ""\n`;
  await desk.paste(list);
  await expectRoute(desk, "/list");
  await expect(desk.status).toHaveText("no errors, no warnings");
});

test("a rendered chart with its comments", async ({ desk }) => {
  await desk.paste(`---\n# Source: shop/templates/gateway.yaml\n${gateway}---\n# Source: shop/templates/web.yaml\n\n${virtualService("/chart")}`);
  await expectRoute(desk, "/chart");
});

test("JSON", async ({ desk }) => {
  const json = {
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "networking.istio.io/v1",
        kind: "Gateway",
        metadata: { name: "public", namespace: "istio-system" },
        spec: {
          selector: { istio: "ingressgateway" },
          servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["shop.example.com"] }],
        },
      },
      {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata: { name: "web", namespace: "shop" },
        spec: {
          hosts: ["shop.example.com"],
          gateways: ["istio-system/public"],
          http: [{ match: [{ uri: { prefix: "/json" } }], route: [{ destination: { host: "web" } }] }],
        },
      },
    ],
  };
  await desk.paste(JSON.stringify(json, null, 2));
  await expectRoute(desk, "/json");
});

test("line ends of Windows, and a byte order mark", async ({ desk }) => {
  await desk.paste(`\uFEFF${gateway}---\n${virtualService("/windows")}`.replaceAll("\n", "\r\n"));
  await expectRoute(desk, "/windows");
  await desk.routes("shop.example.com").first().getByRole("button", { name: /:\d+$/ }).click();
  await expect(desk.editor.locator(".cm-activeLine")).toContainText("uri");
});

test("a tab where YAML forbids it is told with its line, and the last routes stay", async ({ desk, page }) => {
  const good = `${gateway}---\n${virtualService("/tab")}`;
  await desk.paste(good);
  await expectRoute(desk, "/tab");
  await desk.paste(good.replace("  name: web", "\tname: web"));
  await expect(desk.result.getByText("The routes below are the last ones that could be read.")).toBeVisible();
  await expectRoute(desk, "/tab");
  const line = good.slice(0, good.indexOf("  name: web")).split("\n").length;
  await expect(desk.result.getByRole("button", { name: `:${line}` }).first()).toBeVisible();
  await page.getByRole("button", { name: "Show the rest" }).click();
  await expect(desk.routes("shop.example.com")).toHaveCount(0);
  await expect(desk.status).toContainText("1 error");
});

test("routes and findings change while typing", async ({ desk, page }) => {
  await desk.paste(`${gateway}---\n${virtualService("/a")}`);
  await expectRoute(desk, "/a");
  await desk.putCursor("prefix: /a");
  await page.keyboard.type("bc");
  await expect(desk.routes("shop.example.com").first()).toContainText("/abc");
  await page.keyboard.press("Enter");
  await page.keyboard.type("prefx: /x");
  await expect(desk.status).toContainText(/warning|error/);
  await desk.tab("Findings");
  await expect(desk.findings.first()).toContainText("prefx");
});

test("what a comment allows is counted and not told", async ({ desk }) => {
  await desk.paste(`${gateway}---\n${virtualService("/a")}  prefx: 1\n`);
  await desk.tab("Findings");
  await expect.poll(() => desk.codes()).toEqual(["unknown-field"]);
  await desk.paste(`${gateway}---\n${virtualService("/a")}  # pilothouse: allow unknown-field\n  prefx: 1\n`);
  await expect(desk.panel).toContainText("1 allowed by comments or annotations.");
  await expect(desk.findings).toHaveCount(0);
  await expect(desk.status).toHaveText("no errors, no warnings");
});

test("another Istio gives another answer", async ({ desk }) => {
  await desk.paste(example("https-port-names"));
  await expect(desk.routes("bank.example.com")).toHaveCount(1);
  await desk.istio.selectOption("1.1");
  await expect(desk.routes("bank.example.com")).toHaveCount(0);
  await desk.tab("Findings");
  await expect.poll(() => desk.codes()).toContain("duplicate-https-port-name");
  await desk.istio.selectOption("current");
  await expect.poll(() => desk.codes()).not.toContain("duplicate-https-port-name");
});

test("an empty editor offers the examples", async ({ desk, page }) => {
  await desk.paste("");
  await page.keyboard.press("Delete");
  await expect(page.getByRole("heading", { name: "Paste your YAML" })).toBeVisible();
  await page.getByRole("button", { name: /^All five at once/ }).click();
  await expect(desk.picker).toHaveValue("all-five-at-once");
});
