import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { one, PolicyBench } from "../testing/policy-bench";

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.start({ workers: 1 });
});

beforeEach(() => {
  bench.upstream.seen.length = 0;
});

afterAll(() => bench.stop());

const validate = (schema: unknown) => bench.attach(one("request-validation", { body: { schema } }), "createItem");

const post = (body: string | Buffer<ArrayBuffer>) =>
  bench.call("/shop/v1/items", { method: "POST", body, headers: { "Content-Type": "application/json" } });

/** A worker that is busy answers nobody: how long the longest of others' calls takes, meanwhile. */
async function whileOthersCall(
  harm: () => Promise<Response>,
): Promise<{ readonly answer: Response; readonly slowestMs: number }> {
  let isOver = false;
  let slowestMs = 0;
  const harmed = harm().finally(() => (isOver = true));
  while (!isOver) {
    const before = performance.now();
    await (await bench.call()).text();
    slowestMs = Math.max(slowestMs, performance.now() - before);
  }
  return { answer: await harmed, slowestMs };
}

it("a body's names do not hold the worker up, however long they are and whatever is in them", async () => {
  await validate({ additionalProperties: { type: "array", items: { type: "integer" } } });
  const slashes = await whileOthersCall(() => post(JSON.stringify({ ["/".repeat(1_000_000)]: 1 })));
  expect(slashes.answer.status).toBe(400);
  expect((await slashes.answer.text()).length).toBeLessThan(1_000);
  const cut = await post(JSON.stringify({ [`${"a".repeat(63)}é${"b".repeat(9)}`]: 1 }));
  expect(await cut.json()).toMatchObject({ errors: [{ pointer: `#/${"a".repeat(63)}…` }] });
  const many = Array.from({ length: 200_000 }, () => 1);
  const parts = await whileOthersCall(() => post(JSON.stringify({ ["a".repeat(500_000)]: many })));
  expect(parts.answer.status).toBe(200);
  expect(Math.max(slashes.slowestMs, parts.slowestMs)).toBeLessThan(1_000);
});
