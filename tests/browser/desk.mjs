// The page as a person meets it. Specs import `test` and `expect` from here.
//
// Every test also holds that the page raised no error, broke no policy and asked no other origin for anything.
import fs from "node:fs";
import { test as base, expect } from "@playwright/test";

export { expect };

/** The text of an example. */
export const example = (id) => fs.readFileSync(new URL(`../../examples/${id}.yaml`, import.meta.url), "utf8");

/** The names of all examples. */
export const examples = fs
  .readdirSync(new URL("../../examples/", import.meta.url))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.slice(0, -".yaml".length));

/** A line `# title: …` or `# look: …` of an example. */
export const header = (id, key) => example(id).match(new RegExp(`^# ${key}: (.*)$`, "m"))[1];

export const test = base.extend({
  /** Errors that the test means to cause, as patterns. */
  expected: [[], { option: true }],

  desk: async ({ page, baseURL, expected }, use) => {
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(baseURL) && !url.startsWith("blob:") && !url.startsWith("data:")) complaints.push(url);
    });
    await use(new Desk(page));
    expect(complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
  },
});

class Desk {
  constructor(page) {
    this.page = page;
    this.result = page.getByRole("region", { name: "What Istio makes of it" });
    this.editor = page.getByRole("region", { name: "YAML" });
    this.text = this.editor.getByRole("textbox");
    this.status = page.getByRole("status");
    this.panel = page.getByRole("tabpanel");
    this.divider = page.getByRole("separator", { name: "Width of the editor" });
    this.picker = page.getByRole("combobox", { name: "Example" });
    this.istio = page.getByRole("combobox", { name: "Which Istio is modelled" });
    this.findings = this.result.getByRole("article");
  }

  /** Opens the page and waits for the first result and the editor. */
  async open() {
    await this.page.goto("./");
    await this.settled();
    await this.ready();
  }

  /** Waits for the full editor in place of the plain text field. */
  async ready() {
    await expect(this.editor.locator(".cm-content")).toBeVisible();
    await expect(this.editor.locator("textarea")).toHaveCount(0);
  }

  /** Waits until the engine has answered. */
  async settled() {
    // It is in the page, though a narrow window does not show it.
    await expect(this.page.getByText(/^analysed in/)).toHaveCount(1);
  }

  /** Puts a text in place of all that is there, as a paste does. */
  async paste(text) {
    await this.text.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.text.evaluate((node, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      node.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }

  /** Puts the cursor behind the first occurrence of a text that is in view. */
  async putCursor(after) {
    const line = this.editor.locator(".cm-line", { hasText: after }).first();
    await line.click();
    await this.page.keyboard.press("End");
  }

  /** Chooses a view of the result. */
  async tab(name) {
    await this.page.getByRole("tab", { name }).click();
  }

  /** Chooses the proxy to look from. */
  async proxy(name) {
    await this.result.getByRole("group", { name: "Proxy to look from" }).getByRole("button", { name }).click();
  }

  /** The rows of a host's routes. */
  routes(host) {
    const table = this.result.getByRole("table", { name: `Routes of ${host}`, exact: true });
    return table.locator("tbody tr.route");
  }

  /** A host's routes as text: place, match, destination, origin. */
  async table(host) {
    const rows = await this.routes(host).all();
    const cells = rows.map((row) => row.getByRole("cell").allInnerTexts());
    return (await Promise.all(cells)).map((row) => row.map((cell) => cell.replace(/\s+/g, " ").trim()).join(" | "));
  }

  /** The codes of the findings that are shown. */
  async codes() {
    const codes = await this.findings.locator(".rule").allInnerTexts();
    return [...new Set(codes)].sort();
  }

  /** Shows the pane of the result, in a window that has room for one. */
  async showResult() {
    await this.page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Result" }).click();
  }

  /** The text that is kept over a reload. */
  kept() {
    return this.page.evaluate(() => JSON.parse(localStorage.getItem("pilothouse.files") ?? "[]")[0]?.text);
  }
}
