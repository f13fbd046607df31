import Link from "next/link";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { Step } from "@/components/ui/steps";

/** The steps ahead, for people who have not signed in. */
export function StartIntro() {
  return (
    <>
      <PageHeader title="Get started" description="From here to your first call in a minute." />
      <ol className="max-w-3xl">
        <Step
          number={1}
          title="Sign in"
          state="current"
          summary="Keys belong to applications, and applications to people."
        >
          <div className="flex flex-wrap gap-2">
            <Button asChild variant="primary">
              <Link href="/sign-up?next=/start">Sign up</Link>
            </Button>
            <Button asChild>
              <Link href="/sign-in?next=/start">Sign in</Link>
            </Button>
          </div>
        </Step>
        <Step number={2} title="Application" state="waiting" summary="One program of yours." />
        <Step number={3} title="Plan" state="waiting" summary="What it may call, and how often." />
        <Step number={4} title="Key" state="waiting" summary="What it sends with every call." />
      </ol>
    </>
  );
}
