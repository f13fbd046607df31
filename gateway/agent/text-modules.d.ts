/** Built into the agent as text by scripts/lib/bundle.mjs. */
declare module "*.template" {
  const text: string;
  export default text;
}
