"""Speaks as CRIU does with --stream, for tests without one.

  fake-criu.py dump [WORDS] -D DIR [--action-script HOOK]   sends the images of $IMAGES, and waits for the hook
  fake-criu.py restore [WORDS] -D DIR                       asks for the images named in $ASK, and writes them into $OUT

With --leave-stopped it stops $PIDS at its end. $FAULT is one of the ways in which CRIU, or what is around it, goes wrong.
"""
import array, os, signal, socket, struct, subprocess, sys, time

arguments = sys.argv[1:]
kind = arguments[0]
directory = arguments[arguments.index("-D") + 1]
fault = os.environ.get("FAULT", "")
assert "--stream" in arguments


def frame(name):
    text = name.encode()
    message = b"\x0a" + (bytes([len(text)]) if len(text) < 128 else bytes([len(text) & 127 | 128, len(text) >> 7])) + text
    return struct.pack("<I", len(message)) + message


def send_pipe(connection, end):
    connection.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [end]))])


def connect(name):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(f"{directory}/{name}")
    return connection


def dump():
    folder = os.environ["IMAGES"]
    names = sorted(os.listdir(folder), key=lambda name: (name == "inventory.img", name))
    repeat = int(os.environ.get("REPEAT", "1"))
    if fault == "early":
        sys.exit(3)
    connection = connect("streamer-capture.sock")
    opened = []
    for turn in range(repeat):
        for name in names:
            if name == "inventory.img" and (fault == "no inventory" or turn + 1 < repeat):
                continue
            asked = name if turn == 0 else f"turn-{turn}-{name}"
            connection.sendall(frame("../" + asked if fault == "slash" else asked))
            read, write = os.pipe()
            if fault != "no pipe":
                send_pipe(connection, read)
            else:
                connection.sendall(b"\0")
            os.close(read)
            with open(f"{folder}/{name}", "rb") as image:
                opened.append((write, memoryview(image.read())))
            # Several are open at once, and their bytes come in turns.
            if len(opened) == 3:
                write_all(opened)
    write_all(opened)
    if fault == "hang up":
        connection.close()
    if fault == "no inventory":
        sys.exit("Dumping FAILED")
    if "--action-script" in arguments:
        hook = arguments[arguments.index("--action-script") + 1]
        fd = os.open(directory, os.O_RDONLY)
        environment = {**os.environ, "CRTOOLS_SCRIPT_ACTION": "post-dump", "CRTOOLS_IMAGE_DIR": f"/proc/{os.getpid()}/fd/{fd}"}
        if subprocess.run([hook], env=environment).returncode != 0:
            print("Dumping FAILED", file=sys.stderr)
            sys.exit(1)
    if fault == "late":
        sys.exit(4)
    if "--leave-stopped" in arguments:
        for pid in os.environ["PIDS"].split():
            os.kill(int(pid), signal.SIGSTOP)
        return
    print("the processes are gone", file=sys.stderr)


def write_all(opened):
    size = int(os.environ.get("CHUNK", "65536"))
    if os.environ.get("SLOW"):
        time.sleep(float(os.environ["SLOW"]))
    while opened:
        for item in list(opened):
            write, content = item
            opened.remove(item)
            done = os.write(write, content[:size]) if content else 0
            if done < len(content):  # a memoryview: nothing is copied
                opened.append((write, content[done:]))
            else:
                os.close(write)


def read_exactly(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        assert more, "hung up"
        data += more
    return data


def restore():
    connection = connect("streamer-serve.sock")
    for name in os.environ["ASK"].split():
        connection.sendall(frame(name))
        (size,) = struct.unpack("<I", read_exactly(connection, 4))
        answer = read_exactly(connection, size)
        if answer == b"\x08\x00":
            print(f"no {name}", file=sys.stderr)
            continue
        assert answer == b"\x08\x01", answer
        read, write = os.pipe()
        send_pipe(connection, write)
        os.close(write)
        if fault == "pass over" and name.startswith("nftables"):
            os.close(read)
            continue
        with open(f"{os.environ['OUT']}/{name}", "wb") as image:
            while chunk := os.read(read, 1 << 16):
                image.write(chunk)
                if fault == "stop":
                    os.close(read)
                    time.sleep(0.2)
                    sys.exit(5)
        os.close(read)


dump() if kind == "dump" else restore()
