#!/bin/sh
# The first process of a run's own namespaces: `inside.sh WORK COMMAND...` prepares them and runs the command.
# It reaps the processes that CRIU leaves, and whatever it mounts or starts ends with it.
set -e
here=$(dirname "$0")
work=$1
shift

mount -t tmpfs -o mode=755 crit-pipe "$work"
mount -t tmpfs -o mode=755 crit-pipe /run # where CRIU keeps what it found out about the kernel
mkdir "$work/bin"
compile() {
  gcc -D_GNU_SOURCE -std=gnu17 -g -O2 -Wall -Wextra -pthread "$@"
}
compile "$here/loopback.c" -o "$work/bin/loopback"
"$work/bin/loopback"
compile -static "$here/userns.c" -o "$work/bin/userns"
compile -c "$here/../targets/target.c" -o "$work/target.o"
for source in "$here"/../targets/*.c; do
  name=$(basename "$source" .c)
  # A container sees no libraries but its own.
  if [ "$name" = container ]; then link=-static; else link=; fi
  [ "$name" = target ] || compile $link "$source" "$work/target.o" -o "$work/bin/$name"
done
# For roots without libraries.
compile -static "$here/../targets/pipes.c" "$work/target.o" -o "$work/bin/static"

# For a root of its own, in which there are no libraries.
compile -static "$here/../targets/threads.c" "$work/target.o" -o "$work/bin/threads.static"

code=0
"$@" || code=$?
if [ -e "$work/silent" ]; then
  echo "crit-check found nothing in $(wc -c < "$work/silent") checkpoints that CRIU then restored"
fi
exit $code
