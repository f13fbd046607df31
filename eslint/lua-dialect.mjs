import { defineConfig } from "eslint/config";

/**
 * The part of TypeScript that means the same on LuaJIT, or is refused. What compiles cleanly and then is nil, true or a closure per
 * request at run time is the danger: see gateway/runtime/README.md.
 */
const RUNS_AS_LUA = ["gateway/runtime/**/*.ts", "gateway/policies/*/*.ts"];
/** Beside run.ts and what it imports: for the compiler, on Node. */
const RUNS_ON_NODE = [
  "gateway/policies/*/{manifest,plan,cases,composed-cases,document-cases,hostile-cases}.ts",
  "gateway/policies/config/*.ts",
];

/** What runs for every request, as opposed to once per release or for a refusal. */
const HOT_PATH = [
  "gateway/policies/*/{run,window,subject,few-limits}.ts",
  "gateway/policies/shared/*.ts",
  "gateway/runtime/{contexts,outcomes,request-id}.ts",
  "gateway/runtime/release/chain.ts",
  "gateway/runtime/routing/{field-reader,find-route,router}.ts",
  "gateway/runtime/shared-memory/{counters,credential-store,meter}.ts",
  "gateway/runtime/phases/{access,balancer,log}.ts",
  "gateway/runtime/upstreams/{breaker,canary,mirror-calls,pick-managed,request-trait,retry-budget,settle,share}.ts",
  "gateway/runtime/host/{clock,memory,request,variables,policy-host,balancer-functions}.ts",
];

/** Compile without a word and are nil in Lua. */
const MISSING_GLOBALS = {
  Date: "use the clock of the host",
  JSON: "use the decoder of the host",
  RegExp: "parse in plan.ts, on Node",
  Promise: "nothing waits here but the host",
  Symbol: "use a text",
  Map: "use LuaMap",
  Set: "use LuaSet",
  WeakMap: "use LuaTable",
  Proxy: "use a function",
  Reflect: "write it out",
  BigInt: "keep 64-bit numbers as text",
  encodeURIComponent: "use the host's escape",
  decodeURIComponent: "use the host's unescape",
  process: "settings come in the bundle",
  setTimeout: "use the host's timer",
  console: "use the host's log",
};

const SYNTAX = [
  {
    selector: "TryStatement",
    message: "A try costs two closures per call: return a value, or pcall once at the phase's entry.",
  },
  {
    selector: "ThrowStatement",
    message: "Return the failure: a throw costs 100 times as much, and refuses nobody's request.",
  },
  {
    selector: "AwaitExpression, FunctionDeclaration[async=true], ArrowFunctionExpression[async=true]",
    message: "Nothing is async in a worker: the host's calls yield by themselves.",
  },
  { selector: "RestElement", message: "Name what is taken; the length of the rest is not known in Lua." },
  { selector: "YieldExpression", message: "A generator is a coroutine and a closure: loop." },
  { selector: "TSEnumDeclaration", message: "Use a union of texts, or constants." },
  { selector: "ForInStatement", message: "Keys have no order in Lua: keep an array, or use pairs() of a LuaTable." },
  { selector: "Literal[regex]", message: "There are no regular expressions: parse in plan.ts, on Node." },
  { selector: "Literal[raw='null']", message: "null and undefined are one nil: use undefined." },
  { selector: "ArrayExpression > Identifier[name='undefined']", message: "An undefined shortens the array." },
  {
    selector: "BinaryExpression[operator='in']",
    message: "A field that is undefined is absent in Lua: compare with undefined.",
  },
  { selector: "BinaryExpression[operator='>>>']", message: ">>> stays signed in Lua: use the host's unsigned helper." },
];

/** What the hot path does without besides: memory that the collector has to give back. */
const ALLOCATIONS = [
  { selector: "SpreadElement", message: "A spread allocates: assign fields, or loop." },
  {
    selector:
      "FunctionDeclaration FunctionExpression, FunctionDeclaration ArrowFunctionExpression, FunctionDeclaration FunctionDeclaration",
    message: "A closure is built on every call and stops the trace: make it a function of the file.",
  },
];

export const luaDialect = defineConfig(
  {
    files: RUNS_AS_LUA,
    ignores: ["**/*.test.ts", "**/*.d.ts", ...RUNS_ON_NODE],
    rules: {
      "max-lines": ["error", 400],
      "@typescript-eslint/strict-boolean-expressions": [
        "error",
        { allowString: false, allowNumber: false, allowNullableObject: false },
      ],
      "no-restricted-globals": [
        "error",
        ...Object.entries(MISSING_GLOBALS).map(([name, instead]) => ({
          name,
          message: `It is nil in Lua: ${instead}.`,
        })),
      ],
      "no-restricted-syntax": ["error", ...SYNTAX],
      // A classic loop with an index is what compiles to the plainest Lua where the index is needed.
      "@typescript-eslint/prefer-for-of": "off",
      // `undefined` is compared explicitly, which these take for needless.
      "@typescript-eslint/prefer-optional-chain": "off",
      "@typescript-eslint/prefer-nullish-coalescing": "off",
      "@typescript-eslint/prefer-string-starts-ends-with": "off",
      "@typescript-eslint/prefer-includes": "off",
    },
  },
  {
    files: HOT_PATH,
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-syntax": ["error", ...SYNTAX, ...ALLOCATIONS] },
  },
  {
    // Built once when a bundle is loaded, or declarations of the host.
    files: ["gateway/runtime/host/*.d.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
);
