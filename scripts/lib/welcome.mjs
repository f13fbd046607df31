/**
 * What a person needs next, once everything runs.
 * @param {object} options
 * @param {import("./progress.mjs").Progress} options.progress
 * @param {import("./settings.mjs").StartSettings} options.settings
 * @param {import("./bootstrap.mjs").Prepared} options.prepared
 * @param {string} options.logs
 */
export function printWelcome({ progress, settings, prepared, logs }) {
  const { bold, dim, cyan } = progress.paint;
  const rows = [
    ["Portal", cyan(settings.publicUrl)],
    ["Console", cyan(`${settings.publicUrl}/console`)],
    ["Gateway", cyan(settings.gatewayUrl)],
    ["Management API", cyan(`${settings.publicUrl}/api/v1/openapi.json`)],
    ["Gateway status", cyan(`${settings.localGatewayStatusUrl}/ready`)],
  ];
  if (prepared.admin !== null) {
    rows.push(["Sign in as", bold(prepared.admin.email)]);
    if (prepared.admin.generatedPassword !== null) {
      rows.push(["Password", `${bold(prepared.admin.generatedPassword)}  ${dim("shown this once")}`]);
    }
  }
  const lines = rows.map(([label = "", value]) => `  ${dim(label.padEnd(16))} ${value}`);
  progress.write(`\n${lines.join("\n")}\n\n`);
  if (prepared.hasDemo) {
    progress.write(
      `  ${dim("Begin with the demonstration's reference:")} ${cyan(`${settings.publicUrl}/apis/harbour/reference`)}\n` +
        (prepared.demo === null
          ? ""
          : `  ${dim("Calls are sent through the gateway for a few minutes, so that charts have something to show.")}\n`) +
        `  ${dim("Remove the demonstration with")} npm run demo -- remove\n`,
    );
  }
  progress.write(`  ${dim(`Logs are in ${logs}. Ctrl-C stops everything.`)}\n\n`);
}
