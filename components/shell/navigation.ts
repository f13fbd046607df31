import {
  Activity,
  AppWindow,
  BookOpen,
  Boxes,
  ChartNoAxesCombined,
  FileJson2,
  Gauge,
  House,
  Inbox,
  Layers,
  Library,
  ListTree,
  Rocket,
  ScrollText,
  Server,
  Settings,
  SlidersHorizontal,
  Users,
  type LucideIcon,
} from "lucide-react";
import type { Role, Viewer } from "./viewer";

export type RailName = "portal" | "console";

export interface NavigationItem {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Roles that see it; everybody when missing. */
  readonly roles?: readonly Role[];
  /** Only for people who are signed in. */
  readonly needsViewer?: boolean;
}

export interface NavigationGroup {
  readonly label?: string;
  readonly items: readonly NavigationItem[];
}

const PORTAL: readonly NavigationGroup[] = [
  {
    items: [
      { href: "/", label: "Home", icon: House },
      { href: "/apis", label: "APIs", icon: Library },
      { href: "/start", label: "Get started", icon: Rocket },
      { href: "/applications", label: "Applications", icon: AppWindow, needsViewer: true },
      { href: "/docs", label: "Documentation", icon: BookOpen },
    ],
  },
];

const CONSOLE: readonly NavigationGroup[] = [
  {
    items: [
      { href: "/console", label: "Home", icon: House },
      { href: "/console/apis", label: "APIs", icon: FileJson2 },
      { href: "/console/products", label: "Products", icon: Boxes },
      { href: "/console/subscriptions", label: "Subscriptions", icon: Inbox, roles: ["admin", "owner"] },
    ],
  },
  {
    label: "Operate",
    items: [
      { href: "/console/analytics", label: "Analytics", icon: ChartNoAxesCombined },
      { href: "/console/requests", label: "Requests", icon: ListTree },
      { href: "/console/releases", label: "Releases", icon: Activity },
      { href: "/console/gateways", label: "Gateways", icon: Server, roles: ["admin", "ops", "owner"] },
    ],
  },
  {
    label: "Set up",
    items: [
      { href: "/console/tiers", label: "SLA tiers", icon: Gauge },
      { href: "/console/environments", label: "Environments", icon: Layers },
      { href: "/console/people", label: "People", icon: Users, roles: ["admin"] },
      { href: "/console/audit", label: "Audit log", icon: ScrollText },
      { href: "/console/settings", label: "Settings", icon: Settings },
    ],
  },
];

export const CONSOLE_ENTRY: NavigationItem = { href: "/console", label: "Console", icon: SlidersHorizontal };
export const PORTAL_ENTRY: NavigationItem = { href: "/", label: "Developer portal", icon: Library };

/** The rail as this person sees it. */
export function navigationFor(rail: RailName, viewer: Viewer | null): readonly NavigationGroup[] {
  const groups = rail === "portal" ? PORTAL : CONSOLE;
  return groups
    .map((group) => ({ ...group, items: group.items.filter((item) => isVisible(item, viewer)) }))
    .filter((group) => group.items.length > 0);
}

function isVisible(item: NavigationItem, viewer: Viewer | null): boolean {
  if (item.needsViewer === true && viewer === null) {
    return false;
  }
  return item.roles === undefined || (viewer !== null && viewer.roles.some((role) => item.roles?.includes(role)));
}

/** The item whose page this is: the longest href that the path starts with. */
export function findCurrentItem(groups: readonly NavigationGroup[], pathname: string): NavigationItem | undefined {
  return groups
    .flatMap((group) => group.items)
    .filter((item) => pathname === item.href || (item.href !== "/" && pathname.startsWith(`${item.href}/`)))
    .sort((left, right) => right.href.length - left.href.length)[0];
}
