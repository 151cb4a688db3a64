#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Random rules with hours and days for time.sh, and whether they match at random times, by Python's own time zones."""
import datetime
import random
import sys
import zoneinfo

ZONES = ['Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Casablanca',
         'Pacific/Kiritimati', 'Pacific/Chatham', 'Etc/UTC', '+05:30', '-11:00']
DAYS = 'mon tue wed thu fri sat sun'.split()


def zone(name):
    if name[0] not in '+-':
        return zoneinfo.ZoneInfo(name)
    minutes = int(name[1:3]) * 60 + int(name[4:])
    return datetime.timezone(datetime.timedelta(minutes=-minutes if name[0] == '-' else minutes))


def matches(at, begin, end, days, tz):
    local = datetime.datetime.fromtimestamp(at, zone(tz))
    minute, day = local.hour * 60 + local.minute, local.weekday()
    if begin < end:
        inside = begin <= minute < end
    else:
        inside = minute >= begin or minute < end
        if minute < end:
            day = (day - 1) % 7
    return inside and day in days


def main(rules, times, seed, setup, asks, answers):
    """Writes lines of commands that make rules, lines that ask, and the verdict of each."""
    rnd = random.Random(int(seed))
    with open(setup, 'w') as s, open(asks, 'w') as q, open(answers, 'w') as a:
        for i in range(int(rules)):
            begin, end = rnd.sample(range(0, 1440, rnd.choice((1, 15, 60))), 2)
            end = end or 1440
            days, tz = sorted(rnd.sample(range(7), rnd.randint(1, 7))), rnd.choice(ZONES)
            s.write('rule add id %d priority 10 dport %d hours %02d:%02d-%02d:%02d days %s zone %s drop\n' % (
                i + 1, i + 1, begin // 60, begin % 60, end // 60, end % 60, ','.join(DAYS[d] for d in days), tz))
            for _ in range(int(times)):
                # the next thirty years; often near a change of the offset, and at the ends of the hours
                at = rnd.randint(1767225600, 1767225600 + 28 * 31556952)
                if rnd.random() < 0.5:
                    year = rnd.randint(2026, 2050)
                    month, day = rnd.choice(((3, 29), (10, 25), (3, 8), (11, 1), (4, 5), (10, 4)))
                    at = int(datetime.datetime(year, month, day, tzinfo=datetime.timezone.utc).timestamp())
                    at += rnd.randint(-86400, 2 * 86400)
                if rnd.random() < 0.5:
                    local = datetime.datetime.fromtimestamp(at, zone(tz))
                    local = local.replace(hour=begin // 60, minute=begin % 60, second=0)
                    at = int(local.timestamp()) + rnd.choice((-1, 0, 1))
                q.write('route get 192.0.2.10:%d at @%d\n' % (i + 1, at))
                a.write('%s\n' % ('drop' if matches(at, begin, end % 1440 or 1440, days, tz) else 'none'))


if __name__ == '__main__':
    main(*sys.argv[1:])
