"""Call the function; return its value and its arguments as they are afterwards, so that a changed input shows."""


def probe(target, **case):
    value = target(**case)
    return {"value": value, "arguments": case}
