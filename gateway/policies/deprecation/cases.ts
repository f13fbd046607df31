import type { PolicyCase } from "../case";

export const cases: readonly PolicyCase[] = [
  {
    name: "tells when, until when and where to go",
    config: {
      deprecatedAt: "2023-06-30T23:59:59Z",
      sunsetAt: "2027-01-31T00:00:00+01:00",
      policyUrl: "https://shop.example/moving",
      successorUrl: "https://api.example/shop/v2",
    },
    steps: [
      {
        expect: {
          decision: "pass",
          responseFields:
            "deprecation: @1688169599; " +
            'link: <https://shop.example/moving>; rel="deprecation"; type="text/html", ' +
            '<https://shop.example/moving>; rel="sunset"; type="text/html", ' +
            '<https://api.example/shop/v2>; rel="successor-version"; ' +
            "sunset: Sat, 30 Jan 2027 23:00:00 GMT",
        },
      },
    ],
  },
  {
    name: "adds to the links that the upstream sends",
    config: { deprecatedAt: "2023-06-30T23:59:59Z", successorUrl: "https://api.example/shop/v2" },
    scene: { response: { status: 200, fields: { link: '</items?page=2>; rel="next"' } } },
    steps: [
      {
        expect: {
          decision: "pass",
          responseFields:
            "deprecation: @1688169599; " +
            'link: </items?page=2>; rel="next", <https://api.example/shop/v2>; rel="successor-version"',
        },
      },
    ],
  },
];
