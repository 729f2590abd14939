"""Reads expositions and says what is in them.

Input: for each exposition a line `FORMAT LENGTH`, and as many bytes. Output: for each a line of
JSON, {"error": "..."} or {"families": [[name, type, unit, help, samples], ...]}, where each of the
samples is [name, {label: value}, value, exemplar], and an exemplar null or [{label: value}, value,
timestamp]. Values are text, since JSON has neither NaN nor all integers of 64 bits.
"""
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text


def exemplar(sample):
    e = sample.exemplar
    return e and [e.labels, repr(e.value), repr(float(e.timestamp))]


def families(parse, exposition):
    for family in parse(exposition.decode("utf-8")):
        samples = [[s.name, s.labels, repr(s.value), exemplar(s)] for s in family.samples]
        yield [family.name, family.type, family.unit, family.documentation, samples]


while head := sys.stdin.buffer.readline():
    format, length = head.split()
    exposition = sys.stdin.buffer.read(int(length))
    try:
        parse = {b"openmetrics": openmetrics, b"text": text}[format]
        answer = {"families": list(families(parse, exposition))}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
