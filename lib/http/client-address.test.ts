import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { clientAddress, PEER_HEADER } from "./client-address";
import { notePeers } from "./note-peers";

const headers = (forwarded: string, peer = "192.0.2.9") =>
  new Headers({ "x-forwarded-for": forwarded, [PEER_HEADER]: peer });

describe("the address of a client", () => {
  it("is the other end of the connection, whatever the client says of itself", () => {
    expect(clientAddress(headers("203.0.113.1"), 0)).toBe("192.0.2.9");
  });

  it("is what the outermost of one's own proxies saw", () => {
    expect(clientAddress(headers("1.1.1.1, 203.0.113.1"), 1)).toBe("203.0.113.1");
    expect(clientAddress(headers("1.1.1.1, 203.0.113.1, 10.0.0.2"), 2)).toBe("203.0.113.1");
    expect(clientAddress(headers(""), 1)).toBe("unknown");
    expect(clientAddress(new Headers(), 0)).toBe("unknown");
  });

  it.each([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::ffff:203.0.113.1", "203.0.113.1"],
  ])("of %s is %s: one machine has a whole network of them", (address, network) => {
    expect(clientAddress(headers("", address), 0)).toBe(network);
  });

  it("is noted on every request of the process, over what the client sent", async () => {
    notePeers();
    const server = createServer((request, response) => response.end(request.headers[PEER_HEADER]));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}`, { headers: { [PEER_HEADER]: "203.0.113.1" } });
      expect(await answer.text()).toBe("127.0.0.1");
    } finally {
      server.close();
    }
  });
});
