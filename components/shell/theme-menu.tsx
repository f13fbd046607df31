"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuChoice } from "@/components/ui/dropdown-menu";
import { useTheme, type ThemeChoice } from "./theme";

export const THEME_OPTIONS: readonly { value: ThemeChoice; label: string; icon: typeof Sun }[] = [
  { value: "system", label: "System", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
];

/** The theme switch of the top bar. */
export function ThemeMenu() {
  const [choice, setChoice] = useTheme();
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" className="w-8 px-0" aria-label="Theme">
          {/* Which icon to show is known to CSS before it is known to React. */}
          <Sun className="dark:hidden" aria-hidden="true" />
          <Moon className="hidden dark:block" aria-hidden="true" />
        </Button>
      }
    >
      <DropdownMenuChoice
        value={choice}
        onChange={(value) => setChoice(value as ThemeChoice)}
        options={THEME_OPTIONS.map(({ value, label, icon: Icon }) => ({
          value,
          label: (
            <>
              <Icon className="text-text-faint" aria-hidden="true" />
              {label}
            </>
          ),
        }))}
      />
    </DropdownMenu>
  );
}
