"""Show the learner's test one implementation; return True where the test accepts it.

A test accepts by returning True or None, and rejects by returning False or by raising.
source  the text of the implementation; name: what it is called
"""


def probe(target, source, name):
    space = {"torch": torch, "np": np, "math": math, "nn": torch.nn, "F": torch.nn.functional}
    exec(compile(source, "<implementation>", "exec"), space)
    try:
        verdict = target(space[name])
    except NotImplementedError:
        raise
    except Exception:
        return False
    return verdict is None or bool(verdict)
