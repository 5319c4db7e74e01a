"""moto's server, with what its copy of LocalStack's interpreter needs to run state machines here. The interpreter stays as it is."""

import sys
import time
from types import SimpleNamespace

from jsonata import Jsonata
from moto.server import main
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.jsonata import jsonata


def replace(module, name, found, new):
    # With another version this may be anywhere else, or no longer necessary.
    if getattr(module, name, "") is not found:
        sys.exit(f"{name} of {module.__name__} is not what it was: adapt start-moto.py to this version of moto.")
    setattr(module, name, new)


# Retries wait for nothing: moto has no setting for it.
replace(retrier_decl, "time", time, SimpleNamespace(sleep=lambda seconds: None))

# A variable is read as the JSONata expression that it is. LocalStack evaluates it in Java, and moto left that out; this is the same
# evaluator in Python.
replace(jsonata, "_eval_jsonata", None, lambda expression: Jsonata.jsonata(expression).evaluate(None))

main()
