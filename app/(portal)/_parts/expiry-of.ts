const DAY_MS = 86_400_000;

/** When something ends that is made now, as the management API wants it. @param lifetimeDays as a form has it; "" for what does not end */
export function expiryOf(lifetimeDays: string): string | null {
  return lifetimeDays === "" ? null : new Date(Date.now() + Number(lifetimeDays) * DAY_MS).toISOString();
}
