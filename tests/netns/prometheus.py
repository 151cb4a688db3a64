# SPDX-License-Identifier: GPL-2.0
"""prometheus.py FILE: is a file what node exporter's textfile collector takes? The text format 0.0.4, and the conventions:
HELP and TYPE before the samples of a metric, these together, none twice, counters end in _total, names have one prefix,
base units. Prints what is wrong; the status tells whether anything is."""
import re
import sys

NAME = r'[a-zA-Z_:][a-zA-Z0-9_:]*'
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:{LABEL})?(?:,{LABEL})*)\}})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)$')


def check(text):
    """Yields each fault."""
    helped, typed, samples, done, current = set(), {}, set(), set(), None
    if not text.endswith('\n'):
        yield 'the last line has no end'
    for number, line in enumerate(text.splitlines(), 1):
        where = f'line {number}: {line[:80]}: '
        if line.startswith('# '):
            what, name, rest = (line[2:].split(' ', 2) + ['', ''])[:3]
            if what not in ('HELP', 'TYPE') or not re.fullmatch(NAME, name) or not rest:
                yield where + 'neither HELP nor TYPE'
            elif what == 'HELP':
                if name in helped:
                    yield where + 'HELP comes twice'
                helped.add(name)
            else:
                if name in typed or name in done:
                    yield where + 'TYPE comes twice, or late'
                if name not in helped:
                    yield where + 'no HELP'
                if rest not in ('counter', 'gauge'):
                    yield where + 'no such type'
                if (rest == 'counter') != name.endswith('_total'):
                    yield where + 'counters, and nothing else, end in _total'
                if not name.startswith('mutex_') or re.search('_(ms|us|milliseconds|microseconds|kb)(_|$)', name):
                    yield where + 'the name is not by the conventions'
                typed[name] = rest
            continue
        match = SAMPLE.fullmatch(line)
        if not match:
            yield where + 'no sample'
            continue
        name, labels = match[1], match[2] or ''
        if name not in typed:
            yield where + 'no TYPE'
        if name != current and name in done:
            yield where + 'samples of a metric do not stand together'
        if current and name != current:
            done.add(current)
        current = name
        keys = [k for k, _ in re.findall(LABEL, labels)]
        if len(keys) != len(set(keys)):
            yield where + 'a label comes twice'
        if (name, labels) in samples:
            yield where + 'a sample comes twice'
        samples.add((name, labels))
    for name in typed:
        if not any(s[0] == name for s in samples):
            yield f'{name} has no sample'


with open(sys.argv[1], encoding='utf-8') as file:
    faults = list(check(file.read()))
print('\n'.join(faults))
sys.exit(1 if faults else 0)
