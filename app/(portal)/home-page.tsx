"use client";

import { AppWindow, ArrowRight, KeyRound, Library, ListChecks, Search, Terminal } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ApiRow } from "@/components/catalogue/api-row";
import { formatPlural } from "@/components/format/format-number";
import { useViewer } from "@/components/shell/viewer-context";
import { Button } from "@/components/ui/button";
import { Card, CardLink } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { controlStyles } from "@/components/ui/input";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useApplications, useCatalogue } from "./_parts/queries";

const FEATURED = 6;

/** The first page of the portal: find an API, see how to begin, get back to one's own programs. */
export function HomePage() {
  const viewer = useViewer();
  return (
    <div className="flex flex-col gap-6">
      <section className="pt-2 sm:pt-6">
        <h1 className="text-xl font-semibold sm:text-2xl">Find an API, get a key, call it</h1>
        <p className="mt-1 max-w-2xl text-text-muted">
          Everything published here can be tried in the browser, through the same gateway your program will use.
        </p>
        <HomeSearch />
      </section>
      <HowToStart isSignedIn={viewer !== null} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <FeaturedApis />
        {viewer === null ? <SignUpCard /> : <OwnApplications />}
      </div>
    </div>
  );
}

function HomeSearch() {
  const router = useRouter();
  const [search, setSearch] = useState("");
  return (
    <form
      role="search"
      className="mt-5 flex max-w-xl gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        router.push(search.trim() === "" ? "/apis" : `/apis?search=${encodeURIComponent(search.trim())}`);
      }}
    >
      <div className="relative min-w-0 flex-1">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-text-faint"
          aria-hidden="true"
        />
        <input
          type="search"
          aria-label="Search APIs"
          placeholder="Name or purpose of an API"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className={`${controlStyles} h-10 pr-3 pl-9 max-sm:text-lg`}
        />
      </div>
      <Button type="submit" size="large">
        Search
      </Button>
    </form>
  );
}

const STEPS = [
  {
    icon: AppWindow,
    title: "Name your application",
    text: "One program of yours, with its own keys and its own figures.",
  },
  { icon: ListChecks, title: "Choose a plan", text: "How many calls it may make, and what is promised to it." },
  { icon: KeyRound, title: "Take the key", text: "Shown once. Send it as a header with every call." },
  { icon: Terminal, title: "Call", text: "A light turns green when the gateway has seen the first call." },
];

function HowToStart({ isSignedIn }: { isSignedIn: boolean }) {
  return (
    <Card
      title="How to start"
      actions={
        <Button asChild variant={isSignedIn ? "primary" : "secondary"}>
          <Link href="/start">
            Get started
            <ArrowRight aria-hidden="true" />
          </Link>
        </Button>
      }
    >
      <ol className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-4">
        {STEPS.map((step, index) => (
          <li key={step.title} className="flex gap-3">
            <step.icon className="mt-0.5 size-4 shrink-0 text-accent-text" aria-hidden="true" />
            <div>
              <p className="text-sm font-medium">
                {index + 1}. {step.title}
              </p>
              <p className="text-sm text-text-muted">{step.text}</p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function FeaturedApis() {
  const catalogue = useCatalogue("");
  const page = catalogue.data?.pages[0];
  const shown = page?.items.slice(0, FEATURED);
  return (
    <Card title="APIs" isFlush actions={<CardLink href="/apis">All APIs</CardLink>}>
      {catalogue.isError && shown === undefined ? (
        <ErrorState error={catalogue.error} onRetry={() => void catalogue.refetch()} />
      ) : shown === undefined ? (
        <SkeletonLines lines={6} className="p-4" />
      ) : shown.length === 0 ? (
        <EmptyState icon={Library} title="No API is offered yet">
          As soon as an owner publishes one, it is listed here.
        </EmptyState>
      ) : (
        <ul>
          {shown.map((api) => (
            <ApiRow key={api.slug} api={api} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function SignUpCard() {
  return (
    <Card title="Your own key">
      <p className="text-sm text-text-muted">
        Browsing needs no account. With one you create applications, subscribe to plans and see your own usage.
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button asChild variant="primary">
          <Link href="/sign-up">Sign up</Link>
        </Button>
        <Button asChild>
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </div>
    </Card>
  );
}

function OwnApplications() {
  const list = useApplications();
  const items = list.data?.pages.flatMap((page) => page.items);
  return (
    <Card title="Your applications" isFlush actions={<CardLink href="/applications">All applications</CardLink>}>
      {list.isError && items === undefined ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : items === undefined ? (
        <SkeletonLines lines={3} className="p-4" />
      ) : items.length === 0 ? (
        <EmptyState
          icon={AppWindow}
          title="No application yet"
          className="py-8"
          action={
            <Button asChild>
              <Link href="/start">Get started</Link>
            </Button>
          }
        />
      ) : (
        <ul>
          {items.slice(0, FEATURED).map((application) => (
            <li key={application.id} className="relative border-b px-4 py-2.5 last:border-b-0 hover:bg-hover">
              <Link
                href={`/applications/${application.id}`}
                className="font-medium -outline-offset-2 after:absolute after:inset-0"
              >
                {application.name}
              </Link>
              <p className="text-xs text-text-faint">
                {formatPlural(application.subscriptions.active, "active subscription")},{" "}
                {formatPlural(application.keys, "key")}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
