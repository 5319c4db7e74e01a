"""MiniStack, with two things that it lacks of Step Functions' variables in JSONPath: Assign in a catcher, and `$name` in a template.

Nothing more is added. A state's own Assign, and a variable as InputPath or OutputPath, in a ResultSelector, in an intrinsic function or
in a Choice, do not work.
"""

import inspect
import re
import sys

from ministack.app import main
from ministack.services import stepfunctions
from ministack.services.stepfunctions import _ExecutionError, _resolve_path

# `$name` and `$name.path`, but neither `$`, `$.path` nor `$$.path`.
VARIABLE = re.compile(r"\$([A-Za-z_]\w*)(.*)", re.DOTALL)


def found(name, *parameters):
    """The function that MiniStack calls by this name."""
    function = getattr(stepfunctions, name, None)
    if function is None or tuple(inspect.signature(function).parameters) != parameters:
        sys.exit(f"MiniStack has no {name}({', '.join(parameters)}) any more: adapt start-ministack.py to this version.")
    return function


fill_template = found("_resolve_params_obj", "template", "data", "ctx")
apply_catcher = found("_apply_catcher", "catcher", "raw_input", "ctx", "query_language", "error_output")


def read_variable(name, path, ctx):
    variables = (ctx or {}).get("variables", {})
    if name not in variables:
        # Otherwise it would be null, and nobody would notice.
        raise _ExecutionError("States.Runtime", f"The variable ${name} is not assigned here.")
    return _resolve_path(f"${path}", variables[name])


def fill_template_with_variables(template, data, ctx=None):
    # MiniStack calls it for the objects inside, too.
    if not isinstance(template, dict):
        return fill_template(template, data, ctx)
    read = {}
    rest = {}
    for key, value in template.items():
        variable = VARIABLE.fullmatch(value) if key.endswith(".$") and isinstance(value, str) else None
        if variable:
            read[key[:-2]] = read_variable(*variable.groups(), ctx)
        else:
            rest[key] = value
    return {**fill_template(rest, data, ctx), **read}


def apply_catcher_with_assign(catcher, raw_input, ctx, query_language, error_output):
    output = apply_catcher(catcher, raw_input, ctx, query_language, error_output)
    if query_language == "JSONPath" and "Assign" in catcher:
        # Its paths start at the error, as in LocalStack's interpreter.
        assigned = fill_template_with_variables(catcher["Assign"], error_output, ctx)
        ctx.setdefault("variables", {}).update(assigned)
    return output


def refuse_what_is_not_lacking():
    """As soon as MiniStack knows variables by itself, this file is to go."""
    ctx = {"variables": {}}
    apply_catcher({"Assign": {"name": "assigned"}}, {}, ctx, "JSONPath", {"Error": "", "Cause": ""})
    filled = fill_template({"name.$": "$name"}, {}, {"variables": {"name": "read"}})
    if ctx["variables"] or filled != {"name": None}:
        sys.exit("MiniStack knows variables in JSONPath by itself: start it without start-ministack.py.")


refuse_what_is_not_lacking()
stepfunctions._resolve_params_obj = fill_template_with_variables
stepfunctions._apply_catcher = apply_catcher_with_assign
main()
