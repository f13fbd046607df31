import { describe, expect, it } from "vitest";
import { AddressRefused, isPublicAddress, resolveHost, type NameLookup } from "./address-guard";

describe("public addresses", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.169.0.1", "100.63.255.255", "2606:4700::1111", "64:ff9b::808:808"])(
    "%s is public",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "not an address",
    "",
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("resolving a host", () => {
  const both: NameLookup = () =>
    Promise.resolve([
      { address: "93.184.216.34", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ]);

  it("refuses a name as soon as one of its addresses is private", async () => {
    await expect(resolveHost("rebind.example", isPublicAddress, both)).rejects.toBeInstanceOf(AddressRefused);
  });

  it("allows private addresses when told so", async () => {
    await expect(resolveHost("rebind.example", () => true, both)).resolves.toHaveLength(2);
  });

  it("checks literal addresses without asking anybody", async () => {
    const nobody = () => Promise.reject(new Error("asked"));
    await expect(resolveHost("[::1]", isPublicAddress, nobody)).rejects.toMatchObject({ address: "::1" });
    await expect(resolveHost("8.8.8.8", isPublicAddress, nobody)).resolves.toEqual([{ address: "8.8.8.8", family: 4 }]);
  });
});
