import { expect, it } from "vitest";
import { normalPath } from "./normal-path";

it("a path to purge is in the form in which nodes compare paths, or refused", () => {
  const paths = ["/", "/a//b", "/a/%7e%2a%41", "/a/..b", "/a/.well-known"];
  expect(paths.map(normalPath)).toEqual(["/", "/a//b", "/a/~%2AA", "/a/..b", "/a/.well-known"]);
  const refused = [
    "",
    "a",
    "/a?b",
    "/a#b",
    "/a\\b",
    "/a%2fb",
    "/a%5Cb",
    "/a%00",
    "/a%",
    "/a%4",
    "/../a",
    "/a/%2e%2E",
    "/a/..;x/b",
    "/a/.%3Bx",
    "/ä",
    "/a b",
  ];
  expect(refused.filter((path) => normalPath(path) !== undefined)).toEqual([]);
});
