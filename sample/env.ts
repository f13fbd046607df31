/** Where the service listens. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): { host: string; port: number } {
  return { host: environment.HARBOUR_HOST ?? "127.0.0.1", port: Number(environment.HARBOUR_PORT ?? "8090") };
}
