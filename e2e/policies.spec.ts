import { expect, test } from "@playwright/test";
import { addresses, offerPing, publish, signIn, Upstream } from "./support";

/** What an owner attaches in the console is what callers meet after the next publish. */

let upstream: Upstream;

test.beforeAll(async () => {
  upstream = await Upstream.start();
});

test.afterAll(async () => {
  await upstream.stop();
});

test("policies attached to an API in the console run at the gateway from the next release on", async ({ page }) => {
  const { key, url } = await offerPing("polite", upstream.url);
  await publish();
  const { adminEmail, adminPassword } = addresses();
  await signIn(page, adminEmail, adminPassword);
  await page.goto("/console/apis/polite/policies");

  await test.step("attach one to every operation", async () => {
    await page.getByRole("button", { name: "Add policy" }).first().click();
    const panel = page.getByRole("dialog");
    await panel.getByLabel("Policy", { exact: true }).selectOption("security-headers");
    await panel.getByLabel("Frame options").selectOption("SAMEORIGIN");
    await panel.getByRole("button", { name: "Add policy" }).click();
    await expect(page.getByRole("list", { name: "Policies of every operation" })).toContainText("SAMEORIGIN");
  });

  await test.step("be told at its field what the server refuses, and mend it", async () => {
    await page.getByRole("combobox", { name: "Operation" }).first().selectOption({ label: "GET /ping" });
    await page.getByRole("region", { name: "ping" }).getByRole("button", { name: "Add policy" }).click();
    const panel = page.getByRole("dialog");
    await panel.getByLabel("Policy", { exact: true }).selectOption("key-auth");
    await panel.getByLabel("Header").fill("not a field name");
    await panel.getByRole("button", { name: "Add policy" }).click();
    await page.getByRole("button", { name: "Save policies" }).click();
    const line = page.getByRole("list", { name: "Policies of ping" });
    await expect(line.getByRole("alert")).toBeVisible();
    await line.getByRole("button", { name: "Change API key" }).click();
    await panel.getByLabel("Header").fill("X-Polite-Key");
    await panel.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("button", { name: "Save policies" }).click();
    await expect(page.getByText("Policies saved")).toBeVisible();
  });

  await test.step("see the chain that results", async () => {
    await expect(page.getByText("this operation")).toBeVisible();
    await expect(page.getByText("Security header fields").last()).toBeVisible();
  });

  expect((await fetch(url, { headers: { "X-API-Key": key } })).headers.get("x-frame-options")).toBeNull();
  await publish();
  expect((await fetch(url, { headers: { "X-API-Key": key } })).status).toBe(401);
  const answer = await fetch(url, { headers: { "X-Polite-Key": key } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-frame-options")).toBe("SAMEORIGIN");
});
