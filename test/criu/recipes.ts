/** Edits that people make before a restore, as the README shows them. Each is restored by CRIU in edits.criu.ts. */
export const RECIPES: Readonly<Record<string, string>> = {
  'another path for the open log': `cp -p home/service.log home/moved.log
      crit-edit --path "$PWD/home/service.log=$PWD/home/moved.log" dump -C edited`,
  'another TCP port to listen on': `crit-edit --port tcp:7001:7002 dump -C edited`,
  'another environment variable': `crit-cat dump | crit-map -m PAGES --arg from FRUIT=apple --arg to FRUIT=peach '
        if (!piece.data) return;
        const memory = bytes(piece.data);
        const place = memory.indexOf(from);
        if (place < 0) return;
        memory.write(to, place);
        piece.data = base64(memory);' | crit-pack -C edited`,
  'another string in memory': `crit-cat dump | crit-map -m PAGES '
        if (!piece.data) return;
        const memory = bytes(piece.data);
        const place = memory.indexOf("hello from before the dump\\0");
        if (place < 0) return;
        memory.write("HELLO from after the pipe!", place);
        piece.data = base64(memory);' | crit-pack -C edited`,
  'another process name': `crit-cat dump | crit-map -m CORE 'if (entry.tc?.comm === "service") entry.tc.comm = "caf\u00e9"' | crit-pack -C edited`,
  'another cgroup path': `crit-cat dump | crit-map -m CGROUP '
        for (const set of entry.sets)
          for (const group of set.ctls) if (group.name === "name=crit-pipe") group.path = group.path.replace("before", "after");
        for (const { cnames, dirs } of entry.controllers)
          if (cnames.includes("name=crit-pipe")) for (const dir of dirs) dir.dir_name = dir.dir_name.replace("before", "after");
        ' | crit-pack -C edited`,
  'a lower limit of open files': `crit-edit --limit nofile=500 dump -C edited`,
};

/** The shell commands of a recipe. */
export function recipe(what: string): string {
  const line = RECIPES[what];
  if (line === undefined) throw new RangeError(`no recipe for ${what}`);
  return line;
}
