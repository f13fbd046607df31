import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { addresses, signIn, Upstream } from "./support";

/** The three journeys of the README, one after the other in one Gatehouse: publish, subscribe, call. */
test.describe.configure({ mode: "serial" });

const DOCUMENT = readFileSync(path.join(import.meta.dirname, "tickets.yaml"), "utf8");
const QUOTA = 8;

let upstream: Upstream;
let owner: Page;
let consumer: Page;
let key = "";
/** Address of the page that tells why a call was refused. */
let refusal = "";

test.beforeAll(async ({ browser }) => {
  upstream = await Upstream.start();
  owner = await (await browser.newContext()).newPage();
  consumer = await (await browser.newContext()).newPage();
});

test.afterAll(async () => {
  await upstream.stop();
});

test("publish: an owner brings a document to the gateway", async () => {
  const { adminEmail, adminPassword, gateway } = addresses();
  await signIn(owner, adminEmail, adminPassword);

  await test.step("create the API of its document", async () => {
    await owner.goto("/console/apis/new");
    await owner.getByLabel("OpenAPI document").fill(DOCUMENT);
    await expect(owner.getByLabel("Name", { exact: true })).toHaveValue("Tickets");
    await expect(owner.getByLabel("Base path")).toHaveValue("/tickets/v1");
    await owner.getByLabel("Upstream address").fill(upstream.url);
    await owner.getByRole("button", { name: "Create API" }).click();
    await expect(owner).toHaveURL(/\/console\/apis\/tickets/);
    await expect(owner.getByRole("heading", { name: /Tickets/ })).toBeVisible();
  });

  await test.step("offer it in a product with a limited plan", async () => {
    await owner.goto("/console/products/new");
    await owner.getByLabel("Name").fill("Concert goers");
    await owner.getByRole("checkbox", { name: /Tickets v1/ }).check();
    await owner.getByRole("button", { name: "Create product" }).click();
    await expect(owner).toHaveURL(/\/plans\/new/);
    await owner.getByLabel("Name", { exact: true }).fill("Small");
    const limit = owner.getByRole("group", { name: "Limit 1" });
    if (!(await limit.isVisible())) {
      await owner.getByRole("button", { name: "Add limit" }).click();
    }
    await limit.getByLabel("Number of calls").fill(String(QUOTA));
    await limit.getByLabel("Unit of the window").selectOption({ label: "hour" });
    await limit.getByLabel("Algorithm").selectOption({ label: "fixed window" });
    await owner.getByRole("button", { name: /Create plan|Add plan/ }).click();
    await expect(owner.getByText("Small").first()).toBeVisible();
  });

  await test.step("publish, and see the node confirm", async () => {
    await owner.goto("/console/releases");
    await owner.getByRole("button", { name: "Publish to production" }).first().click();
    const panel = owner.getByRole("dialog");
    await panel.getByRole("button", { name: "Publish to production" }).click();
    await expect(panel.getByRole("status")).toContainText(/1 of 1 node runs release \d+/);
  });

  const refused = await fetch(`${gateway}/tickets/v1/concerts`);
  expect(refused.status).toBe(401);
  expect(((await refused.json()) as { code: string }).code).toBe("key_missing");
});

test("subscribe: a consumer signs up, takes a plan and gets a key that works at once", async () => {
  const { gateway } = addresses();
  await consumer.goto("/sign-up?next=%2Fstart%3Fapi%3Dtickets");
  await consumer.getByLabel("Name").fill("Ada Lovelace");
  await consumer.getByLabel("Email").fill("ada@example.com");
  await consumer.getByLabel("Password").fill("a long enough password");
  await consumer.getByRole("button", { name: "Sign up" }).click();
  await expect(consumer).toHaveURL(/\/start/);

  await consumer.getByLabel("Name").fill("Concert finder");
  await consumer.getByRole("button", { name: "Create application" }).click();
  await consumer.getByLabel("API", { exact: true }).selectOption({ label: "Tickets" });
  await consumer.getByRole("radio", { name: /Small/ }).check();
  await consumer.getByRole("button", { name: "Subscribe" }).click();
  await consumer.getByRole("button", { name: "Create key" }).click();
  key = (await consumer.getByTestId("secret").textContent()) ?? "";
  expect(key).toMatch(/^gh_live_/);

  await expect(consumer.getByRole("status").filter({ hasText: "Waiting for the first call" })).toBeVisible();
  await expect
    .poll(async () => (await fetch(`${gateway}/tickets/v1/concerts`, { headers: { "X-API-Key": key } })).status, {
      timeout: 2_000,
    })
    .toBe(200);
  await expect(consumer.getByRole("status").filter({ hasText: "It works" })).toBeVisible({ timeout: 20_000 });
});

test("call: try it in the browser, run into the limit, see the calls on the dashboard", async () => {
  const { gateway } = addresses();

  await test.step("the reference calls the gateway with the caller's own key", async () => {
    await consumer.goto("/apis/tickets/reference");
    const paste = consumer.getByLabel("Paste an API key");
    if (await paste.isVisible()) {
      await paste.fill(key);
      await consumer.getByRole("button", { name: "Use key" }).click();
    }
    const operation = consumer.locator(".opblock", { hasText: "/concerts" }).first();
    await operation.locator(".opblock-summary-control, .opblock-summary").first().click();
    await operation.getByRole("button", { name: /try it out/i }).click();
    const answered = consumer.waitForResponse((response) => response.url() === `${gateway}/tickets/v1/concerts`);
    await operation.getByRole("button", { name: /execute/i }).click();
    expect((await answered).status()).toBe(200);
    await expect(operation.locator(".live-responses-table tr.response .response-col_status").first()).toContainText(
      "200",
    );
  });

  await test.step("the limit of the plan holds to the call", async () => {
    const used = upstream.count;
    const answers = [];
    for (let call = 0; call < QUOTA + 3; call += 1) {
      answers.push(await fetch(`${gateway}/tickets/v1/concerts/c1`, { headers: { "X-API-Key": key } }));
    }
    expect(upstream.count).toBe(QUOTA);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(used + 3);
    const last = answers.at(-1);
    expect(last?.headers.get("ratelimit-policy")).toMatch(/q=8;w=3600/);
    expect(last?.headers.get("ratelimit")).toMatch(/r=0;t=\d+/);
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    const problem = (await last?.json()) as { code: string; instance: string };
    expect(problem.code).toBe("rate_limit_exceeded");
    refusal = problem.instance;
  });

  await test.step("the refusal leads its caller to the reason, and its owner finds it too", async () => {
    const reason = /Refused by rate-limit: “.+” allows 8 calls per hour for each subscription; 8 were counted/;
    await consumer.goto(refusal);
    await expect(consumer.getByTestId("explanation")).toHaveText(reason, { timeout: 20_000 });
    await expect(consumer.getByRole("meter")).toBeVisible();
    await expect(consumer.getByText(upstream.url.replace("http://", ""))).toBeHidden();
    await consumer.getByRole("link", { name: "See the plan" }).click();
    await consumer.getByRole("link", { name: "Refused calls" }).click();
    await expect(consumer.getByRole("table", { name: "Requests" }).getByText(reason).first()).toBeVisible();

    await owner.goto("/console/requests?kind=refused&api=tickets");
    await expect(owner.getByRole("table", { name: "Requests" }).getByText(reason).first()).toBeVisible();
    await owner.getByLabel("Reason").selectOption({ label: "API key missing" });
    await owner.getByRole("link", { name: /concerts .*Send an API key/ }).click();
    await expect(owner.getByTestId("explanation")).toContainText("Refused by key-auth: Send an API key");
  });

  await test.step("both sides see what happened", async () => {
    await owner.goto("/console/analytics?range=1h&api=tickets");
    await expect(owner.getByText("Concert finder").first()).toBeVisible({ timeout: 20_000 });
    await consumer.goto("/applications");
    await consumer
      .getByRole("link", { name: /Concert finder/ })
      .first()
      .click();
    await expect(consumer.getByText(/Refused/i).first()).toBeVisible();
  });

  await test.step("a revoked key is refused within a second", async () => {
    await consumer.getByRole("link", { name: /^Keys/ }).click();
    await consumer
      .getByRole("button", { name: /^Revoke key/ })
      .first()
      .click();
    await consumer
      .getByRole("alertdialog")
      .or(consumer.getByRole("dialog"))
      .getByRole("button", { name: "Revoke key" })
      .click();
    await expect(consumer.getByRole("alertdialog")).toBeHidden();
    await expect
      .poll(
        async () => {
          const answer = await fetch(`${gateway}/tickets/v1/concerts`, { headers: { "X-API-Key": key } });
          return ((await answer.json()) as { code?: string }).code;
        },
        { timeout: 3_000 },
      )
      .toBe("key_revoked");
  });

  await test.step("a key that is created at the reference is shown before it is used", async () => {
    await consumer.goto("/apis/tickets/reference");
    // The tab has forgotten the key that was revoked, so it asks for one.
    await consumer.getByRole("button", { name: "Create key" }).click();
    const dialog = consumer.getByRole("dialog");
    await dialog.getByRole("button", { name: "Create key" }).click();
    await expect(dialog.getByTestId("secret")).toHaveText(/^gh_live_/);
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    await expect(consumer.getByText(/calls the gateway with your key/)).toBeVisible();
  });

  await test.step("who signs out is nobody's any more", async () => {
    await consumer.getByRole("button", { name: "Account of Ada Lovelace" }).click();
    await consumer.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(consumer.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
    await consumer.goto("/applications");
    await expect(consumer).toHaveURL(/\/sign-in\?next=/);
    expect((await consumer.request.get("/api/v1/applications")).status()).toBe(401);
  });
});
