import { expect, test, type APIResponse, type Page } from "@playwright/test";
import { addresses, callApi, offerPing, publish, signIn, Upstream } from "./support";

/** What an owner says in the console of hosts, versions and conditions is what callers meet, and what the portal tells them. */

const document = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Told", version: "2" },
  paths: { "/ping": { get: { operationId: "ping", responses: { "200": { description: "Pong." } } } } },
});

let upstream: Upstream;

test.beforeAll(async () => {
  upstream = await Upstream.start();
});

test.afterAll(async () => {
  await upstream.stop();
});

test("versions that a header field tells apart share an address, and the portal sends the field", async ({ page }) => {
  const { key } = await offerPing("told", `${upstream.url}/one`);
  const { adminEmail, adminPassword, gateway } = addresses();
  await signIn(page, adminEmail, adminPassword);

  await test.step("say that a header field tells the versions apart", async () => {
    await page.goto("/console/apis/told/settings");
    const form = page.getByRole("form", { name: "Versions" });
    await form.getByLabel("Told apart by").selectOption("header");
    await form.getByLabel("Header field", { exact: true }).fill("Host");
    await expect(form.getByText("is set by the gateway itself")).toBeVisible();
    await form.getByLabel("Header field", { exact: true }).fill("X-API-Version");
    await form.getByRole("button", { name: "Save versions" }).click();
    await expect(page.getByText("Changes saved").first()).toBeVisible();
  });

  await test.step("move the first version to the shared address, as the default", async () => {
    const form = page.getByRole("form", { name: "Version v1" });
    await form.getByLabel("Base path", { exact: true }).fill("/told");
    await form.getByLabel("Default version").check();
    await form.getByRole("button", { name: "Save version" }).click();
    await expect(page.getByText("/told", { exact: false }).first()).toBeVisible();
    await expect(form.getByRole("button", { name: "Save version" })).toBeDisabled();
  });

  await test.step("add a second one for mobile devices only", async () => {
    await callApi("POST", "/apis/told/versions", {
      version: "v2",
      document,
      upstream: { targets: [{ url: `${upstream.url}/two` }] },
    });
    const versions = ["v1", "v2"].map((version) => ({ api: "told", version }));
    await callApi("PATCH", "/products/told", { versions });
    await page.goto("/console/apis/told/settings?version=v2");
    const form = page.getByRole("form", { name: "Version v2" });
    await form.getByRole("button", { name: "Add condition" }).click();
    await form.getByLabel("Name in condition 1").fill("X-Device");
    await form.getByLabel("Test of condition 1").selectOption("prefix");
    await form.getByLabel("Text of condition 1").fill("mobile");
    await form.getByRole("button", { name: "Save version" }).click();
    await expect(page.getByText("X-Device: mobile").first()).toBeVisible();
  });

  await test.step("call them through the gateway", async () => {
    await publish();
    const call = async (headers: Record<string, string>) =>
      read(await page.request.get(`${gateway}/told/ping`, { headers: { "X-API-Key": key, ...headers } }));
    expect(await call({})).toMatchObject({ status: 200, body: { path: "/one/ping" } });
    const mobile = { "X-API-Version": "v2", "X-Device": "mobile-ios" };
    expect(await call(mobile)).toMatchObject({ status: 200, body: { path: "/two/ping" } });
    const unknown = await call({ "X-API-Version": "v3" });
    expect(unknown).toMatchObject({ status: 400, body: { code: "api_version_unknown" } });
    expect(JSON.stringify(unknown.body)).toContain("v1, v2");
    expect(await call({ "X-API-Version": "v2" })).toMatchObject({ status: 404 });
  });

  await test.step("find the fields in the portal, and call from there", async () => {
    await page.goto("/apis/told?version=v2");
    await expect(page.getByText("X-API-Version: v2").first()).toBeVisible();
    await expect(page.getByText('-H "X-API-Version: v2" -H "X-Device: mobile"')).toBeVisible();
    await page.goto("/apis/told/reference?version=v2");
    await tryPing(page, key);
    await expect(page.getByText("/two/ping").first()).toBeVisible();
  });
});

async function tryPing(page: Page, key: string): Promise<void> {
  const field = page.getByLabel("Paste an API key");
  await field.fill(key);
  await field.press("Enter");
  await page
    .getByRole("button", { name: /\/ping/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute" }).click();
}

async function read(response: APIResponse): Promise<{ status: number; body: unknown }> {
  return { status: response.status(), body: await response.json() };
}
