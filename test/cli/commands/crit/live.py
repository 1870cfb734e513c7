"""
What CRIT makes of files: `live.py FOLDER` prints, as JSON, by name of each image NAME.img in the folder what `decode` and
`decode --pretty` print, and by name of each document NAME.json what `encode` gives, in base64. A failure is its message.
"""
import base64
import io
import json
import os
import sys

import pycriu


def decoded(image, pretty):
    return json.dumps(pycriu.images.load(io.BytesIO(image), pretty), indent=4 if pretty else None)


def attempt(work, *arguments):
    try:
        return work(*arguments)
    except Exception as error:
        return f"CRIT fails: {error!r}"


def encoded(document):
    return base64.b64encode(pycriu.images.dumps(json.loads(document))).decode()


found = {}
for name in os.listdir(sys.argv[1]):
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        content = file.read()
    if name.endswith(".img"):
        found[name] = [attempt(decoded, content, False), attempt(decoded, content, True)]
    else:
        found[name] = [attempt(encoded, content)]
json.dump(found, sys.stdout)
