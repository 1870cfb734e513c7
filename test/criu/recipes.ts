/** Edits that people make before a restore, as the README shows them. Each is restored by CRIU in edits.criu.ts. */
export const RECIPES: Readonly<Record<string, string>> = {
  'another path for the open log': `cp -p home/service.log home/moved.log
      crit-edit --path "$PWD/home/service.log=$PWD/home/moved.log" dump -C edited`,
  'another TCP port to listen on': `crit-edit --port tcp:7001:7002 dump -C edited`,
  'another environment variable': `crit-edit --env FRUIT=peach dump -C edited`,
  'another string in memory': `crit-cat dump | crit-map -m PAGES '
        if (!piece.data) return;
        const memory = bytes(piece.data);
        const place = memory.indexOf("hello from before the dump\\0");
        if (place < 0) return;
        memory.write("HELLO from after the pipe!", place);
        piece.data = base64(memory);' | crit-pack -C edited`,
  'another process name': `crit-edit --comm "$(crit x dump ps | awk '$4 == "service" { print $1; exit }')=café" dump -C edited`,
  'another cgroup path': `crit-edit --cgroup /before=/after dump -C edited`,
  'a lower limit of open files': `crit-edit --limit nofile=500 dump -C edited`,
};

/** The shell commands of a recipe. */
export function recipe(what: string): string {
  const line = RECIPES[what];
  if (line === undefined) throw new RangeError(`no recipe for ${what}`);
  return line;
}
