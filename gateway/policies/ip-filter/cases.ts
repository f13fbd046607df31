import type { PolicyCase } from "../case";

const denied = { kind: "refuse", code: "address_denied" } as const;
const from = (address: string, forwarded?: string) => ({
  scene: { variables: { remote_addr: address, ...(forwarded !== undefined && { http_x_forwarded_for: forwarded }) } },
});

export const cases: readonly PolicyCase[] = [
  {
    name: "lets in only what is allowed, to the very edges of a range",
    config: { allow: ["192.0.2.64/26", "2001:db8:0:8000::/49", "203.0.113.7"] },
    steps: [
      { ...from("192.0.2.64"), expect: { decision: "pass" } },
      { ...from("192.0.2.127"), expect: { decision: "pass" } },
      { ...from("192.0.2.63"), expect: { decision: denied } },
      { ...from("192.0.2.128"), expect: { decision: denied } },
      { ...from("203.0.113.7"), expect: { decision: "pass" } },
      { ...from("203.0.113.8"), expect: { decision: denied } },
      { ...from("2001:db8:0:8000::"), expect: { decision: "pass" } },
      { ...from("2001:db8:0:ffff:ffff:ffff:ffff:ffff"), expect: { decision: "pass" } },
      { ...from("2001:db8:0:7fff::1"), expect: { decision: denied } },
      { ...from("2001:db8:1::"), expect: { decision: denied } },
    ],
  },
  {
    name: "keeps out what is denied, also where it is allowed",
    config: { allow: ["10.0.0.0/8"], deny: ["10.1.0.0/16"] },
    steps: [
      { ...from("10.2.0.1"), expect: { decision: "pass" } },
      { ...from("10.1.0.1"), expect: { decision: denied } },
      { ...from("11.0.0.1"), expect: { decision: denied } },
    ],
  },
  {
    name: "takes IPv4 and IPv4 written as IPv6 for one address",
    config: { deny: ["192.0.2.0/24"] },
    steps: [
      { ...from("::ffff:192.0.2.1"), expect: { decision: denied } },
      { ...from("::ffff:c000:201"), expect: { decision: denied } },
      { ...from("192.0.2.1"), expect: { decision: denied } },
      { ...from("::192.0.2.1"), expect: { decision: "pass" } },
    ],
  },
  {
    name: "lets nothing that is no address through a list of what is allowed",
    config: { allow: ["0.0.0.0/0"] },
    steps: [
      { ...from(""), expect: { decision: denied } },
      { ...from("unix:"), expect: { decision: denied } },
      { ...from("1.2.3"), expect: { decision: denied } },
      { ...from("1.2.3.4"), expect: { decision: "pass" } },
    ],
  },
  {
    name: "finds an address among thousands of ranges",
    config: { deny: Array.from({ length: 20_000 }, (_unused, index) => `10.${index >> 8}.${index & 255}.128/25`) },
    steps: [
      { ...from("10.0.0.128"), expect: { decision: denied } },
      { ...from("10.77.12.255"), expect: { decision: denied } },
      { ...from("10.77.12.127"), expect: { decision: "pass" } },
      { ...from("10.78.31.255"), expect: { decision: denied } },
      { ...from("10.78.32.128"), expect: { decision: "pass" } },
      { ...from("9.255.255.255"), expect: { decision: "pass" } },
    ],
  },
  {
    name: "says the same of an address that it remembers",
    config: { deny: ["192.0.2.0/24"] },
    steps: [
      { ...from("192.0.2.1"), times: 3, expect: { decision: denied } },
      { ...from("192.0.3.1"), times: 3, expect: { decision: "pass" } },
    ],
  },
  {
    name: "does not believe X-Forwarded-For by itself",
    config: { allow: ["192.0.2.1"] },
    steps: [{ ...from("198.51.100.1", "192.0.2.1"), expect: { decision: denied } }],
  },
  {
    name: "takes the last address that no trusted proxy has as the client's",
    config: { allow: ["192.0.2.1"], trustedProxies: ["10.0.0.0/8"] },
    steps: [
      { ...from("10.0.0.1", "192.0.2.1"), expect: { decision: "pass" } },
      { ...from("10.0.0.1", "192.0.2.1, 10.0.0.2"), expect: { decision: "pass" } },
      { ...from("10.0.0.1", "192.0.2.1,198.51.100.1"), expect: { decision: denied } },
      { ...from("10.0.0.1", "192.0.2.1, nonsense"), expect: { decision: denied } },
      { ...from("10.0.0.1"), expect: { decision: denied } },
      { ...from("198.51.100.1", "192.0.2.1"), expect: { decision: denied } },
    ],
  },
];
