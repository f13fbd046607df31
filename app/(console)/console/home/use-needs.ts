"use client";

import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { formatPlural } from "@/components/format/format-number";
import { formatRelative } from "@/components/format/format-time";
import type { Api, Application, Gateway, Key, ReleaseCheck, Subscription } from "@/lib/api-schemas";

/** One thing that waits for a person. */
export interface Need {
  readonly id: string;
  readonly tone: "broken" | "watch" | "info";
  readonly title: string;
  readonly detail?: string;
  readonly href: string;
  /** The verb at the end of the line. */
  readonly action: string;
}

export interface Needs {
  readonly needs: readonly Need[];
  readonly isLoading: boolean;
  /** What could not be read; without it "nothing waits" would be a guess. */
  readonly error: Error | null;
  readonly onRetry: () => void;
}

const SLOW_REFRESH_MS = 15_000;
const EXPIRY_NOTICE_MS = 14 * 86_400_000;
// Keys are listed per application; somebody with more applications than this sees the ones named first.
const APPLICATIONS_ASKED = 10;
const LINES_PER_KIND = 4;

/** Gathers what waits: nodes with problems, requests, what is not published, own keys that expire within two weeks. */
export function useNeeds(environment: string): Needs {
  const can = useCan();
  const gateways = useQuery({
    ...queries.gateways(),
    enabled: can.readReleases,
    refetchInterval: SLOW_REFRESH_MS,
  });
  const requests = useQuery({
    ...queries.subscriptions({ state: "pending", as: "owner", limit: 50 }),
    enabled: can.createApis,
    refetchInterval: SLOW_REFRESH_MS,
  });
  const apis = useQuery({ ...queries.apis({ editable: true, limit: 200 }), enabled: can.createApis });
  const check = useQuery({ ...queries.releaseCheck(environment), enabled: can.publish });
  const keys = useExpiringKeys();
  // Read once: "in 3 days" need not move while the page is open.
  const [now] = useState(() => new Date());
  const asked = [gateways, requests, apis, check];
  return {
    isLoading: asked.some((query) => query.isLoading),
    error: asked.find((query) => query.isError && query.data === undefined)?.error ?? null,
    onRetry: () => asked.filter((query) => query.isError).forEach((query) => void query.refetch()),
    needs: sortByTone([
      ...nodeNeeds(gateways.data?.items ?? [], environment),
      ...releaseNeeds(check.data, environment),
      ...requestNeeds(requests.data?.items ?? []),
      ...keyNeeds(keys, now),
      ...apiNeeds(apis.data?.items ?? [], environment),
    ]),
  };
}

function nodeNeeds(gateways: readonly Gateway[], environment: string): Need[] {
  return gateways
    .filter((gateway) => gateway.environment === environment)
    .flatMap((gateway): Need[] => {
      const href = paths.gateway(gateway.slug);
      const nodes = gateway.nodes.filter((node) => node.state !== "retired");
      if (nodes.length === 0) {
        const title = `Gateway ${gateway.name} has no node`;
        return [{ id: gateway.slug, tone: "watch", title, href, action: "Enrol a node" }];
      }
      return nodes
        .filter((node) => node.state === "offline" || node.problems.length > 0)
        .map((node) => ({
          id: node.id,
          tone: node.state === "offline" ? "broken" : "watch",
          title: node.state === "offline" ? `Node ${node.name} is offline` : `Node ${node.name} reports a problem`,
          detail: node.problems[0]?.message,
          href,
          action: "Look",
        }));
    });
}

function releaseNeeds(check: ReleaseCheck | undefined, environment: string): Need[] {
  if (check === undefined || check.unchanged) {
    return [];
  }
  const href = paths.publish(environment);
  if (!check.ok) {
    const title = `${formatPlural(check.problems.length, "problem")} would keep ${environment} from being published`;
    return [{ id: "release", tone: "broken", title, detail: check.problems[0]?.message, href, action: "See them" }];
  }
  const title = `Changes wait to be published to ${environment}`;
  return [{ id: "release", tone: "info", title, detail: check.changes?.summary, href, action: "Review" }];
}

function requestNeeds(requests: readonly Subscription[]): Need[] {
  return fold(
    requests
      .filter((request) => request.canDecide)
      .map((request) => ({
        id: request.id,
        tone: "watch",
        title: `${request.application.name} asks for ${request.product.name}, ${request.plan.name}`,
        detail: request.note === "" ? `From ${request.application.team.name}` : `“${request.note}”`,
        href: "/console/subscriptions",
        action: "Decide",
      })),
    (count) => ({
      id: "requests",
      tone: "watch",
      title: `${formatPlural(count, "more request")} for approval`,
      href: "/console/subscriptions",
      action: "Decide",
    }),
  );
}

function apiNeeds(apis: readonly Api[], environment: string): Need[] {
  const unpublished = apis.flatMap((api): { api: Api; version: string | undefined }[] =>
    api.versions.length === 0
      ? [{ api, version: undefined }]
      : api.versions
          .filter((version) => version.lifecycle !== "retired" && !version.environments.includes(environment))
          .map((version) => ({ api, version: version.version })),
  );
  return fold(
    unpublished.map(({ api, version }) => ({
      id: `${api.slug} ${version ?? ""}`,
      tone: "info",
      title: version === undefined ? `${api.name} has no version yet` : `${api.name} ${version} is not published`,
      detail: version === undefined ? "Upload its OpenAPI document." : `No gateway of ${environment} serves it.`,
      href: version === undefined ? paths.newVersion(api.slug) : paths.api(api.slug, version),
      action: "Continue",
    })),
    (count) => ({
      id: "apis",
      tone: "info",
      title: `${formatPlural(count, "more API version")} not published`,
      href: "/console/apis",
      action: "See them",
    }),
  );
}

interface ExpiringKey {
  readonly application: Application;
  readonly key: Key;
}

function keyNeeds(keys: readonly ExpiringKey[], now: Date): Need[] {
  return keys
    .filter(({ key }) => {
      const left = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt) - now.getTime();
      return key.state === "active" && left > 0 && left < EXPIRY_NOTICE_MS;
    })
    .map(({ application, key }) => ({
      id: key.id,
      tone: "watch",
      title: `Key “${key.name === "" ? key.prefix : key.name}” of ${application.name} expires ${formatRelative(new Date(key.expiresAt ?? now), now)}`,
      detail: "Create a second key and move to it before then.",
      href: `/applications/${application.id}/keys`,
      action: "Rotate",
    }));
}

function useExpiringKeys(): ExpiringKey[] {
  const applications = useQuery({ ...queries.ownApplications(), staleTime: 60_000 });
  const withKeys = (applications.data?.items ?? [])
    .filter((application) => application.keys > 0)
    .slice(0, APPLICATIONS_ASKED);
  const lists = useQueries({
    queries: withKeys.map((application) => ({ ...queries.keys(application.id), staleTime: 60_000 })),
  });
  return withKeys.flatMap((application, index) =>
    (lists[index]?.data?.items ?? []).map((key) => ({ application, key })),
  );
}

const WORST_FIRST: readonly Need["tone"][] = ["broken", "watch", "info"];

function sortByTone(needs: Need[]): Need[] {
  return needs.sort((left, right) => WORST_FIRST.indexOf(left.tone) - WORST_FIRST.indexOf(right.tone));
}

/** The first few lines of a kind, the rest as one. */
function fold(needs: Need[], rest: (count: number) => Need): Need[] {
  return needs.length <= LINES_PER_KIND + 1
    ? needs
    : [...needs.slice(0, LINES_PER_KIND), rest(needs.length - LINES_PER_KIND)];
}
