/**
 * The house rules a machine can check. Layout is prettier's business, types are the compiler's, and the arrows between
 * rooms are tests/house/imports.test.ts's; here are habits: await what is started, no chance and no clock where
 * results must repeat, only what the notebook kernel's module system can load.
 */
import js from "@eslint/js";
import tseslint from "typescript-eslint";

const ban = (selector, message) => ({ selector, message });

/** tslab and CommonJS load neither `import.meta` nor a module that awaits; both resolve "./b.js" and nothing else. */
const modules = [
  ban("MetaProperty[meta.name='import']", "import.meta does not exist in CommonJS; use __dirname"),
  ban("AwaitExpression:not(:function *)", "a module does not await at its top level"),
  ban("ForOfStatement[await=true]:not(:function *)", "a module does not await at its top level"),
  ...["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration", "ImportExpression"].map((node) =>
    ban(
      `${node}[source.value=/^[.]{1,2}(\\u002F|$)/]:not([source.value=/[.](js|json|cjs)$/])`,
      'a relative import ends in .js: import "./b.js"',
    ),
  ),
];

/** One seed, one result. */
const chance = [
  ban("MemberExpression[object.name='Math'][property.name='random']", "chance comes from an rng that is passed in"),
];

/** A pure room gives the same answer today and tomorrow. */
const clock = [
  ban("MemberExpression[object.name='Date'][property.name='now']", "a pure room has no clock"),
  ban("NewExpression[callee.name='Date']", "a pure room has no clock"),
  ban("CallExpression[callee.name='Date']", "a pure room has no clock"),
  ban("MemberExpression[object.name='performance']", "a pure room has no clock"),
  ban("MemberExpression[object.name='process'][property.name='hrtime']", "a pure room has no clock"),
];

/** A test that is left out says why, and no test shuts the others out. */
const suite = "/^(test|it|describe|suite)$/";
const tests = [
  ban(`CallExpression[callee.object.name=${suite}][callee.property.name='only']`, "no test shuts the others out"),
  ban(
    `CallExpression[callee.name=${suite}] > ObjectExpression > Property[key.name='only']`,
    "no test shuts the others out",
  ),
  ban(
    `CallExpression[callee.object.name=${suite}][callee.property.name=/^(skip|todo)$/]`,
    "skip with a reason: { skip: why }",
  ),
  ban("ImportDeclaration[source.value='fast-check']", "tests/property.ts has it, with the same inputs every time"),
  ban("CallExpression[callee.property.name='skip'][arguments.length=0]", "skip with a reason: t.skip(why)"),
  ban(
    `CallExpression[callee.name=${suite}] > ObjectExpression > Property[key.name='skip'][value.value=true]`,
    "skip with a reason: { skip: why }",
  ),
];

const restricted = (...rules) => ({ "no-restricted-syntax": ["error", ...rules.flat()] });
const pure = ["vocab", "embed", "mixture", "measure", "merge", "laws", "charts"];
const node = Object.fromEntries(
  ["require", "module", "process", "__dirname", "__filename", "console", "Buffer"].map((name) => [name, "readonly"]),
);

export default tseslint.config(
  { ignores: ["dist/", "out/", ".venv/", ".cache/", "node_modules/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: "./tests/tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...restricted(modules),
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      // With noUncheckedIndexedAccess, `rows[i]!` is how a loop says that its bounds are its own.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // CommonJS: an engine that may be absent is loaded when it is asked for.
      "@typescript-eslint/no-require-imports": "off",
    },
  },
  { files: ["src/**/*.ts"], rules: restricted(modules, chance) },
  // A cell prints with console, so the kernel and what runs in it do too.
  { files: ["src/lab/**/*.ts"], rules: { "no-console": "off" } },
  { files: pure.map((room) => `src/${room}/**/*.ts`), rules: restricted(modules, chance, clock) },
  {
    files: ["tests/**/*.ts"],
    rules: {
      ...restricted(modules, chance, tests),
      "no-console": "off",
      // node:test returns a promise that its runner keeps.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", name: ["test", "it", "describe", "suite"], package: "node:test" },
          ],
        },
      ],
    },
  },
  { files: ["tests/property.ts"], rules: restricted(modules) },
  // Twins of notebooks: cells, which the kernel's compiler checks one after the other (tests/house/cells.test.ts).
  {
    files: ["notebooks/**/*.ts"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: null } },
    rules: { "no-restricted-syntax": "off", "no-console": "off" },
  },
  { files: ["**/*.cjs"], languageOptions: { sourceType: "commonjs", globals: node } },
);
