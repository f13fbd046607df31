import { expect, it } from "vitest";
import { formatNumber, formatTable } from "./table";

it("a table lines up as text, numbers to the right", () => {
  expect(
    formatTable(
      ["", "µs"],
      [
        ["plain nginx", "9.5"],
        ["ours", "12.1"],
      ],
    ),
  ).toBe(
    [
      "|             |   µs |", //
      "| ----------- | ---: |",
      "| plain nginx |  9.5 |",
      "| ours        | 12.1 |",
    ].join("\n"),
  );
});

it("what was not measured is a dash, not a number", () => {
  expect(formatNumber(Number.NaN, 1)).toBe("–");
  expect(formatNumber(undefined, 1)).toBe("–");
  expect(formatNumber(12345.678, 1)).toBe("12,345.7");
});
