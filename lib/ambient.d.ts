/** Empty on the server; an error in a browser bundle. Provided by Next.js, emptied by the test and script bundlers. */
declare module "server-only";
