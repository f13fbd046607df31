import { once } from "node:events";
import { connect } from "node:tls";
import { expect, test } from "@playwright/test";
import { issueCertificate } from "../gateway/agent/certificates/issue-certificate";
import { addresses, signIn } from "./support";

/** What an admin puts in the console is what the gateway shows, at once. */

const HOST = "api.shop.example";
const validity = { notBefore: new Date(Date.now() - 86_400_000), notAfter: new Date(Date.now() + 10 * 86_400_000) };

async function shown(): Promise<string | undefined> {
  const socket = connect({
    port: addresses().tlsPort,
    host: "127.0.0.1",
    servername: HOST,
    rejectUnauthorized: false,
  });
  await once(socket, "secureConnect");
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

test("a certificate put into an environment is shown by its nodes at once, until it is removed", async ({ page }) => {
  const { adminEmail, adminPassword } = addresses();
  const issued = issueCertificate({ names: [HOST], ...validity });
  const other = issueCertificate({ names: ["other.example"], ...validity });
  await signIn(page, adminEmail, adminPassword);
  await page.goto("/console/environments/production");
  expect(await shown()).toBe("DNS:localhost");

  await test.step("be told at its field that the key is another's, and mend it", async () => {
    await page.getByRole("button", { name: "Add certificate" }).click();
    const panel = page.getByRole("dialog");
    await panel.getByLabel("Name").fill("shop");
    await panel.getByRole("textbox", { name: "Certificate" }).fill(issued.certificate);
    await panel.getByLabel("Private key").fill(other.privateKey);
    await panel.getByRole("button", { name: "Add certificate" }).click();
    await expect(panel.getByText("This is not the private key of the certificate.")).toBeVisible();
    await panel.getByLabel("Private key").fill(issued.privateKey);
    await panel.getByRole("button", { name: "Add certificate" }).click();
    await expect(panel).toBeHidden();
  });

  const row = page.getByRole("row").filter({ hasText: HOST });
  await expect(row).toContainText("Ends soon");
  await expect.poll(shown).toBe(`DNS:${HOST}`);

  await row.getByRole("button", { name: "Remove shop" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove certificate" }).click();
  await expect(row).toBeHidden();
  await expect.poll(shown).toBe("DNS:localhost");
});
