import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";

const STEPS = [
  { title: "Create an API", text: "Paste its OpenAPI document and say where its server is." },
  { title: "Offer it in a product", text: "With one or more plans: how often it may be called, and by whom." },
  { title: "Publish", text: "Every gateway runs it within a second, without a restart." },
  { title: "Call it", text: "Subscribe in the developer portal, get a key, and see the call here." },
];

/** In an empty workspace: the way to the first metered call. */
export function FirstSteps() {
  return (
    <Card
      title="From a document to a metered call"
      description="Four steps. The first takes a minute."
      actions={
        <Button asChild variant="primary">
          <Link href="/console/apis/new">Create your first API</Link>
        </Button>
      }
    >
      <ol className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        {STEPS.map((step, index) => (
          <li key={step.title} className="flex gap-2.5">
            <span className="grid size-5 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-text tabular-nums">
              {index + 1}
            </span>
            <div>
              <p className="text-sm font-medium">{step.title}</p>
              <p className="text-sm text-text-muted">{step.text}</p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
