/** Remembers the environment chosen last in the console. Read by the server, written by the browser. */
export const ENVIRONMENT_COOKIE = "gatehouse-environment";
