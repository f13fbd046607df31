import { describe, expect, it } from "vitest";
import { TextCache } from "./text-cache";

describe("a cache of texts", () => {
  function counted(most: number) {
    const cache = new TextCache(most);
    const made: string[] = [];
    const get = (key: string, length = 4) =>
      cache.get(key, () => {
        made.push(key);
        return Promise.resolve(key.padEnd(length, "."));
      });
    return { get, made };
  }

  it("makes a text once, also for those who ask while it is made", async () => {
    const { get, made } = counted(100);
    expect(await Promise.all([get("a"), get("a")])).toEqual(["a...", "a..."]);
    expect(await get("a")).toBe("a...");
    expect(made).toEqual(["a"]);
  });

  it("forgets what was not asked for longest, and keeps nothing that is larger than all of it", async () => {
    const { get, made } = counted(8);
    await get("a");
    await get("b");
    await get("a");
    await get("c");
    await get("large", 9);
    await get("a");
    await get("c");
    expect(made).toEqual(["a", "b", "c", "large"]);
    await get("b");
    await get("large", 9);
    expect(made).toEqual(["a", "b", "c", "large", "b", "large"]);
  });

  it("keeps nothing of a failure", async () => {
    const cache = new TextCache(8);
    await expect(cache.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await cache.get("a", () => Promise.resolve("yes"))).toBe("yes");
  });
});
