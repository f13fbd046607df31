/** Where the Gatehouse under test is, and how to get in. playwright.config.ts starts it and sets these. */
export const environment = {
  portalUrl: `http://localhost:${required("E2E_PORTAL_PORT")}`,
  gatewayUrl: `http://localhost:${required("E2E_GATEWAY_PORT")}`,
  statusUrl: `http://127.0.0.1:${required("E2E_STATUS_PORT")}`,
  adminEmail: required("E2E_ADMIN_EMAIL"),
  adminPassword: required("E2E_ADMIN_PASSWORD"),
  /** Personal access token of the admin, for setting things up through the management API. */
  adminToken: required("E2E_ADMIN_TOKEN"),
} as const;

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: run the tests with \`npm test -- e2e\`.`);
  }
  return value;
}
