import importX, { createNodeResolver } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { importZones } from "./eslint/import-zones.mjs";
import { luaDialect } from "./eslint/lua-dialect.mjs";

const TESTS = ["**/*.test.{ts,tsx}", "**/testing/**", "**/_testing/**", "e2e/**", "bench/**"];
/** The only files that may read the environment; everything else gets settings handed in. */
const READ_THE_ENVIRONMENT = ["**/env.ts", "scripts/**", "bench/**", "e2e/**", "*.config.{ts,mjs}", ...TESTS];

export default defineConfig(
  globalIgnores([
    "dist/",
    ".next/",
    ".gatehouse/",
    "prisma/client/",
    "next-env.d.ts",
    "**/fixtures/",
    "test-results/",
    "playwright-report/",
  ]),
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: {
      "import-x": importX,
      "react-hooks": /** @type {import("eslint").ESLint.Plugin} */ (/** @type {unknown} */ (reactHooks)),
    },
    settings: {
      "import-x/resolver-next": [
        createNodeResolver({
          tsconfig: { configFile: "tsconfig.json" },
          extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
        }),
      ],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // `== null` asks for null and undefined at once, and says so.
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "no-debugger": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "import-x/no-duplicates": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Numbers in messages are as safe as texts.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Off, each because it refuses good code here: a flag that changes during an await looks constant to the first; `return next()`
      // and `() => setOpen(true)` say what they mean; `decode<Answer>(text)` names its result once; `void unused` marks what is left
      // aside on purpose; Hono's chained types are the same class in name only.
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // Allowed with a reason, which a reader checks.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/no-generated-empty-object-type": "off",
      // `this: void` is how a function without a receiver is written for Lua.
      "@typescript-eslint/no-invalid-void-type": ["error", { allowAsThisParameter: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
  importZones,
  {
    files: ["app/**/*.{ts,tsx}", "components/**/*.{ts,tsx}"],
    ignores: TESTS,
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      // react-hook-form types the handlers of a field with any.
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },
  {
    files: ["**/*.{ts,tsx}"],
    ignores: READ_THE_ENVIRONMENT,
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Read settings in an env.ts and hand them in." },
      ],
    },
  },
  luaDialect,
  {
    files: TESTS,
    rules: {
      "no-console": "off",
      // A test that reaches into an answer fails loudly by itself.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-misused-spread": "off",
    },
  },
  {
    // Checked by TypeScript with `checkJs`; rules about types would repeat it on JSDoc.
    files: ["**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "no-console": "off" },
  },
);
