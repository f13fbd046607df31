"use client";

import { CircleCheck, KeyRound } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { useViewer } from "@/components/shell/viewer-context";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { CreateKeyDialog } from "../../../_parts/create-key-dialog";
import { useApplications } from "../../../_parts/queries";
import { useSessionKey } from "../../../_parts/session-key";
import { useShownApi } from "../api-frame";

/** Which key "Try it out" sends: pasted or created here, kept in this browser tab only. */
export function TryItKey() {
  const { version } = useShownApi();
  const [sessionKey, setSessionKey] = useSessionKey();
  const [isCreating, setIsCreating] = useState(false);
  if (version?.published === false) {
    return (
      <Card>
        <p className="text-sm text-text-muted">
          This version is not published yet, so the gateway answers every call with “No such operation”.
        </p>
      </Card>
    );
  }
  // A key that was just created is shown once, in the dialog of the form: both stay until it is closed.
  if (sessionKey !== null && !isCreating) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-2 rounded-md border bg-surface px-4 py-2.5 text-sm">
        <span className="flex min-w-0 items-center gap-2">
          <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden="true" />
          <span>
            “Try it out” calls the gateway with your key{" "}
            <code className="font-mono">{sessionKey.key.slice(0, 14)}…</code>
          </span>
        </span>
        <Button size="small" variant="ghost" onClick={() => setSessionKey(null)}>
          Use another key
        </Button>
      </div>
    );
  }
  return (
    <KeyForm
      onKey={(key) => setSessionKey({ key, application: null })}
      isCreating={isCreating}
      onCreating={setIsCreating}
    />
  );
}

interface CreatingProps {
  isCreating: boolean;
  onCreating: (isCreating: boolean) => void;
}

function KeyForm({ onKey, ...creating }: CreatingProps & { onKey: (key: string) => void }) {
  const [typed, setTyped] = useState("");
  const key = typed.trim();
  const looksWrong = key !== "" && !/^[\x21-\x7e]+$/.test(key);
  return (
    <Card title="Your key" description="“Try it out” calls the gateway with it, and counts against your plan.">
      <div className="grid items-start gap-x-6 gap-y-4 md:grid-cols-2">
        <form
          className="flex items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (key !== "" && !looksWrong) {
              onKey(key);
            }
          }}
        >
          <Field
            label="Paste an API key"
            hint="Kept in this tab only; it never reaches the portal’s server."
            error={looksWrong ? "A key is one word without spaces." : undefined}
            className="flex-1"
          >
            <Input
              isCode
              value={typed}
              placeholder="gh_live_…"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
          <Button type="submit" className="mt-6" disabled={key === "" || looksWrong}>
            Use key
          </Button>
        </form>
        <NewKey {...creating} />
      </div>
    </Card>
  );
}

function NewKey({ isCreating, onCreating }: CreatingProps) {
  const viewer = useViewer();
  const pathname = usePathname();
  const list = useApplications();
  const own = list.data?.pages.flatMap((page) => page.items) ?? [];
  const [chosen, setChosen] = useState("");
  const application = own.find((candidate) => candidate.id === chosen) ?? own[0];
  if (viewer === null) {
    return (
      <div className="flex flex-col gap-1 text-sm">
        <p className="font-medium">No key yet?</p>
        <p>
          <Link className="link" href={`/sign-in?next=${encodeURIComponent(pathname)}`}>
            Sign in
          </Link>{" "}
          and create one, or{" "}
          <Link className="link" href="/sign-up">
            sign up
          </Link>
          .
        </p>
      </div>
    );
  }
  if (application === undefined) {
    return (
      <div className="flex flex-col items-start gap-2 text-sm">
        <p className="font-medium">No key yet?</p>
        <Button asChild>
          <Link href="/start">Get started</Link>
        </Button>
      </div>
    );
  }
  return (
    <div className="flex items-start gap-2">
      <Field label="Or create one for" className="flex-1">
        <Select
          value={application.id}
          onChange={(event) => setChosen(event.target.value)}
          options={own.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Field>
      <Button className="mt-6" onClick={() => onCreating(true)}>
        <KeyRound aria-hidden="true" />
        Create key
      </Button>
      <CreateKeyDialog isOpen={isCreating} onClose={() => onCreating(false)} application={application} />
    </div>
  );
}
