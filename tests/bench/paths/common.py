# SPDX-License-Identifier: GPL-2.0
"""What the parts of the bench of paths share: commands, waiting, bars."""
import json
import math
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../netns"))
SHORT = os.environ.get("MX_SHORT", "0") == "1"


def run(*words, stdin=None):
    done = subprocess.run(words, input=stdin, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(" ".join(words) + ": " + done.stdout)
    return done.stdout


def mx(ns, *words, stdin=None):
    return run(os.environ["MX_CTL"], "-n", ns, *words, stdin=stdin)


def show(ns, *words):
    return json.loads(mx(ns, "-j", "-s", *words))


def paths(ns):
    """The paths of a namespace, by name."""
    return {p["name"]: p for p in show(ns, "path", "show")}


def wait_for(what, done, seconds=120, every=0.3, pump=None):
    """Until done() is true; pump(seconds) is what is done meanwhile."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise RuntimeError("waited in vain: " + what)
        (pump or time.sleep)(every)


def rank(values, share):
    """The value that this share of all does not exceed: the nearest rank."""
    values = sorted(values)
    return values[max(0, math.ceil(share * len(values)) - 1)]


def median(values):
    return rank(values, 0.5)


class Bars:
    """What is printed and kept of a part, and what of it misses its bar."""

    def __init__(self, part):
        self.part, self.data, self.missed = part, {}, []
        print("\n%s" % part, flush=True)

    def say(self, text):
        print("  " + text, flush=True)

    def bar(self, name, value, text, good):
        """A figure with a bar."""
        self.data[name] = value
        if not good:
            self.missed.append(text)
        self.say(text + ("" if good else "   MISSED"))

    def end(self):
        self.data["missed"] = self.missed
        with open(os.path.join(os.environ["MX_OUT"], "paths-%s.json" % self.part), "w") as file:
            json.dump(self.data, file, indent=1)
            file.write("\n")
        sys.exit(bool(self.missed))
