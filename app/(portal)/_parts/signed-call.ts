/**
 * A shell script that signs one GET with openssl and sends it (RFC 9421), as hmac-auth asks for it by itself. Texts go in double or single
 * quotes: addresses, ids and secrets hold no character that a shell would read there.
 */
export function signedCall(address: string, keyId: string, secret: string | undefined): string {
  const { host, pathname, search } = new URL(address);
  const lines = [
    '"@method": GET',
    `"@authority": ${host}`,
    `"@path": ${pathname}`,
    `"@query": ${search === "" ? "?" : search}`,
  ];
  return [
    `secret='${secret ?? "YOUR_SECRET"}'`,
    `input="(\\"@method\\" \\"@authority\\" \\"@path\\" \\"@query\\");created=$(date +%s);keyid=\\"${keyId}\\""`,
    "signature=$(printf '%s\\n' \\",
    ...lines.map((line) => `  '${line}' \\`),
    '  | { cat; printf \'%s\' "\\"@signature-params\\": $input"; } \\',
    '  | openssl dgst -sha256 -hmac "$secret" -binary | base64)',
    `curl -i -H "Signature-Input: sig1=$input" -H "Signature: sig1=:$signature:" '${address}'`,
  ].join("\n");
}
