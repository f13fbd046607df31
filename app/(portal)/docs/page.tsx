import { Braces, CircleAlert, FileJson2, Gauge, KeyRound } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { Code, CodeBlock } from "@/components/ui/code-block";
import { PageHeader } from "@/components/ui/page-header";
import { KEY_HEADER } from "@/gateway/contract/key-format";
import { signedCall } from "../_parts/signed-call";
import { RATE_LIMIT_SAMPLE, REFUSAL_SAMPLE } from "./samples";

const SIGNED_CALL = signedCall("https://gateway.example.com/orders/v1/orders?page=2", "key_…", undefined);

export const metadata: Metadata = { title: "Documentation" };

/** What a caller has to know of the gateway: the key, the limits, the refusals, and where to read on. */
export default function Page() {
  return (
    <>
      <PageHeader title="Documentation" description="What every API behind this gateway has in common." />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-8">
          <Section id="keys" title="Send your key">
            <p>
              Create an application, subscribe it to a plan, and create a key. Send the key in the{" "}
              <Code>{KEY_HEADER}</Code> field with every call. One key opens everything its application is subscribed
              to.
            </p>
            <CodeBlock
              title="Request"
              code={`GET /orders/v1/orders HTTP/1.1\nHost: gateway.example.com\n${KEY_HEADER}: gh_live_…`}
            />
            <p>
              A key is shown once and stored only as a hash. It begins with <Code>gh_live_</Code> and ends with a
              checksum, so a mistyped key is told apart from an unknown one. To replace a key, create a second one, move
              your program to it, and revoke the first: every gateway refuses it within a second.
            </p>
          </Section>
          <Section id="signing" title="Or sign your calls">
            <p>
              An API may take signed requests instead: HTTP Message Signatures (RFC 9421) with <Code>hmac-sha256</Code>.
              Create a signing secret where you create keys: it signs each call and is never sent. Its id is the{" "}
              <Code>keyid</Code>, its text, <Code>gh_sign_…</Code>, the key of the HMAC.
            </p>
            <CodeBlock title="Shell" code={SIGNED_CALL} wrap />
            <p>
              Sign <Code>@method</Code>, <Code>@authority</Code> (the host in lower case), <Code>@path</Code> and{" "}
              <Code>@query</Code> as they are sent; without a query the line is <Code>{'"@query": ?'}</Code>. A body
              needs a <Code>Content-Digest</Code> with its <Code>sha-256</Code> (RFC 9530), and{" "}
              <Code>{'"content-digest"'}</Code> among what is signed. Sign each call anew: a signature counts for some
              minutes only, and an API may ask for a <Code>nonce</Code> that it takes once.
            </p>
          </Section>
          <Section id="limits" title="Stay within your plan">
            <p>
              Every answer says how much of each limit is left. <Code>r</Code> is what remains, <Code>t</Code> the
              seconds until more is available, <Code>q</Code> the quota and <Code>w</Code> the window in seconds.
            </p>
            <CodeBlock title="Response fields" code={RATE_LIMIT_SAMPLE} />
            <p>
              Beyond a limit the answer is 429 with <Code>Retry-After</Code>. A refused call is not charged to any
              limit, so trying again too early costs nothing but the call.
            </p>
            <p>
              A <strong>fixed window</strong> counts from the start of each window and begins again at zero. A{" "}
              <strong>sliding window</strong> weighs the previous window by how much of it is still in view, so that a
              burst at the border does not get through twice.
            </p>
          </Section>
          <Section id="refusals" title="Understand a refusal">
            <p>
              When the gateway answers by itself, the body is <Code>application/problem+json</Code> (RFC 9457) with a
              stable <Code>code</Code>, a sentence on what to do, and the request id. The{" "}
              <Link href="/docs/errors" className="link">
                list of errors
              </Link>{" "}
              has every code. The address under <Code>instance</Code> is a page of this portal that says why this very
              call was refused, to whoever owns the application or the API: which limit, what it had counted, and what
              to do. An application’s refused calls are also listed on its own page.
            </p>
            <CodeBlock title="Refusal" code={REFUSAL_SAMPLE} wrap />
          </Section>
        </div>
        <Card title="Read on" isFlush>
          <ul>
            <Pointer href="/start" icon={<KeyRound />} title="Get started" text="From here to the first call." />
            <Pointer href="/apis" icon={<Gauge />} title="APIs" text="Plans and references of what is offered." />
            <Pointer
              href="/docs/errors"
              icon={<CircleAlert />}
              title="Errors"
              text="Every code, whose move it is, what to do."
            />
            <Pointer
              href="/api/v1/openapi.json"
              icon={<FileJson2 />}
              title="Management API"
              text="The OpenAPI document of everything this portal does."
            />
            <Pointer
              href="/account"
              icon={<Braces />}
              title="Personal access tokens"
              text="For scripts that use the management API."
            />
          </ul>
        </Card>
      </div>
    </>
  );
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="scroll-mt-16">
      <h2 id={`${id}-title`} className="mb-2 text-lg font-semibold">
        {title}
      </h2>
      <div className="flex max-w-prose flex-col gap-3">{children}</div>
    </section>
  );
}

function Pointer({ href, icon, title, text }: { href: string; icon: ReactNode; title: string; text: string }) {
  return (
    <li className="relative flex gap-3 border-b px-4 py-2.5 last:border-b-0 hover:bg-hover [&>svg]:mt-1 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-text-faint">
      {icon}
      <div className="min-w-0">
        <PointerLink href={href}>{title}</PointerLink>
        <p className="text-sm text-text-muted">{text}</p>
      </div>
    </li>
  );
}

function PointerLink({ href, children }: { href: string; children: string }) {
  const styles = "font-medium -outline-offset-2 after:absolute after:inset-0";
  // What the API answers is not a page: the router must not try to prefetch or draw it.
  return href.startsWith("/api/") ? (
    <a href={href} className={styles}>
      {children}
    </a>
  ) : (
    <Link href={href} className={styles}>
      {children}
    </Link>
  );
}
