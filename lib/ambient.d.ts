/** Empty on the server; an error in a browser bundle. Provided by Next.js, emptied by the test and script bundlers. */
declare module "server-only";

/** The script bundler puts the text of a document into the program. */
declare module "*.yaml" {
  const text: string;
  export default text;
}
