"""
Holds our lines against CRIT: `judge.py IMAGES LINES` prints, as JSON, one finding for each image that has entries:
{"image", "magic", "decode", "encode"}, where null means that CRIT reads the same values and writes the same bytes.
"""
import base64
import json
import os
import quopri
import sys
import tempfile

import crit.__main__ as crit
import pagemap_pb2

folder, lines = sys.argv[1:3]

# CRIT before 4.2 knows the field by its earlier name.
HAS_COMPAT = "compat_nr_pages" in pagemap_pb2.pagemap_entry.DESCRIPTOR.fields_by_name


def run_crit(*arguments):
    sys.argv = ["crit", *arguments]
    try:
        crit.main()
    except SystemExit as stop:
        if stop.code:
            raise


def content(piece):
    if "fill" in piece:
        return bytes([piece["fill"]]) * piece["length"]
    return base64.b64decode(piece["data"])


def as_crit(magic, entry, extra, pieces):
    """An entry of ours as CRIT has it: the extra is one more of its keys."""
    raw = b"".join(map(content, pieces))
    if pieces and magic == "TCP_STREAM":
        length = entry.get("inq_len", 0)
        parts = {"inq": raw[:length], "outq": raw[length:]}
        extra = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    elif pieces:
        extra = base64.b64encode(raw).decode()
    if magic == "IPCNS_MSG" and extra is not None:
        extra = [part for message in extra for part in (message["msg"], message["text"])]
    if magic == "PAGEMAP" and "compat_nr_pages" in entry and not HAS_COMPAT:
        entry = {("nr_pages" if key == "compat_nr_pages" else key): value for key, value in entry.items()}
    if "usk" in entry:  # CRIT prints a socket's name as quoted-printable, and reads it so
        name = base64.b64decode(entry["usk"]["name"])
        entry["usk"]["name"] = quopri.encodestring(name).decode()
    return entry if extra is None else {**entry, "extra": extra}


def our_images():
    """Our lines as CRIT's documents, by the name of the image."""
    images, open_entry = {}, {}
    with open(lines, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            name, magic = line["image"], line["magic"]
            if magic in ("PAGES", "RAW", "LINK", "DIR"):
                continue
            entries = images.setdefault(name, {"magic": magic, "entries": []})["entries"]
            if "entry" in line:
                open_entry[name] = [line["entry"], line.get("extra"), []]
                entries.append(open_entry[name])
            elif "piece" in line:
                open_entry[name][2].append(line["piece"])
    for image in images.values():
        image["entries"] = [as_crit(image["magic"], *parts) for parts in image["entries"]]
    return images


def difference(ours, theirs, at=""):
    """Where two values differ, or None. A string of digits is a number, and CRIT breaks the lines of base64."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{at}: only one has {', '.join(sorted(ours.keys() ^ theirs.keys()))}"
        pairs = [(f"{at}.{key}", ours[key], theirs[key]) for key in ours]
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return f"{at}: {len(ours)} values, {len(theirs)} of CRIT"
        pairs = [(f"{at}[{index}]", *pair) for index, pair in enumerate(zip(ours, theirs))]
    elif isinstance(theirs, int) and not isinstance(theirs, bool):
        return None if not isinstance(ours, dict) and str(ours) == str(theirs) else f"{at}: {ours!r}, {theirs!r} of CRIT"
    elif isinstance(theirs, str) and ours in (theirs, theirs.replace("\n", "")):
        return None
    else:
        return None if type(ours) is type(theirs) and ours == theirs else f"{at}: {ours!r}, {theirs!r} of CRIT"
    return next(filter(None, (difference(a, b, place) for place, a, b in pairs)), None)


def judge(name, ours, scratch):
    image = os.path.join(folder, name)
    document, packed = os.path.join(scratch, "document"), os.path.join(scratch, "packed")
    try:
        run_crit("decode", "-i", image, "-o", document)
        with open(document, encoding="utf-8") as file:
            decode = difference(ours, json.load(file))
    except (Exception, SystemExit) as error:
        decode = f"CRIT fails: {error!r}"
    try:
        with open(document, "w", encoding="utf-8") as file:
            json.dump(ours, file)
        run_crit("encode", "-i", document, "-o", packed)
        with open(image, "rb") as before, open(packed, "rb") as after:
            encode = None if before.read() == after.read() else "other bytes"
    except (Exception, SystemExit) as error:
        encode = f"CRIT fails: {error!r}"
    return {"image": name, "magic": ours["magic"], "decode": decode, "encode": encode}


with tempfile.TemporaryDirectory(dir=os.path.dirname(lines)) as scratch:
    json.dump([judge(name, image, scratch) for name, image in our_images().items()], sys.stdout)
