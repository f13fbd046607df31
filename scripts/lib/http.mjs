/**
 * One small request to a server on this machine.
 * @param {string} url
 * @param {RequestInit & { timeoutMs?: number }} [options]
 * @returns {Promise<{ status: number, text: string } | undefined>} undefined when nobody answers
 */
export async function ask(url, { timeoutMs = 2000, ...options } = {}) {
  try {
    const response = await fetch(url, { redirect: "manual", ...options, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: await response.text() };
  } catch {
    return undefined;
  }
}
