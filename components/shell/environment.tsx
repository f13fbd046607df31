"use client";

import { ChevronDown, FlaskConical, Radio, Wrench } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { createContext, useContext, type ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { DropdownMenu, DropdownMenuChoice, DropdownMenuLabel } from "@/components/ui/dropdown-menu";
import { ENVIRONMENT_COOKIE } from "./environment-cookie";

export interface EnvironmentOption {
  readonly slug: string;
  readonly name: string;
  /** Marked, so that nobody publishes there by mistake. */
  readonly production: boolean;
}

interface EnvironmentState {
  /** From the cookie, as the server saw it. */
  readonly remembered: string;
  readonly environments: readonly EnvironmentOption[];
}

const EnvironmentContext = createContext<EnvironmentState>({ remembered: "production", environments: [] });

export interface EnvironmentProviderProps extends EnvironmentState {
  children: ReactNode;
}

/** Makes the chosen environment known to everything below. */
export function EnvironmentProvider({ remembered, environments, children }: EnvironmentProviderProps) {
  return <EnvironmentContext value={{ remembered, environments }}>{children}</EnvironmentContext>;
}

/** The environment the page is about: the URL's `environment`, else the one chosen last, else production. */
export function useEnvironment(): [slug: string, choose: (slug: string) => void] {
  const { remembered } = useContext(EnvironmentContext);
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const choose = (slug: string) => {
    document.cookie = `${ENVIRONMENT_COOKIE}=${encodeURIComponent(slug)}; path=/; max-age=31536000; samesite=lax`;
    const next = new URLSearchParams(search);
    next.set("environment", slug);
    router.replace(`${pathname}?${next.toString()}`, { scroll: false });
  };
  return [search.get("environment") ?? remembered, choose];
}

const ICONS: Record<string, typeof Radio> = { production: Radio, staging: FlaskConical, dev: Wrench };

/** The environment switch of the console's top bar. Production is marked, so that nobody publishes there by mistake. */
export function EnvironmentSwitch() {
  const { environments } = useContext(EnvironmentContext);
  const [current, choose] = useEnvironment();
  const isProduction = environments.find((environment) => environment.slug === current)?.production === true;
  const Icon = ICONS[current] ?? FlaskConical;
  return (
    <DropdownMenu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`Environment: ${current}`}
          className={classNames(
            "inline-flex h-7 items-center gap-1.5 rounded-md border px-2 text-sm font-medium",
            isProduction
              ? "border-accent/50 bg-accent-soft text-accent-text"
              : "border-line-strong bg-surface text-text-muted hover:text-text",
          )}
        >
          <Icon className="size-3.5" aria-hidden="true" />
          {current}
          <ChevronDown className="size-3.5 opacity-70" aria-hidden="true" />
        </button>
      }
    >
      <DropdownMenuLabel>Environment</DropdownMenuLabel>
      <DropdownMenuChoice
        value={current}
        onChange={choose}
        options={environments.map(({ slug, name }) => ({ value: slug, label: name }))}
      />
    </DropdownMenu>
  );
}
